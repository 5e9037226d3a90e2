import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const days = Type.Object({
  from: Type.String({ format: 'date', description: 'ngày đầu, giờ Việt Nam' }),
  to: Type.String({ format: 'date', description: 'ngày cuối (kể cả)' }),
});

export const environmentApi = endpoints({
  'GET /api/environment/exceedances': {
    access: 'entity:read',
    summary: { vi: 'Sổ vượt quy chuẩn', en: 'Exceedance register' },
    query: Type.Object({
      ...days.properties,
      type: Type.Optional(Type.String({ maxLength: 100 })),
      limit: Type.Integer({ minimum: 1, maximum: 2000, default: 200 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({
      total: Type.Integer(),
      items: Type.Array(
        Type.Object({
          entityId: Type.String(),
          entityName: Type.String(),
          provenance: Type.String(),
          property: Type.String(),
          title: text,
          at: Type.String({ format: 'date-time' }),
          averaging: Type.String(),
          value: Type.Number(),
          unit: Type.String(),
          share: Type.Number(),
          limit: Type.Number(),
          times: Type.Number(),
          standard: Type.String(),
          confirmed: Type.Boolean(),
        }),
      ),
    }),
  },
  'GET /api/environment/limits': {
    access: 'public',
    summary: { vi: 'Giới hạn quy chuẩn của một trạm', en: 'Limits that hold for a station' },
    query: Type.Object({ entity: Type.String({ maxLength: 200 }) }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          property: Type.String(),
          averaging: Type.String(),
          low: Type.Union([Type.Number(), Type.Null()]),
          high: Type.Union([Type.Number(), Type.Null()]),
          unit: Type.String(),
          standard: Type.String(),
          confirmed: Type.Boolean(),
        }),
      ),
    }),
  },
  'GET /api/environment/public/air': {
    access: 'public',
    summary: { vi: 'Chất lượng không khí hiện nay cho người dân', en: 'Air quality now, for citizens' },
    answer: Type.Object({
      at: Type.String({ format: 'date-time' }),
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          areaCode: Type.Union([Type.String(), Type.Null()]),
          location: Type.Union([Type.Object({ lon: Type.Number(), lat: Type.Number() }), Type.Null()]),
          provenance: Type.String(),
          aqi: Type.Union([Type.Number(), Type.Null()]),
          /** start of the hour that the index is of */
          hourAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
          late: Type.Boolean(),
          staleAfterSeconds: Type.Number({ description: 'tuổi từ đó chỉ số là số liệu cũ' }),
          level: Type.Union([Type.Integer(), Type.Null()]),
          pm25: Type.Union([Type.Number(), Type.Null()]),
          last24: Type.Array(Type.Union([Type.Number(), Type.Null()])),
        }),
      ),
    }),
  },
  'GET /api/environment/public/air/summary': {
    access: 'public',
    summary: { vi: 'Không khí hiện nay trong một câu', en: 'The air now in one sentence' },
    answer: Type.Object({
      fresh: Type.Integer({ description: 'số trạm có chỉ số còn mới' }),
      bad: Type.Integer({ description: 'trong đó số trạm từ mức Kém trở lên' }),
      hourAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
        description: 'giờ của chỉ số mới nhất',
      }),
      staleAfterSeconds: Type.Union([Type.Number(), Type.Null()]),
      provenance: Type.Union([Type.String(), Type.Null()]),
    }),
  },
  'GET /api/environment/report/:month': {
    access: 'indicator:read',
    summary: { vi: 'Báo cáo tháng (XLSX hoặc DOCX)', en: 'Monthly report (XLSX or DOCX)' },
    params: Type.Object({ month: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }) }),
    query: Type.Object({ as: Type.Union([Type.Literal('xlsx'), Type.Literal('docx')], { default: 'xlsx' }) }),
    answer: 'file',
  },
});
