import Type from 'typebox';
import { endpoints } from '../../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const time = Type.String({ format: 'date-time' });
const id = Type.Object({ id: Type.String({ format: 'uuid' }) });

const mapping = Type.Object(
  {
    sheet: nullable(Type.String({ maxLength: 100 })),
    headerLine: Type.Integer({ minimum: 1, maximum: 1000 }),
    columns: Type.Array(
      Type.String({
        pattern: '^(entity|property|time|date|clock|value|unit|status|p:[A-Za-z0-9_]{1,100})?$',
        description: 'cột là gì; rỗng: bỏ qua; p:<thông số>: giá trị của một thông số',
      }),
      { maxItems: 500 },
    ),
    entity: nullable(Type.String({ maxLength: 200, description: 'trạm của cả tệp, khi không có cột trạm' })),
    decimal: Type.Enum([',', '.']),
    dateOrder: Type.Enum(['dmy', 'mdy']),
  },
  { additionalProperties: false },
);

const summary = {
  id: Type.String(),
  name: Type.String(),
  bytes: Type.Integer(),
  state: Type.Enum(['new', 'checking', 'checked', 'taking', 'done', 'failed']),
  by: Type.String({ description: 'người nạp' }),
  sentAt: time,
  endedAt: nullable(time),
  rowsDone: Type.Integer(),
  rowsTotal: nullable(Type.Integer()),
  accepted: Type.Integer({ description: 'giá trị được nhận (khi kiểm tra: sẽ được nhận)' }),
  refused: Type.Integer({ description: 'dòng bị từ chối' }),
};

const upload = Type.Object({
  ...summary,
  reason: nullable(text),
  kind: Type.Enum(['csv', 'xlsx']),
  encoding: nullable(Type.String()),
  separator: nullable(Type.String()),
  sheets: Type.Array(Type.String()),
  headings: Type.Array(Type.String()),
  sample: Type.Array(
    Type.Object({ line: Type.Integer(), cells: Type.Array(Type.Union([Type.String(), Type.Number()])) }),
  ),
  mapping,
  preview: Type.Array(
    Type.Object({
      line: Type.Integer(),
      entity: Type.String(),
      property: Type.String(),
      at: nullable(time),
      value: nullable(Type.Number()),
      unit: Type.String(),
      reason: nullable(text),
    }),
  ),
  flaws: Type.Array(Type.Object({ line: Type.Integer(), reason: text }), {
    description: 'các dòng bị từ chối đầu tiên',
  }),
});

export const uploadsApi = endpoints({
  'POST /api/uploads': {
    access: 'history:correct',
    summary: { vi: 'Gửi một tệp số liệu (CSV, XLSX) để xem trước', en: 'Send a file of observations to look at' },
    takes: 'multipart',
    answer: upload,
  },
  'GET /api/uploads': {
    access: 'history:correct',
    summary: { vi: 'Các tệp số liệu đã gửi', en: 'Files of observations sent' },
    query: Type.Object({
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({ items: Type.Array(Type.Object(summary)), total: Type.Integer() }),
  },
  'GET /api/uploads/columns': {
    access: 'history:correct',
    summary: { vi: 'Các thông số mà một cột có thể là', en: 'Properties that a column may be' },
    answer: Type.Object({
      items: Type.Array(Type.Object({ property: Type.String(), title: text, unit: Type.String() })),
    }),
  },
  'GET /api/uploads/:id': {
    access: 'history:correct',
    summary: { vi: 'Một tệp đã gửi: cột, xem trước, tiến độ, kết quả', en: 'A file sent: columns, preview, progress' },
    params: id,
    answer: upload,
  },
  'PUT /api/uploads/:id/mapping': {
    access: 'history:correct',
    summary: { vi: 'Nói rõ các cột rồi kiểm tra cả tệp', en: 'Say what the columns are, and check the file' },
    params: id,
    body: mapping,
    answer: upload,
  },
  'POST /api/uploads/:id/take': {
    access: 'history:correct',
    summary: { vi: 'Nạp các dòng đúng của tệp đã kiểm tra', en: 'Take the good rows of a checked file' },
    params: id,
    answer: upload,
  },
  'GET /api/uploads/:id/refused': {
    access: 'history:correct',
    summary: { vi: 'Các dòng bị từ chối, kèm lý do (CSV)', en: 'Refused rows with their reasons (CSV)' },
    params: id,
    answer: 'file',
  },
  'GET /api/uploads/of/:entity/:property': {
    access: 'entity:read',
    summary: { vi: 'Ai đã nạp số liệu của một thông số bằng tệp', en: 'Who brought values of a property in by a file' },
    params: Type.Object({ entity: Type.String({ maxLength: 200 }), property: Type.String({ maxLength: 100 }) }),
    query: Type.Object({ from: time, to: time }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          by: Type.String(),
          at: time,
          n: Type.Integer({ description: 'giá trị của thông số này trong tệp' }),
          from: time,
          to: time,
        }),
      ),
    }),
  },
});
