import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const closed = { additionalProperties: false } as const;
const time = Type.String({ format: 'date-time' });
const maybe = Type.Union([Type.Null(), Type.String()]);
const maybeTime = Type.Union([Type.Null(), time]);
const uuid = Type.Object({ id: Type.String({ format: 'uuid' }) });
const kind = Type.Union([
  Type.Literal('account'),
  Type.Literal('contact'),
  Type.Literal('device'),
  Type.Literal('network'),
]);
const said = (least: number, most: number) => Type.String({ minLength: least, maxLength: most, pattern: '\\S' });

const block = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  number: maybe,
  reason: Type.String(),
  madeAt: time,
  madeByName: Type.String(),
  until: time,
  appeal: maybe,
  appealedAt: maybeTime,
  liftedAt: maybeTime,
  liftedByName: maybe,
  liftedWhy: maybe,
});
const blocks = Type.Object({ items: Type.Array(block) });

/** Marks of abuse and the list of those who may not send for a while. */
export const reportsAbuseApi = endpoints({
  'GET /api/reports/flagged': {
    access: 'report:moderate',
    summary: { vi: 'Phản ánh có dấu hiệu lạm dụng', en: 'Reports with marks of abuse that nobody has judged' },
    query: Type.Object({ past: Type.Boolean({ default: false, description: 'đã kết luận' }) }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          verdict: maybe,
          judgedByName: maybe,
          judgedAt: maybeTime,
          caseId: Type.String(),
          number: Type.String(),
          text: Type.String(),
          receivedAt: time,
          step: Type.String(),
          known: Type.Array(Type.String()),
          flags: Type.Array(
            Type.Object({ kind: Type.String(), detail: Type.Record(Type.String(), Type.Unknown()), at: time }),
          ),
        }),
      ),
    }),
  },
  'POST /api/reports/flagged/:id/judge': {
    access: 'report:moderate',
    summary: { vi: 'Kết luận về dấu hiệu lạm dụng', en: 'Judge the marks: fine, or abuse' },
    params: uuid,
    body: Type.Object({ verdict: Type.Union([Type.Literal('fine'), Type.Literal('abuse')]) }, closed),
    answer: Type.Object({ done: Type.Boolean() }),
  },
  'GET /api/reports/blocks': {
    access: 'report:moderate',
    summary: { vi: 'Danh sách chặn', en: 'Who may not send, why and until when' },
    query: Type.Object({ past: Type.Boolean({ default: false }) }),
    answer: blocks,
  },
  'POST /api/reports/blocks': {
    access: 'report:moderate',
    summary: { vi: 'Chặn người gửi', en: 'Block the sender of a report, or a contact' },
    body: Type.Object(
      {
        number: Type.Optional(Type.String({ maxLength: 30, pattern: '^PA-\\d{4}-\\d{6,}$' })),
        kinds: Type.Optional(Type.Array(kind, { maxItems: 4 })),
        contact: Type.Optional(Type.String({ maxLength: 254 })),
        reason: said(5, 500),
        days: Type.Integer({ minimum: 1, maximum: 365 }),
      },
      closed,
    ),
    answer: Type.Object({ made: Type.Integer() }),
  },
  'POST /api/reports/blocks/:id/lift': {
    access: 'report:moderate',
    summary: { vi: 'Bỏ chặn', en: 'Lift a block, with the reason' },
    params: uuid,
    body: Type.Object({ why: said(5, 500) }, closed),
    answer: Type.Object({ done: Type.Boolean() }),
  },
  'POST /api/reports/blocks/:id/appeal': {
    access: 'public',
    summary: { vi: 'Khiếu nại lệnh chặn', en: 'Appeal against a block, once' },
    params: uuid,
    body: Type.Object({ text: said(5, 2000) }, closed),
    answer: Type.Object({ done: Type.Boolean() }),
  },
});
