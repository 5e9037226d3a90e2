import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const maybeText = Type.Union([Type.String(), Type.Null()]);
const query = {
  from: Type.String({ format: 'date' }),
  to: Type.String({ format: 'date', description: 'gồm cả ngày này' }),
  type: Type.Optional(Type.String({ maxLength: 100 })),
  organisationId: Type.Optional(Type.String({ maxLength: 100 })),
  areaCode: Type.Optional(Type.String({ maxLength: 20 })),
  q: Type.Optional(Type.String({ maxLength: 100, description: 'tên, có dấu hoặc không' })),
};

export const gapsApi = endpoints({
  'GET /api/gaps': {
    access: 'entity:read',
    summary: { vi: 'Số liệu thiếu toàn tỉnh, thiếu nhiều nhất trước', en: 'Missing data of the province, worst first' },
    query: Type.Object({
      ...query,
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({
      total: Type.Integer(),
      items: Type.Array(
        Type.Object({
          entityId: Type.String(),
          name: Type.String(),
          type: Type.String(),
          organisationId: maybeText,
          areaCode: maybeText,
          provenance: Type.String(),
          property: Type.String(),
          expected: Type.Number(),
          received: Type.Number(),
          good: Type.Number(),
          missing: Type.Number(),
          longest: Type.Union([Type.Object({ from: Type.Number(), to: Type.Number() }), Type.Null()]),
        }),
      ),
    }),
  },
  'GET /api/gaps.csv': {
    access: 'entity:read',
    summary: { vi: 'Số liệu thiếu toàn tỉnh (CSV)', en: 'Missing data of the province (CSV)' },
    query: Type.Object({ ...query, bom: Type.Boolean({ default: true, description: 'dấu BOM đầu tệp cho Excel' }) }),
    answer: 'file',
  },
});
