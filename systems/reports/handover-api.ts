import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const closed = { additionalProperties: false } as const;
const token = Type.Object({ token: Type.String({ maxLength: 200 }) });
const maybe = Type.Union([Type.Null(), Type.String({ maxLength: 500 })]);
const clock = Type.Object(
  {
    budget: Type.String({ maxLength: 30, pattern: '^P(?=\\d|T\\d)(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?)?$' }),
    kind: Type.Union([Type.Literal('working'), Type.Literal('calendar')]),
  },
  closed,
);
const receiver = {
  email: Type.Union([Type.Null(), Type.String({ maxLength: 254, format: 'email' })]),
  url: Type.Union([Type.Null(), Type.String({ maxLength: 500, pattern: '^https?://' })]),
  clock,
  active: Type.Boolean(),
  clientId: Type.Optional(
    Type.Union([Type.Null(), Type.String({ maxLength: 100, description: 'thiết bị có api_key gửi diễn biến về' })]),
  ),
  version: Type.Integer({ description: '0: mới' }),
};
const organisation = Type.Object({ organisation: Type.String({ maxLength: 100 }) });
const time = Type.String({ format: 'date-time' });

/** Bodies outside the authorities: who they are, what went to them, and their own page. */
export const reportHandoverApi = endpoints({
  'GET /api/reports/receivers': {
    access: 'report:manage',
    summary: { vi: 'Đơn vị ngoài cơ quan nhà nước nhận phản ánh', en: 'Receivers without an account' },
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          organisationId: Type.String(),
          ...receiver,
          organisationName: Type.Union([Type.Null(), Type.Object({ vi: Type.String(), en: Type.String() })]),
          accounts: Type.Integer({ description: 'số tài khoản của đơn vị trên hệ thống' }),
          now: Type.Integer(),
          late: Type.Integer(),
          answered: Type.Integer({ description: 'trong 90 ngày' }),
          inTime: Type.Integer(),
          declined: Type.Integer(),
          failed: Type.Integer(),
        }),
      ),
    }),
  },
  'GET /api/reports/receivers/:organisation/handovers': {
    access: 'report:manage',
    summary: { vi: 'Phản ánh đã chuyển cho đơn vị', en: 'What was handed over to a receiver' },
    params: organisation,
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          caseId: Type.String(),
          number: Type.String(),
          categoryTitle: Type.Object({ vi: Type.String(), en: Type.String() }),
          areaName: Type.String(),
          via: Type.String(),
          state: Type.String(),
          madeAt: time,
          dueAt: Type.Union([Type.Null(), time]),
          answeredAt: Type.Union([Type.Null(), time]),
          reason: maybe,
        }),
      ),
    }),
  },
  'POST /api/reports/receivers/:organisation/key': {
    access: 'report:manage',
    summary: { vi: 'Cấp khóa mới', en: 'A new key, shown once; the old one is no good any more' },
    params: organisation,
    answer: Type.Object({ secret: Type.String() }),
  },
  'PUT /api/reports/receivers/:organisation': {
    access: 'report:manage',
    summary: { vi: 'Đặt đơn vị nhận', en: 'Make or change a receiver; the secret of a new one is shown once' },
    params: organisation,
    body: Type.Object(receiver, closed),
    answer: Type.Object({ secret: maybe }),
  },
  'GET /api/reports/desk/:id/handovers': {
    access: 'case:read',
    summary: { vi: 'Đã chuyển ra ngoài cho ai', en: 'To whom outside it was handed over' },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          organisationId: Type.String(),
          via: Type.String(),
          state: Type.String(),
          madeAt: time,
          dueAt: Type.Union([Type.Null(), time]),
          reason: maybe,
        }),
      ),
    }),
  },
  'GET /api/reports/desk/:id/proposals': {
    access: 'report:act',
    summary: {
      vi: 'Đề xuất đơn vị theo những phản ánh giống đã giải quyết',
      en: 'Units that solved the like at this place, as a proposal',
    },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          organisationId: Type.String(),
          organisationName: Type.Object({ vi: Type.String(), en: Type.String() }),
          solved: Type.Integer(),
          inTime: Type.Integer(),
          medianHours: Type.Number(),
        }),
      ),
    }),
  },
  'GET /handover/:token': {
    access: 'public',
    summary: { vi: 'Trang của đơn vị nhận', en: 'A receiver’s page of one report, by a signed link' },
    params: token,
    answer: 'file',
  },
  'POST /handover/:token/accept': {
    access: 'public',
    takes: 'form',
    summary: { vi: 'Đơn vị nhận: nhận xử lý', en: 'The receiver takes it on' },
    params: token,
    answer: 'file',
  },
  'POST /handover/:token/answer': {
    access: 'public',
    takes: 'multipart',
    bodyLimit: 45 * 1024 * 1024,
    summary: { vi: 'Đơn vị nhận: trả lời kèm ảnh', en: 'The receiver answers, with photos' },
    params: token,
    answer: 'file',
  },
  'POST /handover/:token/decline': {
    access: 'public',
    takes: 'form',
    summary: { vi: 'Đơn vị nhận: trả lại', en: 'The receiver hands it back, with the reason' },
    params: token,
    answer: 'file',
  },
});
