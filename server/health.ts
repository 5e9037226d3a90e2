import { join } from 'node:path';
import Type from 'typebox';
import type { Embedded } from '../platform/database/index.ts';
import { endpoints } from '../platform/http/index.ts';
import { createService, type Service } from '../platform/service/index.ts';
import { backUpRoot, lineOf, listBackUps } from './back-ups.ts';
import type { Composed } from './compose.ts';
import { recentErrors } from './logging.ts';
import { createMetrics } from './metrics.ts';

/** For probes. */
export const healthApi = endpoints({
  'GET /healthz': {
    access: 'public',
    summary: { vi: 'Còn sống và nối được cơ sở dữ liệu', en: 'Alive, with its database' },
    answer: Type.Object({ status: Type.String() }),
  },
});

/** Serves probes, metrics and the service page's data. */
export async function serveHealth(
  composed: Composed,
  embedded: Embedded | null,
  projectRoot: string,
): Promise<Service> {
  const { http, live, database, config } = composed;
  http.serve('service', healthApi, {
    'GET /healthz': async () => {
      await database.pool.query('select 1');
      return { status: 'ok' };
    },
  });
  if (embedded) await database.pool.query('create extension if not exists pg_stat_statements');

  const backUps = backUpRoot(config, projectRoot);
  const service = createService({
    ...composed,
    pool: database.pool,
    live: () => live.clients(),
    embedded: embedded !== null,
    mailServer: config.SMTP_URL !== undefined,
    disks: [
      { name: 'data', path: config.dataDirectory },
      ...(backUps ? [{ name: 'back-up' as const, path: join(backUps, '..') }] : []),
    ],
    backUp: {
      configured: backUps !== null,
      maxAgeHours: config.BACKUP_MAX_AGE_HOURS,
      async lastAt() {
        if (!backUps) return null;
        const line = await lineOf(config.dataDirectory);
        const last = (await listBackUps(backUps)).findLast((one) => one.line === line);
        return last ? new Date(last.manifest.endedAt) : null;
      },
    },
    errors: recentErrors,
  });

  const metrics = createMetrics(http);
  metrics.watch(service.state);
  // Scrapers carry no session: figures of the process only, and only to callers on this machine unless a proxy guards it.
  http.app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip)) return reply.code(404).send();
    reply.header('content-type', metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  return service;
}
