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
export async function serveWeb(http: Http, embeddedBy: readonly string[]): Promise<boolean> {
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
      // Sites that embed a widget load this script from theirs; the path may be of its compressed form.
      if (path.includes('/widgets.js')) reply.raw.setHeader('cross-origin-resource-policy', 'cross-origin');
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
    '/sensors',
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
  // The configured sites may show these in a frame; everything else of ours nobody may.
  const widget = shells.citizen.replace(
    '</head>',
    `<meta name="embedded-by" content="${embeddedBy.join(' ')}"></head>`,
  );
  for (const name of ['report', 'map', 'warnings']) {
    http.app.get(`/widgets/${name}`, hidden, (request, reply) => {
      if (embeddedBy.length > 0) {
        const policy = String(reply.raw.getHeader('content-security-policy'));
        reply.raw.setHeader(
          'content-security-policy',
          policy.replace("frame-ancestors 'none'", `frame-ancestors ${embeddedBy.join(' ')}`),
        );
        // It knows one site or none, and would forbid what the policy allows.
        reply.raw.removeHeader('x-frame-options');
      }
      return page(widget)(request, reply);
    });
  }
  return true;
}
