import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const number = Type.Union([Type.Number(), Type.Null()]);
const judged = Type.Object({ value: Type.Number(), quality: Type.Integer() });
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
  'POST /api/history/:entity/:property/corrections': {
    access: 'history:correct',
    summary: { vi: 'Hiệu chỉnh hoặc loại bỏ số liệu, có lý do', en: 'Correct or take out values, with a reason' },
    params: place,
    body: Type.Object({
      from: Type.String({ format: 'date-time' }),
      to: Type.String({ format: 'date-time', description: 'không gồm thời điểm này' }),
      reason: Type.String({ minLength: 5, maxLength: 1000 }),
      change: Type.Union([
        Type.Object({ action: Type.Literal('replace'), value: Type.Number() }),
        Type.Object({ action: Type.Literal('delete') }),
        Type.Object({ action: Type.Literal('flag'), quality: Type.Union([Type.Literal(1), Type.Literal(2)]) }),
        Type.Object({ action: Type.Literal('restore') }),
      ]),
    }),
    answer: Type.Object({ changed: Type.Integer() }),
  },
  'GET /api/history/:entity/:property/corrections': {
    access: 'entity:read',
    summary: { vi: 'Dấu vết hiệu chỉnh: ai, vì sao, giá trị cũ', en: 'Trace of corrections: who, why, old values' },
    params: place,
    query: Type.Object({ from: Type.String({ format: 'date-time' }), to: Type.String({ format: 'date-time' }) }),
    answer: Type.Object({
      mayCorrect: Type.Boolean(),
      corrections: Type.Array(
        Type.Object({
          id: Type.Integer(),
          from: Type.Number(),
          to: Type.Number(),
          action: Type.Enum(['replace', 'delete', 'flag', 'restore']),
          n: Type.Integer(),
          reason: Type.String(),
          by: Type.String(),
          at: Type.Number(),
        }),
      ),
      revisions: Type.Array(
        Type.Object({
          at: Type.Number(),
          old: judged,
          now: Type.Union([judged, Type.Null()]),
          correction: Type.Union([Type.Integer(), Type.Null()]),
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
      bom: Type.Boolean({ default: true, description: 'dấu BOM đầu tệp cho Excel' }),
    }),
    answer: 'file',
  },
  'GET /api/history/:entity/:property/export.parquet': {
    access: 'public',
    summary: { vi: 'Tải số liệu (Parquet)', en: 'Download the curve (Parquet)' },
    params: place,
    query: Type.Object({
      from: Type.String({ format: 'date-time' }),
      to: Type.String({ format: 'date-time' }),
      step: Type.Union([Type.Literal('raw'), Type.Literal('hour'), Type.Literal('day')], { default: 'hour' }),
    }),
    answer: 'file',
  },
  'GET /api/history/:entity/coverage': {
    access: 'entity:read',
    summary: { vi: 'Số liệu thiếu: phải có, đã nhận, khoảng trống dài nhất', en: 'Gaps: expected, received, longest' },
    params: Type.Object({ entity: Type.String({ maxLength: 200 }) }),
    query: Type.Object({ from: Type.String({ format: 'date-time' }), to: Type.String({ format: 'date-time' }) }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          property: Type.String(),
          expected: Type.Integer(),
          received: Type.Integer(),
          good: Type.Integer(),
          gaps: Type.Integer(),
          longest: Type.Union([Type.Object({ from: Type.Number(), to: Type.Number() }), Type.Null()]),
        }),
      ),
    }),
  },
});
