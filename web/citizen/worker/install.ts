import { sendWaiting } from '../report/outbox.ts';
import { allDrafts } from '../report/store.ts';

const AGAIN_MS = 30_000;

type WithSync = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

/**
 * Makes the app open without a network, and sends what waits: at start, when the network is back, and every half
 * minute while something waits.
 * @param worker false within another site, where the page is opened by that site
 */
export function keepSending({ worker }: { worker: boolean }): void {
  if (worker && import.meta.env.PROD && 'serviceWorker' in navigator) {
    // After the first picture: the worker fetches the whole app, and must not stand in its way.
    window.addEventListener('load', () => setTimeout(() => void navigator.serviceWorker.register('/sw.js'), 1_000));
  }
  const send = () => void sendWaiting();
  window.addEventListener('online', send);
  setInterval(() => {
    if (navigator.onLine) void allDrafts().then((all) => (all.some((one) => one.state === 'waiting') ? send() : null));
  }, AGAIN_MS);
  send();
}

/** Asks the browser to wake the worker once there is a network, also when the app is closed by then. */
export async function wakeLater(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as WithSync | undefined;
  // Where the browser has no such thing, or forbids it, the app itself sends when it is opened.
  await registration?.sync?.register('reports').catch(() => undefined);
}
