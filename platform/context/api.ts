import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });

export const stateSchema = Type.Object({
  value: Type.Number(),
  observedAt: Type.String({ format: 'date-time' }),
  receivedAt: Type.String({ format: 'date-time' }),
  quality: Type.Integer({ description: '0 đo, 1 hiệu chuẩn, 2 lỗi thiết bị, 3 đã loại bỏ' }),
});

export const entitySchema = Type.Object({
  id: Type.String(),
  type: Type.String(),
  name: Type.String(),
  organisationId: Type.Union([Type.String(), Type.Null()]),
  areaCode: Type.Union([Type.String(), Type.Null()]),
  location: Type.Union([Type.Object({ lon: Type.Number(), lat: Type.Number() }), Type.Null()]),
  properties: Type.Record(Type.String(), Type.Unknown()),
  provenance: Type.Union([Type.Literal('measured'), Type.Literal('simulated'), Type.Literal('replayed')]),
  isPublic: Type.Boolean(),
  version: Type.Integer(),
  updatedAt: Type.String({ format: 'date-time' }),
  state: Type.Record(Type.String(), stateSchema),
  may: Type.Array(Type.String()),
});

export const typeSchema = Type.Object({
  name: Type.String(),
  system: Type.String(),
  title: text,
  visible: Type.String(),
  marker: Type.String(),
  columns: Type.Array(Type.String()),
  schema: Type.Unknown(),
  observes: Type.Record(
    Type.String(),
    Type.Object({
      title: text,
      unit: Type.String(),
      everySeconds: Type.Number(),
      range: Type.Array(Type.Number()),
      rollUp: Type.String(),
      decimals: Type.Optional(Type.Integer()),
      derived: Type.Optional(Type.Boolean()),
    }),
  ),
  headline: Type.Optional(
    Type.Object({
      property: Type.String(),
      levels: Type.Optional(Type.Array(Type.Object({ upTo: Type.Number(), name: text, color: Type.String() }))),
    }),
  ),
});

export const contextApi = endpoints({
  'GET /api/types': {
    access: 'public',
    summary: { vi: 'Các loại đối tượng', en: 'Entity types' },
    answer: Type.Object({ items: Type.Array(typeSchema) }),
  },
  'GET /api/entities': {
    access: 'public',
    summary: { vi: 'Tìm đối tượng cùng trạng thái hiện tại', en: 'Find entities with their current state' },
    query: Type.Object({
      type: Type.Optional(Type.String({ maxLength: 100 })),
      q: Type.Optional(Type.String({ maxLength: 100 })),
      areaCode: Type.Optional(Type.String({ maxLength: 20 })),
      box: Type.Optional(Type.String({ maxLength: 100, description: 'west,south,east,north' })),
      limit: Type.Integer({ minimum: 1, maximum: 5000, default: 100 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({ items: Type.Array(entitySchema), total: Type.Integer() }),
  },
  'GET /api/entities/:id': {
    access: 'public',
    summary: { vi: 'Một đối tượng', en: 'One entity' },
    params: Type.Object({ id: Type.String({ maxLength: 200 }) }),
    answer: entitySchema,
  },
  'PUT /api/entities/:id': {
    access: 'entity:write',
    summary: { vi: 'Thêm hoặc sửa đối tượng', en: 'Make or change an entity' },
    params: Type.Object({ id: Type.String({ maxLength: 200, pattern: '^[A-Za-z0-9:._-]+$' }) }),
    body: Type.Object(
      {
        type: Type.String({ maxLength: 100 }),
        name: Type.String({ minLength: 1, maxLength: 200 }),
        organisationId: Type.Union([Type.String({ maxLength: 100 }), Type.Null()]),
        location: Type.Union([
          Type.Object({
            lon: Type.Number({ minimum: -180, maximum: 180 }),
            lat: Type.Number({ minimum: -90, maximum: 90 }),
          }),
          Type.Null(),
        ]),
        properties: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        isPublic: Type.Optional(Type.Boolean()),
        version: Type.Optional(Type.Integer()),
      },
      { additionalProperties: false },
    ),
    answer: entitySchema,
  },
});
