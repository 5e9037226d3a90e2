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

const freshness = {
  at: Type.Union([Type.Number(), Type.Null()], { description: 'lúc đo (ms)' }),
  staleSeconds: Type.Number({ description: 'sau chừng này giây số liệu là cũ' }),
};

const spotSchema = Type.Object({
  id: Type.String(),
  type: Type.String(),
  name: Type.String(),
  lon: Type.Number(),
  lat: Type.Number(),
  value: Type.Union([Type.Number(), Type.Null()]),
  provenance: Type.Union([Type.Literal('measured'), Type.Literal('simulated'), Type.Literal('replayed')]),
  ...freshness,
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
  relations: Type.Record(
    Type.String(),
    Type.Object({ title: text, inverse: text, to: Type.Optional(Type.Array(Type.String())) }),
  ),
  headline: Type.Optional(
    Type.Object({
      property: Type.String(),
      levels: Type.Optional(Type.Array(Type.Object({ upTo: Type.Number(), name: text, color: Type.String() }))),
      worst: Type.Optional(Type.Union([Type.Literal('first'), Type.Literal('last')])),
    }),
  ),
});

const order = Type.Optional(Type.Union([Type.Literal('name'), Type.Literal('-name')]));

const outcome = {
  made: Type.Integer(),
  changed: Type.Integer(),
  same: Type.Integer({ description: 'không có gì khác nên không ghi' }),
};

