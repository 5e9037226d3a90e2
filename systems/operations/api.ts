import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

export const shiftEntrySchema = Type.Object({
  id: Type.Integer(),
  at: Type.String({ format: 'date-time' }),
  userId: Type.String(),
  userName: Type.String(),
  kind: Type.Union([Type.Literal('note'), Type.Literal('begin'), Type.Literal('handover'), Type.Literal('takeover')]),
  text: Type.String(),
  confirms: Type.Union([Type.Integer(), Type.Null()]),
});

export const operationsApi = endpoints({
  'GET /api/operations/shift': {
    access: 'wall:read',
    summary: { vi: 'Sổ trực, mới nhất trước; ai đang trực', en: 'The shift log, newest first; who is on duty' },
    query: Type.Object({
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({
      items: Type.Array(shiftEntrySchema),
      total: Type.Integer(),
      onDuty: Type.Union([
        Type.Object({ userId: Type.String(), userName: Type.String(), since: Type.String({ format: 'date-time' }) }),
        Type.Null(),
      ]),
      /** a hand-over that nobody has taken over yet */
      waiting: Type.Union([Type.Integer(), Type.Null()]),
      may: Type.Array(Type.String()),
    }),
  },
  'POST /api/operations/shift': {
    access: 'shift:write',
    summary: { vi: 'Ghi sổ trực, bàn giao, nhận ca', en: 'Write the log, hand over, take over' },
    body: Type.Object(
      {
        kind: Type.Union([
          Type.Literal('note'),
          Type.Literal('begin'),
          Type.Literal('handover'),
          Type.Literal('takeover'),
        ]),
        text: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }),
        confirms: Type.Optional(Type.Integer()),
      },
      { additionalProperties: false },
    ),
    answer: shiftEntrySchema,
  },
});
