import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const maybe = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const day = Type.String({ format: 'date' });
const terms = {
  covers: Type.Array(Type.String({ maxLength: 200, description: 'Loại hoặc Loại.thông-số' }), { maxItems: 200 }),
  rawDays: Type.Integer({ minimum: 31, maximum: 36_500 }),
  hourDays: maybe(Type.Integer({ minimum: 62, maximum: 36_500 })),
};
const id = Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' });
const span = Type.Object({ from: day, to: Type.String({ format: 'date', description: 'không gồm ngày này (UTC)' }) });

export const retentionApi = endpoints({
  'GET /api/retention': {
    access: 'retention:manage',
    summary: { vi: 'Thời hạn lưu giữ số liệu và lượng đang giữ', en: 'How long data are kept, and what is held' },
    answer: Type.Object({
      classes: Type.Array(
        Type.Object({
          id: Type.String(),
          title: Type.String(),
          ...terms,
          reason: Type.String(),
          changedAt: Type.String({ format: 'date-time' }),
          changedBy: Type.String(),
          effectiveAt: Type.String({ format: 'date-time' }),
          before: day,
        }),
      ),
      held: Type.Array(
        Type.Object({
          type: Type.String(),
          property: Type.String(),
          observations: Type.Number(),
          bytes: Type.Number(),
          firstDay: maybe(day),
          measuredAt: Type.String({ format: 'date-time' }),
        }),
      ),
    }),
  },
  'POST /api/retention/:id/preview': {
    access: 'retention:manage',
    summary: { vi: 'Thời hạn này sẽ xóa những gì', en: 'What a class would take away' },
    params: Type.Object({ id }),
    body: Type.Object(terms),
    answer: Type.Object({
      before: day,
      observations: Type.Number(),
      first: maybe(day),
      hoursBefore: maybe(Type.String({ format: 'date-time' })),
      hours: Type.Number(),
      effectiveAt: Type.String({ format: 'date-time' }),
    }),
  },
  'PUT /api/retention/:id': {
    access: 'retention:manage',
    summary: {
      vi: 'Đặt thời hạn lưu giữ; có hiệu lực sau một ngày',
      en: 'Set a retention class; in force after a day',
    },
    params: Type.Object({ id }),
    body: Type.Object({
      title: Type.String({ minLength: 3, maxLength: 200 }),
      ...terms,
      reason: Type.String({ minLength: 5, maxLength: 1000, description: 'căn cứ pháp lý hoặc lý do' }),
    }),
    answer: Type.Object({ ok: Type.Literal(true) }),
  },
  'DELETE /api/retention/:id': {
    access: 'retention:manage',
    summary: { vi: 'Bỏ thời hạn: không xóa thêm gì', en: 'Remove a class: nothing more goes' },
    params: Type.Object({ id }),
    answer: Type.Object({ ok: Type.Literal(true) }),
  },
  'GET /api/retention/:id/export.csv': {
    access: 'retention:manage',
    summary: { vi: 'Tải số liệu gốc của một thời hạn (CSV)', en: 'Download single values of a class (CSV)' },
    params: Type.Object({ id }),
    query: span,
    answer: 'file',
  },
  'GET /api/retention/:id/export.parquet': {
    access: 'retention:manage',
    summary: { vi: 'Tải số liệu gốc của một thời hạn (Parquet)', en: 'Download single values of a class (Parquet)' },
    params: Type.Object({ id }),
    query: span,
    answer: 'file',
  },
});
