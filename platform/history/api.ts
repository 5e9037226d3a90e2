import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const number = Type.Union([Type.Number(), Type.Null()]);
const place = Type.Object({ entity: Type.String({ maxLength: 200 }), property: Type.String({ maxLength: 100 }) });

export const historyApi = endpoints({
  'GET /api/history/:entity/:property': {
    access: 'public',
    summary: { vi: 'Chuỗi số liệu của một thông số', en: 'The curve of a property' },
    params: place,
    query: Type.Object({
      from: Type.String({ format: 'date-time' }),
      to: Type.String({ format: 'date-time' }),
      step: Type.Union([Type.Literal('raw'), Type.Literal('hour'), Type.Literal('day')], { default: 'hour' }),
    }),
    answer: Type.Object({
      unit: Type.String(),
      everySeconds: Type.Number(),
      cut: Type.Boolean({ description: 'true: còn số liệu, hãy thu hẹp khoảng thời gian' }),
      points: Type.Array(
        Type.Object({
          at: Type.Number(),
          value: number,
          min: number,
          max: number,
          n: Type.Integer(),
          share: Type.Number(),
        }),
      ),
      shades: Type.Array(Type.Object({ from: Type.Number(), to: Type.Number(), quality: Type.Integer() })),
    }),
  },
  'GET /api/history/:entity/:property/explain': {
    access: 'public',
    summary: {
      vi: 'Vì sao có giá trị này: số liệu, công thức, phiên bản, căn cứ',
      en: 'Why: rows, formula, version, law',
    },
    params: place,
    query: Type.Object({ at: Type.String({ format: 'date-time' }) }),
    answer: Type.Object({
      value: number,
      version: Type.Integer(),
      formula: text,
      source: text,
      steps: Type.Array(text),
      rows: Type.Array(Type.Object({ name: text, value: number, unit: Type.String(), note: text })),
      inputs: Type.Array(
        Type.Object({
          property: Type.String(),
          unit: Type.String(),
          hours: Type.Array(Type.Object({ at: Type.Number(), mean: number, n: Type.Integer(), valid: Type.Boolean() })),
        }),
      ),
    }),
  },
  'GET /api/history/:entity/:property/export.csv': {
    access: 'public',
    summary: { vi: 'Tải số liệu (CSV)', en: 'Download the curve (CSV)' },
    params: place,
    query: Type.Object({
      from: Type.String({ format: 'date-time' }),
      to: Type.String({ format: 'date-time' }),
      step: Type.Union([Type.Literal('raw'), Type.Literal('hour'), Type.Literal('day')], { default: 'hour' }),
    }),
    answer: 'file',
  },
});
