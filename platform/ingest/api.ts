import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';
import { mappingSchema } from './protocols/mapping.ts';

/** The type only: this module is not loaded twice over. */
export type { connectorsApi } from './pull/api.ts';

/** What the id of a device may be. */
export const DEVICE_ID = '^[A-Za-z0-9_-]{1,100}$';

const reason = Type.Object({
  at: Type.Union([Type.String(), Type.Number()]),
  reason: Type.Object({ vi: Type.String(), en: Type.String() }),
  text: Type.Optional(Type.String()),
});

export const observationSchema = Type.Object({
  entity: Type.String({ maxLength: 200 }),
  property: Type.String({ maxLength: 100 }),
  observedAt: Type.String({ maxLength: 40, description: 'ISO 8601 có múi giờ, ví dụ 2026-11-23T08:05:00+07:00' }),
  value: Type.Number(),
  quality: Type.Optional(Type.Integer({ minimum: 0, maximum: 2, description: '0 đo, 1 hiệu chuẩn, 2 lỗi' })),
});

export const observationBody = Type.Object({
  observations: Type.Array(observationSchema, { minItems: 1, maxItems: 10_000 }),
});

const taken = Type.Object({
  accepted: Type.Integer({ description: 'đã ghi bền vững' }),
  refused: Type.Array(reason),
});
/** A message in another platform's form: its own parser says what is wrong with it. */
const foreign = { access: 'device', body: Type.Unknown(), bodyLimit: 4 * 1024 * 1024, answer: taken } as const;
const token = Type.Object({ token: Type.String({ maxLength: 300, description: 'khóa của thiết bị' }) });

