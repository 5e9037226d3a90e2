import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { Http } from '../platform/http/index.ts';

/**
 * Headers that a browser obeys on documents (and workers) alone. On each of the fifty files of a first visit they are
 * a fifth of what a phone over 3G loads.
 */
const OF_DOCUMENTS = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'origin-agent-cluster',
  'referrer-policy',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
];

/** Serves the built web front: files by hash for ever, the shells' pages always fresh. */
export async function serveWeb(http: Http): Promise<boolean> {
  const root = join(import.meta.dirname, '..', 'dist', 'web');
  if (!existsSync(join(root, 'citizen', 'index.html'))) return false;
  const shell = async (name: string) => readFile(join(root, name, 'index.html'), 'utf8');
  const shells = { console: await shell('console'), citizen: await shell('citizen') };
  await http.app.register(fastifyStatic, {
    root,
    serve: true,
    wildcard: false,
    index: false,
    cacheControl: false,
    // Written beside them by the build.
    preCompressed: true,
    setHeaders(reply, path) {
      if (path.includes('/assets/') && !path.includes('worker')) {
        for (const name of OF_DOCUMENTS) reply.raw.removeHeader(name);
      }
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const page =
    (text: string) =>
    (_request: unknown, reply: { header(name: string, value: string): unknown; send(text: string): unknown }) => {
      reply.header('content-type', 'text/html; charset=utf-8');
      reply.header('cache-control', 'no-cache');
      return reply.send(text);
    };
  const hidden = { schema: { hide: true } };
  http.app.get('/console', hidden, page(shells.console));
  http.app.get('/console/*', hidden, page(shells.console));
  const places = [
    '/air',
    '/vote',
    '/report',
    '/follow',
    '/near',
    '/reports',
    '/statistics',
    '/initiatives',
    '/questions',
    '/survey',
  ];
  for (const path of ['/', '/about', ...places.flatMap((place) => [place, `${place}/*`])])
    http.app.get(path, hidden, page(shells.citizen));
  return true;
}
