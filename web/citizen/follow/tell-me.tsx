import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, ProblemError, Row, Stack, Text, useTexts } from '../../kit/index.ts';
import { client } from '../client.ts';
import { followWords } from './words.ts';

type State = 'unsupported' | 'denied' | 'off' | 'on';

const supports = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** The subscription of this browser to this site: one, whatever it is told of. */
async function known(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function stateOf(about: { code?: string }): Promise<State> {
  if (!supports()) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  const subscription = await known();
  if (!subscription || Notification.permission !== 'granted') return 'off';
  const { on } = await client.call('POST /api/reports/push/state', {
    body: { ...about, endpoint: subscription.endpoint },
  });
  return on ? 'on' : 'off';
}

async function subscribe(publicKey: string): Promise<PushSubscription> {
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    // Bound to a former key of the server: it would never hear anything.
    if ((error as Error).name !== 'InvalidStateError') throw error;
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  }
}

/** Asks for messages of each step; the browser asks its owner only at the touch. Without a code: all of an account. */
export function TellMe({ code, onAllowed }: { code?: string; onAllowed?: () => void }) {
  const t = useTexts(followWords);
  const queries = useQueryClient();
  const about = code === undefined ? {} : { code };
  const key = ['push', code ?? 'account'];
  const state = useQuery({ queryKey: key, queryFn: () => stateOf(about), retry: false });
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setWrong(null);
    try {
      await work();
    } catch (error) {
      // The browser's push service is not reached, or there is none behind this browser.
      setWrong(error instanceof ProblemError ? error.problem.detail : t('pushFailed'));
    } finally {
      setBusy(false);
      await queries.invalidateQueries({ queryKey: key });
    }
  };
  const begin = async () => {
    if ((await Notification.requestPermission()) !== 'granted') return;
    const { publicKey } = await client.call('GET /api/notifications/push-key');
    const { endpoint, keys } = (await subscribe(publicKey)).toJSON();
    await client.call('POST /api/reports/push', {
      body: { ...about, endpoint: endpoint ?? '', keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } },
    });
    onAllowed?.();
  };
  const end = async () => {
    const subscription = await known();
    if (!subscription) return;
    await client.call('POST /api/reports/push/end', { body: { ...about, endpoint: subscription.endpoint } });
  };

  if (!state.data) return null;
  return (
    <Stack gap={2}>
      {state.data === 'off' ? (
        <Button wide busy={busy} onClick={() => void attempt(begin)}>
          {t(code === undefined ? 'pushAll' : 'push')}
        </Button>
      ) : null}
      {state.data === 'on' ? (
        <Row spread gap={2}>
          <Text strong>{t(code === undefined ? 'pushAllOn' : 'pushOn')}</Text>
          <Button kind="quiet" busy={busy} onClick={() => void attempt(end)}>
            {t('pushEnd')}
          </Button>
        </Row>
      ) : null}
      {state.data === 'denied' ? (
        <Text small soft>
          {t('pushDenied')}
        </Text>
      ) : null}
      {state.data === 'unsupported' ? (
        <Text small soft>
          {t('pushUnsupported')}
        </Text>
      ) : null}
      {wrong ? (
        <Text alarm>
          <span role="alert">{wrong}</span>
        </Text>
      ) : null}
    </Stack>
  );
}