export const ingestApi = endpoints({
  'POST /api/v1/:token/telemetry': {
    ...foreign,
    params: token,
    summary: { vi: 'Số liệu theo giao thức thiết bị ThingsBoard', en: 'Telemetry by the ThingsBoard device API' },
  },
  'POST /api/v1/:token/sensor-community': {
    ...foreign,
    params: token,
    summary: { vi: 'Số liệu của bộ cảm biến Sensor.Community', en: 'Values of a Sensor.Community kit' },
  },
  'POST /api/v1/:token/attributes': {
    ...foreign,
    params: token,
    summary: { vi: 'Thuộc tính thiết bị theo ThingsBoard', en: 'Attributes by the ThingsBoard device API' },
  },
  'POST /api/ingest/ngsi-v2': {
    ...foreign,
    summary: { vi: 'Thông báo NGSI-v2 của Orion', en: 'NGSI-v2 notification of Orion' },
  },
  'POST /api/ingest/chirpstack': {
    ...foreign,
    query: Type.Object({ event: Type.String({ default: 'up', maxLength: 30 }) }),
    summary: { vi: 'Bản tin ChirpStack v4', en: 'Event of ChirpStack v4' },
  },
  'POST /api/ingest/ttn': {
    ...foreign,
    summary: { vi: 'Bản tin The Things Stack v3', en: 'Uplink of The Things Stack v3' },
  },
  'POST /api/ingest/sensorthings/v1.1/Observations': {
    ...foreign,
    summary: { vi: 'Một quan trắc theo OGC SensorThings', en: 'An Observation of OGC SensorThings' },
  },
  'POST /api/ingest/sensorthings/v1.1/CreateObservations': {
    ...foreign,
    summary: { vi: 'Nhiều quan trắc theo OGC SensorThings', en: 'Observations of OGC SensorThings as data arrays' },
  },
  'POST /api/ingest/observations.ndjson': {
    access: 'device',
    summary: {
      vi: 'Nhận số liệu theo dòng (application/x-ndjson), dài bao nhiêu cũng được',
      en: 'Take observations line by line (application/x-ndjson), however long',
    },
    takes: 'lines',
    answer: Type.Object({ ...taken.properties, refusedTotal: Type.Integer() }),
  },
  'PUT /api/devices/:id/mapping': {
    access: 'device:manage',
    summary: { vi: 'Tên riêng của thiết bị nghĩa là gì ở đây', en: "What a device's own names mean here" },
    params: Type.Object({ id: Type.String({ pattern: DEVICE_ID }) }),
    body: mappingSchema,
    answer: Type.Object({ mapping: mappingSchema }),
  },
  'POST /api/ingest/observations': {
    access: 'device',
    summary: { vi: 'Nhận một lô số liệu đo', en: 'Take a batch of observations' },
    body: observationBody,
    bodyLimit: 4 * 1024 * 1024,
    answer: Type.Object({
      accepted: Type.Integer({ description: 'đã ghi bền vững' }),
      refused: Type.Array(reason),
    }),
  },
  'GET /api/devices': {
    access: 'device:manage',
    summary: { vi: 'Thiết bị', en: 'Devices' },
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          organisationId: Type.Union([Type.String(), Type.Null()]),
          areaCode: Type.Union([Type.String(), Type.Null()]),
          active: Type.Boolean(),
          lastSeenAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
          entityIds: Type.Array(Type.String()),
          mapping: mappingSchema,
          attributes: Type.Record(Type.String(), Type.Unknown()),
        }),
      ),
    }),
  },
  'PUT /api/devices/:id': {
    access: 'device:manage',
    summary: { vi: 'Đăng ký thiết bị hoặc cấp khóa mới', en: 'Register a device or give it a new key' },
    params: Type.Object({ id: Type.String({ pattern: DEVICE_ID }) }),
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 200 }),
        entityIds: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 1000 }),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({ key: Type.String({ description: 'chỉ hiển thị một lần' }) }),
  },
  'POST /api/devices/import': {
    access: 'device:manage',
    summary: { vi: 'Đăng ký nhiều thiết bị bằng tệp CSV', en: 'Register many devices by a CSV file' },
    body: Type.Object(
      {
        csv: Type.String({ maxLength: 900_000, description: 'cột Mã, Tên, Đối tượng (hoặc id, name, entities)' }),
        dryRun: Type.Boolean({ description: 'chỉ kiểm tra, chưa đăng ký' }),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          line: Type.Integer(),
          id: Type.String(),
          reason: Type.Union([reason.properties.reason, Type.Null()]),
          key: Type.Union([Type.String(), Type.Null()], { description: 'chỉ hiển thị một lần' }),
        }),
      ),
    }),
  },
  'POST /api/devices/:id/active': {
    access: 'device:manage',
    summary: { vi: 'Cho phép hoặc khóa thiết bị', en: 'Allow or block a device' },
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    body: Type.Object({ active: Type.Boolean() }, { additionalProperties: false }),
    answer: Type.Object({ active: Type.Boolean() }),
  },
  'GET /api/quarantine': {
    access: 'ingest:manage',
    summary: { vi: 'Dữ liệu chưa đọc được', en: 'Quarantined input' },
    query: Type.Object({
      q: Type.Optional(Type.String({ maxLength: 200, description: 'một phần của nguồn hay cửa' })),
      limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.Integer(),
          door: Type.String(),
          source: Type.String(),
          receivedAt: Type.String({ format: 'date-time' }),
          reasons: Type.Array(reason, { description: 'các lý do đầu tiên' }),
          refused: Type.Integer({ description: 'số phần bị từ chối' }),
          size: Type.Integer({ description: 'byte' }),
          preview: Type.String(),
        }),
      ),
      total: Type.Integer(),
    }),
  },
  'GET /api/quarantine/:id/file': {
    access: 'ingest:manage',
    summary: { vi: 'Tải nguyên văn dữ liệu bị cách ly', en: 'Quarantined input as it came' },
    params: Type.Object({ id: Type.Integer() }),
    answer: 'file',
  },
  'POST /api/quarantine/:id/retry': {
    access: 'ingest:manage',
    summary: { vi: 'Đọc lại dữ liệu bị cách ly', en: 'Retry quarantined input' },
    params: Type.Object({ id: Type.Integer() }),
    answer: Type.Object({ accepted: Type.Integer(), refused: Type.Array(reason) }),
  },
  'POST /api/quarantine/:id/drop': {
    access: 'ingest:manage',
    summary: { vi: 'Bỏ dữ liệu bị cách ly', en: 'Drop quarantined input' },
    params: Type.Object({ id: Type.Integer() }),
    answer: Type.Object({ state: Type.String() }),
  },
});
