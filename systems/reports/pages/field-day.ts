/** The day's list on this device: fetched while there is a network, with its photos and the page itself. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { declarationApi } from '../../../platform/declaration/api.ts';
import { createClient, ProblemError } from '../../../web/kit/index.ts';
import {
  dayHolder,
  keepDay,
  keepPicture,
  keptOfDay,
  lettersOf,
  onDevice,
  pictureNames,
} from '../../../web/kit/offline/device-day.ts';
import { useStoredIn } from '../../../web/kit/offline/use-stored.ts';
import { client } from './client.ts';
import { type FieldLetter, type FieldOutcome, sendLetters } from './field-outbox.ts';

export type FieldList = Awaited<ReturnType<typeof client.call<'GET /api/reports/field'>>>;
export type FieldItem = FieldList['items'][number];

const LIST = 'field';
/** Large photos beyond this would fill an old phone; the small ones are always kept. */
const MOST_BYTES = 40 * 1024 * 1024;
const AGAIN_MS = 30_000;
const shell = createClient<typeof declarationApi>();

export const pictureName = (fileId: string, size: 'small' | 'whole'): string => `${fileId}:${size}`;

async function keepPictures(userId: string, list: FieldList, onKept: (n: number) => void): Promise<void> {
  const ids = list.items.flatMap((item) => item.photos.map((photo) => photo.fileId));
  const here = new Set(await pictureNames());
  let bytes = 0;
  for (const size of ['small', 'whole'] as const) {
    for (const id of ids) {
      const name = pictureName(id, size);
      if (!here.has(name) && bytes < MOST_BYTES) {
        const answer = await fetch(`/api/files/${id}${size === 'small' ? '/thumbnail' : ''}`);
        // One that is gone, or that may no longer be seen, is not a failure of the others.
        if (answer.ok) {
          const content = await answer.blob();
          bytes += content.size;
          await keepPicture(userId, name, content);
          here.add(name);
        }
      }
      onKept(ids.filter((one) => here.has(pictureName(one, 'small'))).length);
    }
  }
}

/** Has the worker keep the page; false where the browser cannot. */
async function keepPage(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return false;
  await navigator.serviceWorker.register('/sw.js');
  const { active } = await navigator.serviceWorker.ready;
  if (!active) return false;
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise<boolean>((resolve) => {
    port1.onmessage = (event) => resolve(event.data === true);
  });
  active.postMessage('keep-field', [port2]);
  return answered;
}

type WithSync = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

/** Asks the browser to wake the worker once there is a network, also when the page is closed by then. */
async function wakeLater(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as WithSync | undefined;
  // Where there is no such thing, the page itself sends when it is opened.
  await registration?.sync?.register('field').catch(() => undefined);
}

export type Readiness = { kept: number; of: number; page: 'asking' | 'yes' | 'no' };

/** What the page stands on: the list, the letters that wait, how far the device is ready, and what can be asked. */
export function useFieldDay() {
  const holder = useStoredIn(onDevice, 'holder', () => dayHolder()).data ?? null;
  const list = useStoredIn(onDevice, LIST, () => keptOfDay<FieldList>(LIST));
  const userId = holder?.userId ?? null;
  const letters = useStoredIn(onDevice, `letters ${userId}`, async () =>
    userId ? ((await lettersOf(userId)) as FieldLetter[]) : [],
  );
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [ready, setReady] = useState<Readiness | null>(null);
  const [outcome, setOutcome] = useState<FieldOutcome | null>(null);
  // What the last question met: a device may believe in a network that leads nowhere.
  const [network, setNetwork] = useState<'unknown' | 'yes' | 'no'>('unknown');
  const [beganOffline, setBeganOffline] = useState(false);

  const refresh = useCallback(async () => {
    setBusy(true);
    setError(null);
    try {
      const [session, systems, fresh] = await Promise.all([
        client.call('GET /api/session'),
        shell.call('GET /api/systems'),
        client.call('GET /api/reports/field'),
      ]);
      setNetwork('yes');
      if (!session.principal) return;
      const id = session.principal.id;
      const own = systems.systems.flatMap((system) => {
        const pages = system.pages.filter((page) => page.path === 'reports/field');
        return pages.length > 0 ? [{ ...system, pages }] : [];
      });
      await keepDay({ userId: id, session, systems: { ...systems, systems: own } }, LIST, fresh);
      const of = fresh.items.reduce((sum, item) => sum + item.photos.length, 0);
      setReady({ kept: 0, of, page: 'asking' });
      void keepPage().then((yes) => setReady((now) => now && { ...now, page: yes ? 'yes' : 'no' }));
      await keepPictures(id, fresh, (kept) => setReady((now) => now && { ...now, kept }));
    } catch (failure) {
      // Without a network what is kept goes on; a picture that did not come is fetched the next time.
      const isOffline = failure instanceof TypeError || (failure instanceof ProblemError && failure.status === 0);
      if (isOffline) {
        setNetwork((before) => {
          if (before === 'unknown') setBeganOffline(true);
          return 'no';
        });
      } else setError(failure);
    } finally {
      setBusy(false);
    }
  }, []);

  const send = useCallback(async () => {
    const before = (await dayHolder())?.userId;
    const had = before ? (await lettersOf(before)).length : 0;
    const done = await sendLetters();
    setOutcome(done);
    if (done.left > 0) await wakeLater();
    const left = before ? (await lettersOf(before)).length : 0;
    // What was taken changes what is to be done.
    if (left < had) await refresh();
  }, [refresh]);

  const latest = useRef({ refresh, send, network });
  latest.current = { refresh, send, network };
  useEffect(() => {
    const begin = () => void latest.current.send().then(() => latest.current.refresh());
    begin();
    window.addEventListener('online', begin);
    const timer = setInterval(() => {
      // After midnight the day is over, also on a page that stays open.
      void dayHolder().then(async (known) => {
        const waits = known && (await lettersOf(known.userId)).some((one) => one.state === 'waiting');
        if (waits) await latest.current.send();
        if (latest.current.network === 'no') await latest.current.refresh();
      });
    }, AGAIN_MS);
    return () => {
      window.removeEventListener('online', begin);
      clearInterval(timer);
    };
  }, []);

  return {
    userId,
    list: list.data ?? null,
    isLoading: list.isPending,
    letters: letters.data ?? [],
    error,
    busy,
    ready,
    outcome,
    isOffline: network === 'no',
    beganOffline,
    refresh,
    send,
  };
}
