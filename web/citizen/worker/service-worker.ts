/**
 * Lets the app open without a network, sends what waits when the network is back, and shows push messages. Built by
 * itself (`web/worker.config.ts`) with the list of the app's files written in; a new list is a new worker.
 */
import { sendWaiting } from '../report/outbox.ts';

declare const APP_FILES: readonly string[];
declare const APP_VERSION: string;

// What a service worker has and a page has not; the library of types knows one of the two at a time.
type Extendable = Event & { waitUntil(work: Promise<unknown>): void };
type Fetching = Extendable & { request: Request; respondWith(answer: Promise<Response>): void };
type Pushed = Extendable & { data: { json(): unknown } | null };
type Clicked = Extendable & { notification: Notification & { data: { url?: string } | null } };
type Client = { url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> };
type Worker = {
  addEventListener(name: 'install' | 'activate' | 'sync', listener: (event: Extendable) => void): void;
  addEventListener(name: 'fetch', listener: (event: Fetching) => void): void;
  addEventListener(name: 'push', listener: (event: Pushed) => void): void;
  addEventListener(name: 'notificationclick', listener: (event: Clicked) => void): void;
  skipWaiting(): Promise<void>;
  registration: { showNotification(title: string, options: object): Promise<void> };
  clients: {
    claim(): Promise<void>;
    matchAll(options: object): Promise<Client[]>;
    openWindow(url: string): Promise<unknown>;
  };
  location: Location;
};
const worker = globalThis as unknown as Worker;

const FILES = `app-${APP_VERSION}`;
const DATA = 'data-1';
/** The page of the app, whatever its address. */
const PAGE = '/report';
/** Answers that are good for a while: the last one opens the app without a network. Nothing about a person is here. */
const KEPT = [/^\/api\/reports\/categories$/, /^\/api\/systems$/, /^\/api\/territory\/(borders|base)$/];

worker.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(FILES);
      await cache.addAll([PAGE, ...APP_FILES]);
      // Without the kinds of problems a report can be written but not finished.
      await (await caches.open(DATA)).add('/api/reports/categories');
      await worker.skipWaiting();
    })(),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== FILES && name !== DATA) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (request.mode === 'navigate') {
    if (/^\/(api|console)(\/|$)/.test(url.pathname)) return;
    event.respondWith(fetch(request).catch(async () => (await caches.match(PAGE)) ?? Response.error()));
  } else if (url.pathname.startsWith('/assets/')) {
    event.respondWith(fromCache(request));
  } else if (KEPT.some((one) => one.test(url.pathname))) {
    event.respondWith(freshOrKept(request));
  }
});

/** Files whose name changes with their content: the first copy is as good as any. */
async function fromCache(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(FILES)).put(request, answer.clone());
  return answer;
}

async function freshOrKept(request: Request): Promise<Response> {
  const cache = await caches.open(DATA);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

worker.addEventListener('sync', (event) => {
  event.waitUntil(
    sendWaiting().then((left) => {
      // The browser calls again, with growing pauses.
      if (left > 0) throw new Error(`${left} reports still wait`);
    }),
  );
});

worker.addEventListener('push', (event) => {
  const { title, body, url } = (event.data?.json() ?? {}) as { title?: string; body?: string; url?: string };
  if (!title) return;
  event.waitUntil(
    worker.registration.showNotification(title, { body, icon: '/icon-192.png', badge: '/icon-192.png', data: { url } }),
  );
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  // Only a path of ours: what came by push opens nothing else.
  const path = event.notification.data?.url ?? '/follow';
  const to = /^\/[a-z]/.test(path) ? path : '/follow';
  event.waitUntil(
    (async () => {
      const [open] = await worker.clients.matchAll({ type: 'window' });
      if (!open) return worker.clients.openWindow(to);
      await open.navigate(to);
      return open.focus();
    })(),
  );
});
