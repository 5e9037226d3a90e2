import type { Http } from '../../http/index.ts';
import { visible } from '../../rights/index.ts';
import { connectorsApi } from './api.ts';
import type { Connector, Connectors } from './connectors.ts';
import type { Run } from './puller.ts';

export function serveConnectors(http: Http, connectors: Connectors): void {
  http.serve('ingest', connectorsApi, {
    'GET /api/connectors': async ({ principal }) => ({
      items: (await connectors.list(visible(principal, 'device:manage'))).map(told),
    }),
    'GET /api/connectors/:id': async ({ principal, params }) => {
      const { connector, runs } = await connectors.get(principal, params.id);
      return { connector: told(connector), runs: runs.map(toldRun) };
    },
    'POST /api/connectors': async ({ principal, body }) =>
      told(await connectors.create(principal, body.id, body.definition, body.keyValue)),
    'PUT /api/connectors/:id': async ({ principal, params, body }) =>
      told(await connectors.change(principal, params.id, body.definition, body.keyValue)),
    'POST /api/connectors/try': async ({ principal, body }) => {
      const trial = await connectors.try(principal, body.id ?? null, body.definition, body.keyValue);
      return {
        ...trial,
        shown: trial.shown.map((row) => ({
          ...row,
          values: row.values.map(({ entity, property, at, value, reason }) => ({
            entity,
            property,
            at: Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : null,
            value,
            reason,
          })),
        })),
      };
    },
    'POST /api/connectors/:id/run': async ({ principal, params }) => ({
      nextRunAt: (await connectors.runSoon(principal, params.id)).nextRunAt.toISOString(),
    }),
  });
}

const toldRun = (run: Run) => ({
  ...run,
  startedAt: run.startedAt.toISOString(),
  endedAt: run.endedAt?.toISOString() ?? null,
});

const told = ({ createdAt: _createdAt, ...one }: Connector) => ({
  ...one,
  nextRunAt: one.nextRunAt.toISOString(),
  deliveredAt: one.deliveredAt?.toISOString() ?? null,
  lastRun: one.lastRun ? toldRun(one.lastRun) : null,
});
