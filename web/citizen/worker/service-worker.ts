/**
 * Lets the app open without a network (and, on an officer's phone, the console's page for the field), sends what waits when the network is back, and shows push messages. Built by
 * itself (`web/worker.config.ts`) with the list of the app's files written in; a new list is a new worker.
 */
import { sendLetters } from '../../../systems/reports/pages/field-outbox.ts';
import { sendWaiting } from '../report/outbox.ts';

declare const APP_FILES: readonly string[];
declare const APP_VERSION: string;
/** What the console's page for the field needs: fetched by who opens it, no citizen's phone has it. */
declare const FIELD_FILES: readonly string[];
declare const FIELD_VERSION: string;

// What a service worker has and a page has not; the library of types knows one of the two at a time.
type Extendable = Event & { waitUntil(work: Promise<unknown>): void };
type Fetching = Extendable & { request: Request; respondWith(answer: Promise<Response>): void };
type Pushed = Extendable & { data: { json(): unknown } | null };
type Clicked = Extendable & { notification: Notification & { data: { url?: string } | null } };
type Client = { url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> };
type Worker = {
  addEventListener(name: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(name: 'sync', listener: (event: Extendable & { tag: string }) => void): void;
  addEventListener(
    name: 'message',
    listener: (event: Extendable & { data: unknown; ports: readonly MessagePort[] }) => void,
  ): void;
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
const FIELD = `field-${FIELD_VERSION}`;
const DATA = 'data-1';
/** The page of the app, whatever its address. */
const PAGE = '/report';
const FIELD_PAGE = '/console/reports/field';
/** What the map of the field is drawn on. */
const MAP = ['/api/territory/borders?level=commune', '/api/territory/base'];
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
      const names = await caches.keys();
      const had = names.some((name) => name.startsWith('field-'));
      // A phone that had the page for the field has it after an update too; without a network the old files stay.
      const isReady = had ? await keepField() : true;
      for (const name of names) {
        const isOld = name !== FILES && name !== DATA && name !== FIELD;
        if (isOld && (isReady || !name.startsWith('field-'))) await caches.delete(name);
      }
      await worker.clients.claim();
    })(),
  );
});

/** Fetches the page for the field with its files; answers whether it is all there. */
async function keepField(): Promise<boolean> {
  try {
    await (await caches.open(FIELD)).addAll([FIELD_PAGE, ...FIELD_FILES]);
    await (await caches.open(DATA)).addAll(MAP);
    return true;
  } catch (error) {
    // No network now: asked again when the page is opened next.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

worker.addEventListener('message', (event) => {
  if (event.data !== 'keep-field') return;
  event.waitUntil(keepField().then((isReady) => event.ports[0]?.postMessage(isReady)));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (request.mode === 'navigate') {
    if (/^\/api(\/|$)/.test(url.pathname)) return;
    const page = /^\/console(\/|$)/.test(url.pathname) ? FIELD_PAGE : PAGE;
    event.respondWith(fetch(request).catch(async () => (await caches.match(page)) ?? Response.error()));
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
    (event.tag === 'field' ? sendLetters().then((outcome) => outcome.left) : sendWaiting()).then((left) => {
      // The browser calls again, with growing pauses.
      if (left > 0) throw new Error(`${left} still wait`);
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
