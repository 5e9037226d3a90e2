import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Http } from '../../platform/http/index.ts';
import { atom, csv, type Feed, geoJson, rss } from './feeds.ts';
import { reportFeedsApi } from './feeds-api.ts';
import { baseOf } from './links.ts';
import type { Parts } from './parts.ts';
import { findPublic, type PublicReport } from './public.ts';

type Query = { category?: string; areaCode?: string; step?: string; limit: number };
type Call = { query: Query; request: FastifyRequest; reply: FastifyReply };

export function serveFeeds(http: Http, parts: Parts): void {
  const { catalogue, territory, site, now } = parts;
  const titleOf = async ({ category, areaCode }: Query): Promise<string> => {
    const all = await catalogue.all();
    const area = territory.units({ level: 'commune' }).find((unit) => unit.code === areaCode);
    return [
      'Phản ánh hiện trường',
      all.find((one) => one.code === category)?.title.vi,
      area?.name,
      site.mode === 'demo' ? 'DỮ LIỆU MÔ PHỎNG' : undefined,
    ]
      .filter((part) => part !== undefined)
      .join(' – ');
  };
  const answer =
    (mediaType: string, write: (feed: Feed, items: readonly PublicReport[]) => string) =>
    async ({ query, request, reply }: Call) => {
      const [items, title] = await Promise.all([findPublic(parts, query), titleOf(query)]);
      const names = new Map(territory.units({ level: 'commune' }).map((unit) => [unit.code, unit.name]));
      const base = baseOf(site, request);
      const feed = {
        title,
        base,
        self: base + request.url,
        at: now(),
        areaName: (code: string) => names.get(code) ?? code,
      };
      return reply
        .header('content-type', mediaType)
        .header('access-control-allow-origin', '*')
        .header('cache-control', 'public, max-age=60')
        .send(write(feed, items));
    };
  http.serve('reports', reportFeedsApi, {
    'GET /api/reports/feed.geojson': answer('application/geo+json; charset=utf-8', geoJson),
    'GET /api/reports/feed.csv': answer('text/csv; charset=utf-8', csv),
    'GET /api/reports/feed.rss': answer('application/rss+xml; charset=utf-8', rss),
    'GET /api/reports/feed.atom': answer('application/atom+xml; charset=utf-8', atom),
  });
}
