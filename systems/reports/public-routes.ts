import type { Http } from '../../platform/http/index.ts';
import { publicReportsApi } from './api.ts';
import type { Parts } from './parts.ts';
import { createStatistics, findPublic, LEAST_RANKED, onePublic, type PublicReport, usualDays } from './public.ts';

const item = ({ cursor: _cursor, ...one }: PublicReport) => ({
  ...one,
  publishedAt: one.publishedAt.toISOString(),
  answeredAt: one.answeredAt?.toISOString() ?? null,
  dueAt: one.dueAt?.toISOString() ?? null,
});

export function servePublicReports(http: Http, parts: Parts): void {
  const statistics = createStatistics(parts);
  http.serve('reports', publicReportsApi, {
    'GET /api/reports/public': async ({ query }) => {
      // One more than asked for says whether anything follows.
      const found = await findPublic(parts, { ...query, limit: query.limit + 1 });
      const items = found.slice(0, query.limit);
      return { items: items.map(item), next: found.length > query.limit ? (items.at(-1)?.cursor ?? null) : null };
    },
    'GET /api/reports/public/:number': async ({ params }) => {
      const { messages, photos, hasVideo, ...one } = await onePublic(parts, params.number);
      const said = messages.map((each) => ({ ...each, at: each.at.toISOString() }));
      return { ...item(one), messages: said, photos, hasVideo };
    },
    'GET /api/reports/statistics': async ({ query }) => {
      const usual = usualDays(parts.now());
      const days = { from: query.from ?? usual.from, to: query.to ?? usual.to };
      return { ...days, leastRanked: LEAST_RANKED, items: await statistics({ ...days, by: query.by }) };
    },
  });
}