/** What a list shows and what its export holds: asked in the same words. */
const narrowing = {
  type: Type.Optional(Type.String({ maxLength: 500, description: 'một hoặc nhiều loại, cách nhau bằng dấu phẩy' })),
  provenance: Type.Optional(Type.String({ maxLength: 100, description: 'measured,simulated,replayed' })),
  q: Type.Optional(Type.String({ maxLength: 100, description: 'các từ trong tên, có dấu hay không dấu; hoặc một mã' })),
  where: Type.Optional(
    Type.String({ maxLength: 1000, description: 'điều kiện thuộc tính như NGSI-LD: power>=50;street=="Lê Lợi"' }),
  ),
  areaCode: Type.Optional(Type.String({ maxLength: 1000, description: 'một hoặc nhiều mã, cách nhau bằng dấu phẩy' })),
  organisationId: Type.Optional(Type.String({ maxLength: 100 })),
  box: Type.Optional(Type.String({ maxLength: 100, description: 'west,south,east,north' })),
  near: Type.Optional(Type.String({ maxLength: 100, description: 'lon,lat,metres; gần nhất trước' })),
};

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
      ...narrowing,
      ids: Type.Optional(Type.String({ maxLength: 12_000, description: 'nhiều nhất 200 mã, cách nhau bằng dấu phẩy' })),
      limit: Type.Integer({ minimum: 1, maximum: 5000, default: 100 }),
      offset: Type.Integer({ minimum: 0, maximum: 10_000, default: 0 }),
      order,
    }),
    answer: Type.Object({
      items: Type.Array(entitySchema),
      total: Type.Integer({ description: 'đếm đến 10.000' }),
      more: Type.Boolean({ description: 'còn nhiều hơn total' }),
    }),
  },
  'GET /api/entity-names': {
    access: 'public',
    summary: { vi: 'Tìm đối tượng theo tên để chọn', en: 'Find entities by name, to choose one' },
    query: Type.Object({
      q: Type.Optional(Type.String({ maxLength: 100 })),
      type: Type.Optional(Type.String({ maxLength: 500 })),
      limit: Type.Integer({ minimum: 1, maximum: 50, default: 20 }),
    }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.String(),
          name: Type.String(),
          areaCode: Type.Union([Type.String(), Type.Null()]),
        }),
      ),
    }),
  },
  'GET /api/places': {
    access: 'public',
    summary: {
      vi: 'Đối tượng trong một phần bản đồ: từng cái khi ít, thành cụm khi nhiều',
      en: 'Entities in a part of the map: one by one where they are few, in clusters where they are many',
    },
    query: Type.Object({
      box: Type.String({ maxLength: 100, description: 'west,south,east,north' }),
      zoom: Type.Number({ minimum: 0, maximum: 22 }),
      type: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    answer: Type.Object({
      total: Type.Integer(),
      simulated: Type.Boolean(),
      spots: Type.Array(spotSchema),
      clusters: Type.Array(
        Type.Object({
          type: Type.String(),
          n: Type.Integer(),
          lon: Type.Number(),
          lat: Type.Number(),
          rank: Type.Union([Type.Integer(), Type.Null()], { description: 'mức xấu nhất trong cụm, 0 là tốt nhất' }),
          ...freshness,
        }),
      ),
    }),
  },
  'GET /api/places/counts': {
    access: 'public',
    summary: { vi: 'Số đối tượng theo loại và số đang gửi số liệu', en: 'Entities by type, and how many send' },
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          type: Type.String(),
          n: Type.Integer(),
          expected: Type.Integer({ description: 'số cam kết gửi số liệu' }),
          sending: Type.Integer(),
          simulated: Type.Integer(),
        }),
      ),
    }),
  },
  'GET /api/entities/export.csv': {
    access: 'public',
    summary: { vi: 'Tải danh sách đối tượng (CSV)', en: 'The list of entities as CSV' },
    query: Type.Object({ ...narrowing, order }),
    answer: 'file',
  },
  'GET /api/entities/export.geojson': {
    access: 'public',
    summary: { vi: 'Tải danh sách đối tượng (GeoJSON)', en: 'The list of entities as GeoJSON' },
    query: Type.Object({ ...narrowing, order }),
    answer: 'file',
  },
  'POST /api/entities/import': {
    access: 'entity:write',
    summary: {
      vi: 'Nhập hoặc cập nhật đối tượng từ tệp CSV hay GeoJSON theo mã; xem trước, dòng sai trả lại để sửa',
      en: 'Make or change entities from a CSV or GeoJSON file by their ids; with a preview, refused rows come back',
    },
    bodyLimit: 16 * 1024 * 1024,
    body: Type.Object(
      {
        format: Type.Union([Type.Literal('csv'), Type.Literal('geojson')]),
        text: Type.String({ minLength: 1 }),
        dryRun: Type.Boolean({ description: 'true: chỉ xem trước, không ghi' }),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      ...outcome,
      refused: Type.Array(Type.Object({ line: Type.Integer(), id: Type.String(), reason: text })),
      toCorrect: Type.Union([Type.String(), Type.Null()], { description: 'các dòng bị từ chối, cùng dạng tệp' }),
    }),
  },
  'POST /api/entities/bulk': {
    access: 'entity:write',
    summary: {
      vi: 'Sửa một mục cho nhiều đối tượng; cái nào không được phép thì báo lại',
      en: 'Change a field of many entities; those that may not be changed are told',
    },
    body: Type.Object(
      {
        items: Type.Array(
          Type.Object(
            { id: Type.String({ maxLength: 200 }), version: Type.Integer() },
            { additionalProperties: false },
          ),
          { minItems: 1, maxItems: 1000 },
        ),
        change: Type.Object(
          {
            organisationId: Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 100 })])),
            areaCode: Type.Optional(Type.String({ maxLength: 20 })),
            isPublic: Type.Optional(Type.Boolean()),
            properties: Type.Optional(
              Type.Record(Type.String(), Type.Unknown(), { description: 'null: bỏ thuộc tính này' }),
            ),
          },
          { additionalProperties: false, minProperties: 1 },
        ),
        dryRun: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      ...outcome,
      refused: Type.Array(Type.Object({ id: Type.String(), reason: text })),
    }),
  },
  'GET /api/entities/:id': {
    access: 'public',
    summary: { vi: 'Một đối tượng', en: 'One entity' },
    params: Type.Object({ id: Type.String({ maxLength: 200 }) }),
    answer: entitySchema,
  },
  'GET /api/entities/:id/relations': {
    access: 'public',
    summary: { vi: 'Đối tượng liên quan, từ cả hai phía', en: 'Related entities, from both sides' },
    params: Type.Object({ id: Type.String({ maxLength: 200 }) }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          relation: Type.String(),
          direction: Type.Union([Type.Literal('to'), Type.Literal('from')]),
          title: text,
          id: Type.String(),
          /** null where it is not there, or not for this reader */
          name: Type.Union([Type.Null(), Type.String()]),
          type: Type.Union([Type.Null(), Type.String()]),
        }),
      ),
      more: Type.Boolean({ description: 'còn nhiều hơn' }),
    }),
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
