import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const year = Type.Integer({ minimum: 1990, maximum: 2100 });

const hours = {
  validFrom: nullable(day),
  validTo: nullable(day),
  weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { uniqueItems: true, minItems: 1 }),
  spans: Type.Array(
    Type.Tuple([Type.Integer({ minimum: 0, maximum: 1440 }), Type.Integer({ minimum: 0, maximum: 1440 })]),
    {
      minItems: 1,
    },
  ),
  source: Type.String({ minLength: 1, maxLength: 500 }),
  confirmedBy: nullable(Type.String({ maxLength: 200 })),
};
const rule = {
  title: text,
  reckoning: Type.Enum(['solar', 'lunar']),
  month: Type.Integer({ minimum: 1, maximum: 12 }),
  day: Type.Integer({ minimum: 1, maximum: 30 }),
  counts: Type.Enum(['always', 'when-confirmed', 'by-decision']),
  days: Type.Integer({ minimum: 1, maximum: 15 }),
  validFrom: nullable(day),
  validTo: nullable(day),
  source: Type.String({ minLength: 1, maxLength: 500 }),
  confirmedBy: nullable(Type.String({ maxLength: 200 })),
};
const setDay = Type.Object({
  day,
  kind: Type.Enum(['off', 'working']),
  reason: Type.Enum(['tet', 'national-day', 'compensatory', 'swap', 'other']),
  title: text,
  source: Type.String({ minLength: 1, maxLength: 500 }),
  confirmedBy: nullable(Type.String({ maxLength: 200 })),
});
const warning = Type.Object({
  year: Type.Integer(),
  code: Type.Enum(['hours-missing', 'tet-missing', 'national-day-missing', 'compensation-missing', 'rule-unconfirmed']),
  text,
});
const proposed = Type.Object({ ...setDay.properties, entered: Type.Boolean() });
const why = Type.String({ minLength: 1, maxLength: 500, description: 'the ground: decision, announcement' });
const done = Type.Object({ warnings: Type.Array(warning) });

export const calendarApi = endpoints({
  'GET /api/calendar': {
    access: 'signed-in',
    summary: { vi: 'Lịch làm việc của một năm', en: 'The working calendar of a year' },
    query: Type.Object({ year: Type.Optional(year) }),
    answer: Type.Object({
      year: Type.Integer(),
      hours: Type.Array(Type.Object({ id: Type.String(), ...hours })),
      rules: Type.Array(Type.Object({ code: Type.String(), ...rule })),
      days: Type.Array(
        Type.Object({
          day,
          off: Type.Boolean(),
          title: text,
          source: Type.String(),
          by: Type.Enum(['rule', 'decision']),
          confirmedBy: nullable(Type.String()),
        }),
      ),
      warnings: Type.Array(warning),
      may: Type.Array(Type.String()),
    }),
  },
  'GET /api/calendar/deadline': {
    access: 'signed-in',
    summary: { vi: 'Hạn sau một số phút làm việc', en: 'The instant after so many working minutes' },
    query: Type.Object({
      start: Type.String({ format: 'date-time' }),
      minutes: Type.Number({ minimum: 0, maximum: 1_000_000 }),
    }),
    answer: Type.Object({ dueAt: Type.String({ format: 'date-time' }), guessedYears: Type.Array(Type.Integer()) }),
  },
  'GET /api/calendar/proposal': {
    access: 'calendar:manage',
    summary: { vi: 'Dự kiến ngày nghỉ của một năm', en: "A computed proposal of a year's days off" },
    query: Type.Object({ year }),
    answer: Type.Object({ items: Type.Array(proposed), total: Type.Integer() }),
  },
  'POST /api/calendar/days': {
    access: 'calendar:manage',
    summary: { vi: 'Nhập ngày nghỉ, ngày làm bù theo quyết định', en: 'Enter days off and days worked by decision' },
    body: Type.Object({ days: Type.Array(setDay, { minItems: 1, maxItems: 60 }), why }),
    answer: done,
  },
  'DELETE /api/calendar/days/:day': {
    access: 'calendar:manage',
    summary: { vi: 'Bỏ một ngày đã nhập', en: 'Take back an entered day' },
    params: Type.Object({ day }),
    query: Type.Object({ why }),
    answer: done,
  },
  'PUT /api/calendar/rules/:code': {
    access: 'calendar:manage',
    summary: { vi: 'Sửa, xác nhận một ngày lễ hằng năm', en: 'Edit or confirm a yearly holiday' },
    params: Type.Object({ code: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }) }),
    body: Type.Object({ ...rule, why }),
    answer: done,
  },
  'PUT /api/calendar/hours/:id': {
    access: 'calendar:manage',
    summary: { vi: 'Sửa giờ làm việc', en: 'Edit the hours of work' },
    params: Type.Object({ id: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }) }),
    body: Type.Object({ ...hours, why }),
    answer: done,
  },
});
