import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';
import { type Kind, type ModelId, modelIds } from './models.ts';
import type { Judgement } from './quality.ts';

const instant = Type.String();
const maybe = Type.Union([instant, Type.Null()]);
const kind = Type.Unsafe<Kind>({ type: 'string', enum: ['air', 'noise'] });
const model = Type.Unsafe<ModelId>({ type: 'string', enum: modelIds });
const number = Type.Union([Type.Number(), Type.Null()]);
const id = Type.Object({ id: Type.String({ maxLength: 40 }) });

const judgement = Type.Unsafe<Judgement | null>(
  Type.Union([
    Type.Null(),
    Type.Object({
      grade: Type.String({ enum: ['good', 'fair', 'poor', 'unknown'] }),
      ground: Type.String({ enum: ['compared', 'no-station', 'few-hours', 'still', 'stuck'] }),
      property: Type.String(),
      station: Type.Union([
        Type.Null(),
        Type.Object({ id: Type.String(), name: Type.String(), metres: Type.Number() }),
      ]),
      hours: Type.Integer(),
      shared: Type.Integer(),
      humid: Type.Integer(),
      stuck: Type.Integer(),
      fit: Type.Union([
        Type.Null(),
        Type.Object({
          bias: Type.Number(),
          rmse: Type.Number(),
          nrmse: Type.Number(),
          slope: Type.Number(),
          intercept: Type.Number(),
          r2: Type.Number(),
        }),
      ]),
    }),
  ]),
);

const value = Type.Object({
  property: Type.String(),
  title: Type.Object({ vi: Type.String(), en: Type.String() }),
  unit: Type.String(),
  decimals: Type.Integer(),
  value: Type.Number(),
  observedAt: instant,
});

/** What everybody may know of a sensor: not whose it is, nor what they call it, nor where it is exactly. */
const shown = {
  id: Type.String(),
  entityId: Type.String(),
  kind,
  model,
  lon: Type.Number({ description: 'giữa ô khoảng 200 m' }),
  lat: Type.Number(),
  areaCode: Type.String(),
  areaName: Type.Union([Type.String(), Type.Null()]),
  provenance: Type.String(),
  values: Type.Array(value),
  observedAt: maybe,
  judgement,
  judgedAt: maybe,
};
const publicSensor = Type.Object(shown);
const ownSensor = Type.Object({
  ...shown,
  label: Type.String(),
  createdAt: instant,
  retiredAt: maybe,
  excluded: Type.Union([Type.Null(), Type.Object({ at: instant, reason: Type.String() })]),
  lastSeenAt: maybe,
  refused: Type.Object({
    n: Type.Integer({ description: 'bị từ chối trong 24 giờ qua' }),
    at: maybe,
    reasons: Type.Array(Type.Object({ vi: Type.String(), en: Type.String() })),
  }),
});
const deskSensor = Type.Object({
  ...shown,
  createdAt: instant,
  excluded: Type.Union([Type.Null(), Type.Object({ at: instant, by: Type.String(), reason: Type.String() })]),
});
const reason = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) });
const done = Type.Object({ done: Type.Boolean() });

const feed = (form: string) =>
  ({
    access: 'public',
    answer: 'file',
    summary: {
      vi: `Cảm biến của người dân (chỉ để tham khảo) dạng ${form}`,
      en: `Citizens’ sensors (for reference only) as ${form}`,
    },
    query: Type.Object({ kind: Type.Optional(kind), areaCode: Type.Optional(Type.String({ maxLength: 20 })) }),
  }) as const;

export const citizenSensorsApi = endpoints({
  'GET /api/citizen-sensors': {
    access: 'public',
    summary: { vi: 'Cảm biến của người dân, chỉ để tham khảo', en: 'Citizens’ sensors, for reference only' },
    query: Type.Object({ kind: Type.Optional(kind), areaCode: Type.Optional(Type.String({ maxLength: 20 })) }),
    answer: Type.Object({ items: Type.Array(publicSensor), total: Type.Integer() }),
  },
  'GET /api/citizen-sensors/feed.geojson': feed('GeoJSON'),
  'GET /api/citizen-sensors/feed.csv': feed('CSV'),
  'GET /api/citizen-sensors/mine': {
    access: 'public',
    summary: { vi: 'Cảm biến của tôi', en: 'My sensors' },
    answer: Type.Object({ items: Type.Array(ownSensor), most: Type.Integer() }),
  },
  'POST /api/citizen-sensors': {
    access: 'public',
    summary: { vi: 'Đăng ký một cảm biến; khóa chỉ hiện lần này', en: 'Register a sensor; its key is shown this once' },
    body: Type.Object(
      {
        requestId: Type.String({ minLength: 8, maxLength: 64 }),
        label: Type.String({ minLength: 1, maxLength: 60 }),
        model,
        lon: Type.Number({ minimum: -180, maximum: 180 }),
        lat: Type.Number({ minimum: -90, maximum: 90 }),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({ id: Type.String(), key: Type.String() }),
  },
  'POST /api/citizen-sensors/:id/key': {
    access: 'public',
    summary: {
      vi: 'Khóa mới cho cảm biến của tôi; khóa cũ hết hiệu lực',
      en: 'A new key for my sensor; the old one ends',
    },
    params: id,
    answer: Type.Object({ key: Type.String() }),
  },
  'POST /api/citizen-sensors/:id/retire': {
    access: 'public',
    summary: { vi: 'Ngừng cảm biến của tôi', en: 'Retire my sensor' },
    params: id,
    answer: done,
  },
  'GET /api/citizen-sensors/:id/hours': {
    access: 'public',
    summary: {
      vi: 'Trung bình giờ của một cảm biến và của trạm chính thức gần nhất trong 7 ngày',
      en: 'Hourly means of a sensor and of the nearest official station over 7 days',
    },
    params: id,
    answer: Type.Object({
      property: Type.String(),
      unit: Type.String(),
      from: instant,
      sensor: Type.Array(number),
      station: Type.Union([
        Type.Null(),
        Type.Object({ id: Type.String(), name: Type.String(), hours: Type.Array(number) }),
      ]),
    }),
  },
  'GET /api/citizen-sensors/desk': {
    access: 'entity:write',
    summary: {
      vi: 'Cảm biến của người dân trong phạm vi của tôi, kém nhất trước',
      en: 'Citizens’ sensors in my reach, worst first',
    },
    answer: Type.Object({ items: Type.Array(deskSensor) }),
  },
  'POST /api/citizen-sensors/:id/exclude': {
    access: 'entity:write',
    summary: {
      vi: 'Loại một cảm biến khỏi phần công khai, có lý do',
      en: 'Exclude a sensor from what is public, with a reason',
    },
    params: id,
    body: reason,
    answer: done,
  },
  'POST /api/citizen-sensors/:id/readmit': {
    access: 'entity:write',
    summary: { vi: 'Hiển thị lại một cảm biến đã loại', en: 'Show an excluded sensor again' },
    params: id,
    body: reason,
    answer: done,
  },
});
