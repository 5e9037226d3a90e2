import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const level = Type.Union([Type.Literal('province'), Type.Literal('district'), Type.Literal('commune')]);
const day = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  description: 'yyyy-mm-dd, Vietnam time; today if absent',
});
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const unitFields = {
  id: Type.String(),
  code: Type.String(),
  name: Type.String(),
  type: Type.String(),
  level,
  parent: nullable(Type.String()),
  validFrom: nullable(Type.String()),
  validTo: nullable(Type.String()),
  centre: nullable(Type.Object({ lon: Type.Number(), lat: Type.Number() })),
  areaKm2: nullable(Type.Number()),
  formerDistrict: nullable(Type.String()),
  inFormerThaiBinh: nullable(Type.Boolean()),
};
const unit = Type.Object(unitFields);
const related = Type.Object({
  name: Type.String(),
  unit: nullable(unit),
  basis: Type.Union([
    Type.Literal('named'),
    Type.Literal('spelling'),
    Type.Literal('to-confirm'),
    Type.Literal('not-listed'),
    Type.Literal('unresolved'),
  ]),
});

export const territoryApi = endpoints({
  'GET /api/territory/units': {
    access: 'public',
    summary: { vi: 'Đơn vị hành chính vào một ngày', en: 'Administrative units on a day' },
    query: Type.Object({
      at: Type.Optional(day),
      parent: Type.Optional(Type.String({ maxLength: 20 })),
      level: Type.Optional(level),
      q: Type.Optional(Type.String({ maxLength: 100, description: 'part of the name, with or without diacritics' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      offset: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
    answer: Type.Object({ items: Type.Array(unit), total: Type.Integer() }),
  },
  'GET /api/territory/units/:code': {
    access: 'public',
    summary: { vi: 'Một đơn vị: thời hạn, tiền thân, kế tục', en: 'One unit: validity, predecessors, successors' },
    params: Type.Object({ code: Type.String({ maxLength: 20 }) }),
    query: Type.Object({ at: Type.Optional(day) }),
    answer: Type.Object({
      ...unitFields,
      sameCode: Type.Array(unit),
      predecessors: Type.Array(related),
      successors: Type.Array(related),
      /** where its border comes from; null where there is none */
      border: nullable(Type.Object({ approximate: Type.Boolean(), source: Type.String() })),
      may: Type.Array(Type.String()),
    }),
  },
  'GET /api/territory/borders': {
    access: 'public',
    summary: {
      vi: 'Ranh giới (GeoJSON), ghi rõ nếu gần đúng',
      en: 'Borders as GeoJSON; `approximate` where not surveyed',
    },
    query: Type.Object({ at: Type.Optional(day), level, parent: Type.Optional(Type.String({ maxLength: 20 })) }),
    answer: 'file',
  },
  'GET /api/territory/base': {
    access: 'public',
    summary: { vi: 'Nền bản đồ: đất liền, Hoàng Sa, Trường Sa', en: "The map's base: land, Hoàng Sa, Trường Sa" },
    answer: 'file',
  },
  'GET /api/territory/locate': {
    access: 'public',
    summary: { vi: 'Đơn vị chứa một điểm vào một ngày', en: 'The unit that holds a point on a day' },
    query: Type.Object({
      lon: Type.Number({ minimum: -180, maximum: 180 }),
      lat: Type.Number({ minimum: -90, maximum: 90 }),
      at: Type.Optional(day),
      level: Type.Optional(level),
    }),
    answer: Type.Object({
      unit: nullable(unit),
      /** whether the border that decided is not the surveyed one; null where no unit was found */
      approximate: nullable(Type.Boolean()),
    }),
  },
});
