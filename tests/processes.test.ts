/**
 * Two processes for screens, two for doors and one that works, on one database, each killed with -9 in turn while two
 * devices deliver: nothing acknowledged is lost or doubled, each alert is raised once, every process tells the same,
 * and a screen that changes over to another process hears each alert exactly once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asking, badAir, setUp, station } from './bad-air.ts';
import { type Parts, startParts } from './processes.ts';

const names = ['screens-1', 'screens-2', 'doors-1', 'doors-2', 'worker'];
let parts: Parts;

beforeAll(async () => {
  parts = await startParts({
    'screens-1': 'api',
    'screens-2': 'api',
    'doors-1': 'ingest',
    'doors-2': 'ingest',
    worker: 'worker',
  });
}, 180_000);

afterAll(async () => {
  await parts?.end();
}, 60_000);

/** A screen: listens to the alerts through one process, and through the other from where it was when that is gone. */
function listen(urls: readonly string[], headers: Record<string, string>) {
  const heard: { id: string; kind: string; subject: string }[] = [];
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let last = '';
    for (let turn = 0; !stopping.signal.aborted; turn++) {
      const url = urls[turn % urls.length];
      try {
        const answer = await fetch(`${url}/api/live?topics=alerts`, {
          headers: { ...headers, ...(last ? { 'last-event-id': last } : {}) },
          signal: stopping.signal,
        });
        let text = '';
        const decoder = new TextDecoder();
        for await (const chunk of answer.body ?? []) {
          text += decoder.decode(chunk, { stream: true });
          const whole = text.split('\n\n');
          text = whole.pop() ?? '';
          for (const message of whole) {
            const id = /^id: (.*)$/m.exec(message)?.[1];
            const data = /^data: (.*)$/m.exec(message)?.[1];
            if (!id || !data) continue;
            last = id;
            const { kind, subject } = JSON.parse(data) as { kind: string; subject?: string };
            if (kind !== 'hello' && kind !== 'alive') heard.push({ id, kind, subject: subject ?? '' });
          }
        }
      } catch (error) {
        // The process it listened to was killed, or the test is over.
        if (!(error instanceof TypeError) && (error as Error).name !== 'AbortError') throw error;
      }
      if (!stopping.signal.aborted) await sleep(100);
    }
  };
  const done = run();
  return {
    heard,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

it('loses and doubles nothing while each of the five is killed', async () => {
  const urlOf = (name: string): string => parts.of(name).url;
  const screen = asking(() => urlOf('screens-1'));
  const { admin, keys } = await setUp(urlOf('screens-1'), screen);
  const { batches, check } = badAir();
  const listener = listen([urlOf('screens-1'), urlOf('screens-2')], admin);

  const acknowledged = [0, 0];
  // A stretch of the way for each kill: the senders go on while a process is away, and wait at the stretch's end.
  const stretch = Math.floor(batches.length / (names.length + 1));
  let allowed = stretch;
  const sender = async (which: number): Promise<void> => {
    const ask = asking(() => urlOf(`doors-${which + 1}`));
    for (const [index, observations] of batches.entries()) {
      while (index >= allowed) await sleep(20);
      const answer = await ask(
        'POST',
        '/api/ingest/observations',
        { authorization: `Bearer ${keys[which]}` },
        { observations },
      );
      expect(answer).toEqual({ accepted: observations.length, refused: [] });
      acknowledged[which] = (acknowledged[which] ?? 0) + 1;
      await sleep(60);
    }
  };
  const killer = async (): Promise<void> => {
    for (const name of names) {
      while (Math.min(...acknowledged) < allowed) await sleep(20);
      allowed += stretch;
      await parts.of(name).kill();
      await parts.of(name).start();
    }
    allowed = batches.length;
  };
  await Promise.all([sender(0), sender(1), killer()]);
  expect(acknowledged).toEqual([batches.length, batches.length]);

  for (const name of ['screens-1', 'screens-2', 'doors-2', 'worker'])
    await check(
      asking(() => urlOf(name)),
      admin,
    );

  const { items } = await screen<{ items: { id: string; key: string }[] }>(
    'GET',
    `/api/alerts?${new URLSearchParams({ entity: station, limit: '100' })}`,
    admin,
  );
  const opened = (): string[] => listener.heard.filter((one) => one.kind === 'alert.opened').map((one) => one.subject);
  const all = items.map((one) => one.id).sort();
  while (opened().length < all.length) await sleep(100);
  await listener.stop();
  expect(
    opened()
      .filter((id) => all.includes(id))
      .sort(),
  ).toEqual(all);
  expect(new Set(listener.heard.map((one) => one.id)).size).toBe(listener.heard.length);
}, 300_000);
