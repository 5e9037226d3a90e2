import Type, { type Static } from 'typebox';
import { endpoints } from '../../http/endpoints.ts';
import { DEVICE_ID } from '../api.ts';
import { mappingSchema } from '../protocols/mapping.ts';
import { readingSchema } from './reading.ts';

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const instant = Type.String({ format: 'date-time' });
const text = Type.Object({ vi: Type.String(), en: Type.String() });
const keyPlace = Type.Union([Type.Literal('header'), Type.Literal('query')]);

export const definitionSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    entityIds: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 1000 }),
    url: Type.String({ minLength: 1, maxLength: 2000 }),
    headers: Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9-]{1,60}$' }),
      Type.String({ maxLength: 500, pattern: '^[ -~]*$' }),
    ),
    key: nullable(
      Type.Object(
        { place: keyPlace, name: Type.String({ pattern: '^[A-Za-z0-9_.-]{1,60}$' }) },
        { additionalProperties: false, description: 'khóa truy cập đặt ở đâu, tên gì' },
      ),
    ),
    reading: readingSchema,
    mapping: mappingSchema,
    everyMinutes: Type.Integer({ minimum: 1, maximum: 1440 }),
    offsetMinutes: Type.Integer({ minimum: 0, maximum: 1439, description: 'từ phút thứ mấy, tính từ 0 giờ' }),
    promisedMinutes: Type.Integer({ minimum: 1, maximum: 43_200, description: 'cam kết có số liệu mới' }),
    timeoutSeconds: Type.Integer({ minimum: 1, maximum: 60 }),
    maxBytes: Type.Integer({ minimum: 1_000, maximum: 50_000_000 }),
  },
  { additionalProperties: false },
);
export type Definition = Static<typeof definitionSchema>;

const id = Type.String({ pattern: DEVICE_ID });
const params = Type.Object({ id });
/** The key itself: taken, never given out. */
const keyValue = Type.Optional(Type.String({ minLength: 1, maxLength: 2000, pattern: '^[ -~]+$' }));

const run = Type.Object({
  id: Type.Integer(),
  startedAt: instant,
  endedAt: nullable(instant),
  outcome: Type.Enum(['running', 'taken', 'unchanged', 'failed']),
  status: nullable(Type.Integer()),
  bytes: nullable(Type.Integer()),
  accepted: Type.Integer(),
  refused: Type.Integer(),
  passed: Type.Integer({ description: 'dòng của đối tượng không có trong danh sách' }),
  problem: nullable(text),
});

const connector = Type.Object({
  id: Type.String(),
  definition: definitionSchema,
  hasKey: Type.Boolean(),
  active: Type.Boolean(),
  organisationId: nullable(Type.String()),
  areaCode: nullable(Type.String()),
  nextRunAt: instant,
  deliveredAt: nullable(instant),
  failures: Type.Integer({ description: 'số lần hỏng liên tiếp' }),
  lastRun: nullable(run),
});

export const connectorsApi = endpoints({
  'GET /api/connectors': {
    access: 'device:manage',
    summary: { vi: 'Cầu nối lấy dữ liệu', en: 'Connectors that fetch data' },
    answer: Type.Object({ items: Type.Array(connector) }),
  },
  'GET /api/connectors/:id': {
    access: 'device:manage',
    summary: { vi: 'Một cầu nối và các lần chạy gần đây', en: 'A connector and its last runs' },
    params,
    answer: Type.Object({ connector, runs: Type.Array(run) }),
  },
  'POST /api/connectors': {
    access: 'device:manage',
    summary: { vi: 'Tạo cầu nối', en: 'Make a connector' },
    body: Type.Object({ id, definition: definitionSchema, keyValue }, { additionalProperties: false }),
    answer: connector,
  },
  'PUT /api/connectors/:id': {
    access: 'device:manage',
    summary: { vi: 'Sửa cầu nối', en: 'Change a connector' },
    params,
    body: Type.Object({ definition: definitionSchema, keyValue }, { additionalProperties: false }),
    answer: connector,
  },
  'POST /api/connectors/try': {
    access: 'device:manage',
    summary: { vi: 'Lấy thử một lần, không ghi gì', en: 'Fetch once and store nothing' },
    body: Type.Object(
      { id: Type.Optional(id), definition: definitionSchema, keyValue },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      status: Type.Integer(),
      bytes: Type.Integer(),
      problem: nullable(text),
      beginning: Type.String({ description: 'đoạn đầu của câu trả lời' }),
      rows: Type.Integer(),
      passed: Type.Integer(),
      values: Type.Integer(),
      refused: Type.Integer(),
      shown: Type.Array(
        Type.Object({
          row: Type.String(),
          values: Type.Array(
            Type.Object({
              entity: Type.String(),
              property: Type.String(),
              at: nullable(instant),
              value: Type.Number(),
              reason: nullable(text),
            }),
          ),
          bad: Type.Array(Type.Object({ at: Type.String(), reason: text })),
        }),
      ),
    }),
  },
  'POST /api/connectors/:id/run': {
    access: 'device:manage',
    summary: { vi: 'Lấy ngay trong vài giây tới', en: 'Fetch within seconds' },
    params,
    answer: Type.Object({ nextRunAt: instant }),
  },
});
