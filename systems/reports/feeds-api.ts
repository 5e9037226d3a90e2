import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const feed = (vi: string, en: string) =>
  ({
    access: 'public',
    answer: 'file',
    summary: { vi: `Phản ánh đã công khai dạng ${vi}`, en: `Published reports as ${en}, by category and area` },
    query: Type.Object({
      category: Type.Optional(Type.String({ maxLength: 60, description: 'lĩnh vực hoặc nhóm' })),
      areaCode: Type.Optional(Type.String({ maxLength: 20, description: 'mã xã, phường' })),
      step: Type.Optional(Type.String({ maxLength: 40 })),
      limit: Type.Integer({ minimum: 1, maximum: 1000, default: 200 }),
    }),
  }) as const;

/** Feeds for other programs and sites: newest first. */
export const reportFeedsApi = endpoints({
  'GET /api/reports/feed.geojson': feed('GeoJSON', 'GeoJSON'),
  'GET /api/reports/feed.csv': feed('CSV', 'CSV'),
  'GET /api/reports/feed.rss': feed('RSS 2.0', 'RSS 2.0'),
  'GET /api/reports/feed.atom': feed('Atom', 'Atom'),
});
