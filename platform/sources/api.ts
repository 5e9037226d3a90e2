import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const maybeText = Type.Union([Type.String(), Type.Null()]);
const share = Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]);
const kind = Type.Union([Type.Literal('entity'), Type.Literal('device'), Type.Literal('file')]);
const instant = Type.String({ format: 'date-time' });
const maybeInstant = Type.Union([instant, Type.Null()]);

const day = Type.Object({
  day: Type.String({ format: 'date' }),
  correct: share,
  complete: share,
  clean: share,
  live: share,
  worst: share,
  expected: Type.Integer(),
  received: Type.Integer(),
  refused: Type.Integer(),
  corrected: Type.Integer(),
  stretches: Type.Integer(),
  heard: Type.Integer(),
  judged: Type.Integer(),
  findings: Type.Array(
    Type.Object({
      check: Type.Union([Type.Literal('stuck'), Type.Literal('drift')]),
      property: Type.String(),
      value: Type.Number({ description: 'stuck: giờ đứng yên; drift: độ lệch chuẩn hóa' }),
    }),
  ),
  version: Type.Integer(),
  computedAt: instant,
});

const source = Type.Object({
  kind,
  id: Type.String(),
  name: Type.String(),
  type: maybeText,
  organisationId: maybeText,
  areaCode: maybeText,
  provenance: Type.String(),
  late: Type.Boolean({ description: 'im lặng quá ba chu kỳ cam kết khi tính' }),
  lastAt: maybeInstant,
  promisedSeconds: Type.Union([Type.Number(), Type.Null()]),
  lines: Type.Union([Type.Integer({ description: 'tệp: số dòng đã nhận' }), Type.Null()]),
  waiting: Type.Union([Type.Integer({ description: 'tệp: số mục chờ trong khu cách ly' }), Type.Null()]),
  lastFile: maybeText,
  remindedAt: maybeInstant,
  may: Type.Array(Type.String()),
  ...day.properties,
});

const params = Type.Object({ kind, id: Type.String({ maxLength: 200 }) });

export const sourcesApi = endpoints({
  'GET /api/sources': {
    access: 'entity:read',
    summary: { vi: 'Nguồn dữ liệu theo “đúng, đủ, sạch, sống”, xấu nhất trước', en: 'Sources of data, worst first' },
    query: Type.Object({
      kind: Type.Union([Type.Literal('entity'), Type.Literal('device'), Type.Literal('file')], { default: 'entity' }),
      q: Type.Optional(Type.String({ maxLength: 100, description: 'tên, có dấu hoặc không' })),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({ ...source.properties, trend: Type.Array(share, { description: '30 ngày, cũ trước' }) }),
      ),
      total: Type.Integer(),
    }),
  },
  'GET /api/sources/:kind/:id': {
    access: 'entity:read',
    summary: {
      vi: 'Một nguồn dữ liệu: 30 ngày và cách tính',
      en: 'A source of data: 30 days and how they are computed',
    },
    params,
    answer: Type.Object({ source, days: Type.Array(day) }),
  },
  'POST /api/sources/:kind/:id/remind': {
    access: 'alert:act',
    summary: { vi: 'Nhắc đơn vị phụ trách nguồn dữ liệu', en: 'Remind the unit responsible for a source' },
    params,
    answer: Type.Object({ remindedAt: instant }),
  },
});
