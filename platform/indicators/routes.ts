import { Readable } from 'node:stream';
import type { Http } from '../http/index.ts';
import { indicatorsApi } from './api.ts';
import type { Figure, Indicators } from './index.ts';
import { type Period, periodAt, periodOf } from './periods.ts';

export function serveIndicators(http: Http, indicators: Indicators): void {
  const periodIn = (key: string | undefined): Period =>
    key === undefined ? periodAt(indicators.now(), 'month') : periodOf(key);

  http.serve('indicators', indicatorsApi, {
    'GET /api/indicators': async ({ principal, query }) => {
      const period = periodIn(query.period);
      const items = await indicators.figures(principal, period, query.area);
      return {
        period: { key: period.key, kind: period.kind, from: period.from.toISOString(), to: period.to.toISOString() },
        items: items.map(shown),
        total: items.length,
      };
    },
    'GET /api/indicators/:code': async ({ principal, params, query }) => {
      const found = await indicators.explain(principal, params.code, periodIn(query.period), query.area);
      return {
        ...found,
        ...shown(found),
        validFrom: found.validFrom.toISOString(),
        versions: found.versions.map((one) => ({ ...one, validFrom: one.validFrom.toISOString() })),
        may: ['export'],
      };
    },
    'GET /api/indicators/:code/rows': ({ principal, params, query }) =>
      indicators.rows(principal, params.code, query.source, periodIn(query.period), query.area, {
        limit: query.limit ?? 100,
        offset: query.offset ?? 0,
      }),
    'GET /api/indicators/:code/rows.csv': async ({ principal, params, query, reply }) => {
      const period = periodIn(query.period);
      const pieces = indicators.csv(principal, params.code, query.source, period, query.area, query.language ?? 'vi');
      // The first piece is asked for before the head is sent, so that a refusal still has its status.
      const first = await pieces.next();
      const name = `${params.code}-${query.source}-${period.key}.csv`.replace(/[^\w.-]/g, '_');
      reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`);
      return reply.send(Readable.from(continued(first, pieces)));
    },
  });
}

async function* continued(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

const shown = (figure: Figure) => ({
  ...figure,
  snapshot: figure.snapshot && { ...figure.snapshot, computedAt: figure.snapshot.computedAt.toISOString() },
});
