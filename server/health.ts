import Type from 'typebox';
import type { Embedded } from '../platform/database/index.ts';
import { endpoints } from '../platform/http/index.ts';
import type { Composed } from './compose.ts';
import { createMetrics } from './metrics.ts';

/** For probes and for the service page. */
export const healthApi = endpoints({
  'GET /healthz': {
    access: 'public',
    summary: { vi: 'Còn sống và nối được cơ sở dữ liệu', en: 'Alive, with its database' },
    answer: Type.Object({ status: Type.String() }),
  },
  'GET /api/service': {
    access: 'service:read',
    summary: { vi: 'Tình trạng hệ thống', en: 'Service health' },
    answer: Type.Object({
      waiting: Type.Integer({ description: 'số liệu đang chờ ghi' }),
      followers: Type.Array(
        Type.Object({
          name: Type.String(),
          behind: Type.Integer(),
          failures: Type.Integer(),
          error: Type.Union([Type.String(), Type.Null()]),
        }),
      ),
      live: Type.Integer(),
      embeddedDatabase: Type.Boolean(),
      mailServer: Type.Boolean(),
    }),
  },
});

export function serveHealth(composed: Composed, embedded: Embedded | null): void {
  const { http, log, live, database, config } = composed;
  http.serve('service', healthApi, {
    'GET /healthz': async () => {
      await database.pool.query('select 1');
      return { status: 'ok' };
    },
    'GET /api/service': async () => ({
      ...(await log.health()),
      live: live.clients(),
      embeddedDatabase: embedded !== null,
      mailServer: config.SMTP_URL !== undefined,
    }),
  });

  const metrics = createMetrics(http);
  metrics.gauge('dttm_follower_behind', 'Events that a follower has not passed yet', ['follower'], async () =>
    (await log.health()).followers.map((one) => ({ labels: { follower: one.name }, value: one.behind })),
  );
  metrics.gauge('dttm_observations_waiting', 'Observations that wait for their commit', [], async () => [
    { labels: {}, value: (await log.health()).waiting },
  ]);
  metrics.gauge('dttm_live_clients', 'Open live streams', [], async () => [{ labels: {}, value: live.clients() }]);
  // Scrapers carry no session: figures of the process only, and only to callers on this machine unless a proxy guards it.
  http.app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip)) return reply.code(404).send();
    reply.header('content-type', metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
