import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const time = Type.String({ format: 'date-time' });
const code = Type.Object({ code: Type.String({ maxLength: 100 }) });

const periodQuery = {
  period: Type.Optional(
    Type.String({
      pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$',
      description: '2026-11-23, 2026-11 or 2026; this month if absent',
    }),
  ),
  area: Type.Optional(Type.String({ maxLength: 20, description: 'unit code' })),
};
const rowsQuery = { ...periodQuery, source: Type.String({ maxLength: 100 }) };

const figure = {
  code: Type.String(),
  title: text,
  unit: Type.String(),
  better: Type.Enum(['higher', 'lower']),
  target: nullable(Type.Number()),
  met: nullable(Type.Boolean()),
  period: Type.String(),
  complete: Type.Boolean(),
  value: nullable(Type.Number()),
  previous: nullable(Type.Number()),
  version: Type.Integer(),
  inputs: Type.Array(
    Type.Object({ name: Type.String(), title: text, unit: Type.String(), value: nullable(Type.Number()) }),
  ),
  problem: nullable(text),
  snapshot: nullable(
    Type.Object({ value: nullable(Type.Number()), version: Type.Integer(), computedAt: time, differs: Type.Boolean() }),
  ),
};

export const indicatorsApi = endpoints({
  'GET /api/indicators': {
    access: 'indicator:read',
    summary: { vi: 'Các chỉ tiêu của một kỳ', en: 'The indicators of a period' },
    query: Type.Object(periodQuery),
    answer: Type.Object({
      period: Type.Object({ key: Type.String(), kind: Type.Enum(['day', 'month', 'year']), from: time, to: time }),
      items: Type.Array(Type.Object(figure)),
      total: Type.Integer(),
    }),
  },
  'GET /api/indicators/:code': {
    access: 'indicator:read',
    summary: { vi: 'Vì sao? Công thức, phiên bản, căn cứ, số liệu đầu vào', en: 'Why? Formula, version, law, inputs' },
    params: code,
    query: Type.Object(periodQuery),
    answer: Type.Object({
      ...figure,
      formula: Type.String(),
      words: text,
      law: nullable(text),
      validFrom: time,
      versions: Type.Array(Type.Object({ version: Type.Integer(), formula: Type.String(), validFrom: time })),
      may: Type.Array(Type.String()),
    }),
  },
  'GET /api/indicators/:code/rows': {
    access: 'indicator:read',
    summary: { vi: 'Các dòng của một số liệu đầu vào', en: 'The rows behind one input' },
    params: code,
    query: Type.Object({
      ...rowsQuery,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      offset: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
    answer: Type.Object({
      columns: Type.Array(Type.Object({ key: Type.String(), title: text, unit: Type.Optional(Type.String()) })),
      items: Type.Array(
        Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
      ),
      total: Type.Integer(),
    }),
  },
  'GET /api/indicators/:code/rows.csv': {
    access: 'indicator:read',
    summary: { vi: 'Các dòng ấy dưới dạng CSV, kèm nguồn', en: 'The same as CSV, with provenance' },
    params: code,
    query: Type.Object({ ...rowsQuery, language: Type.Optional(Type.Enum(['vi', 'en'])) }),
    answer: 'file',
  },
});
