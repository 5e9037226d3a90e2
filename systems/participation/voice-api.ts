/** Initiatives of citizens and discussion: what the public, its moderators and the units that answer may call. */
import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';
import { initiativeFields, initiativeStates } from './initiative-types.ts';

const closed = { additionalProperties: false } as const;
const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([Type.Null(), schema]);
const id = Type.Object({ id: Type.String({ format: 'uuid' }) });
const instant = Type.String({ format: 'date-time' });
const text = Type.Object({ vi: Type.String(), en: Type.String() });
const said = (minLength: number, maxLength: number) => Type.String({ minLength, maxLength, pattern: '\\S' });
const requestId = Type.String({ minLength: 16, maxLength: 100 });
const one = <const K extends string>(values: readonly K[]) => Type.Enum([...values]);
const field = one(Object.keys(initiativeFields) as (keyof typeof initiativeFields)[]);
const state = one(initiativeStates);
const provenance = one(['measured', 'simulated']);

export const initiativeSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  body: Type.String(),
  category: Type.String(),
  areaCode: nullable(Type.String()),
  organisationId: Type.String(),
  organisationName: nullable(text),
  state,
  reason: nullable(Type.String()),
  publishedAt: nullable(instant),
  collectsUntil: nullable(instant),
  supporters: Type.Integer(),
  supportersVerified: Type.Integer(),
  supportNeeded: Type.Integer(),
  answerDays: Type.Integer(),
  dueAt: nullable(instant),
  late: Type.Boolean(),
  answer: nullable(Type.String()),
  answeredAt: nullable(instant),
  answeredByName: nullable(Type.String()),
  inTime: nullable(Type.Boolean()),
  /** once it is published */
  consultationId: nullable(Type.String()),
  provenance,
  createdAt: instant,
  /** of whoever asks: whether they proposed it, whether they support it */
  own: Type.Boolean(),
  supported: nullable(Type.Boolean()),
  version: Type.Integer(),
  may: Type.Array(Type.String()),
});

/** For the desk: also what the public does not see. */
const deskSchema = Type.Object({
  ...initiativeSchema.properties,
  caseNumber: nullable(Type.String()),
  hasOriginal: Type.Boolean(),
  draftId: nullable(Type.String()),
});

export const commentSchema = Type.Object({
  id: Type.String(),
  parent: nullable(Type.String()),
  author: Type.String(),
  role: one(['citizen', 'proposer', 'agency']),
  /** null where it was taken off */
  text: nullable(Type.String()),
  state: one(['waiting', 'shown', 'refused', 'removed']),
  reason: nullable(Type.String()),
  createdAt: instant,
  own: Type.Boolean(),
  provenance,
});

const on = Type.Object({ kind: one(['initiative', 'consultation']), id: Type.String({ format: 'uuid' }) });
const newComment = Type.Object(
  { requestId, text: said(2, 2000), parent: Type.Optional(nullable(Type.String({ format: 'uuid' }))) },
  closed,
);
const terms = {
  supportNeeded: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  collectDays: Type.Integer({ minimum: 1, maximum: 365 }),
  answerDays: Type.Integer({ minimum: 1, maximum: 90 }),
};
const place = Type.Object({
  area: Type.String({ minLength: 1, maxLength: 20, description: "mã xã, phường, hoặc 'province'" }),
});
const reason = said(5, 2000);

export const voiceApi = endpoints({
  'GET /api/participation/initiatives': {
    access: 'public',
    summary: { vi: 'Sáng kiến của người dân đã đăng', en: 'Citizens’ initiatives that were published' },
    query: Type.Object({
      q: Type.Optional(Type.String({ maxLength: 100 })),
      areaCode: Type.Optional(Type.String({ maxLength: 20 })),
      category: Type.Optional(field),
      state: Type.Optional(state),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({ items: Type.Array(initiativeSchema), total: Type.Integer() }),
  },
  'POST /api/participation/initiatives': {
    access: 'public',
    summary: { vi: 'Đề xuất sáng kiến (tài khoản đã xác nhận)', en: 'Propose an initiative (confirmed account)' },
    body: Type.Object(
      {
        requestId,
        title: said(10, 200),
        body: said(30, 10_000),
        category: field,
        areaCode: nullable(Type.String({ maxLength: 20 })),
      },
      closed,
    ),
    answer: initiativeSchema,
  },
  'GET /api/participation/my-initiatives': {
    access: 'public',
    summary: { vi: 'Sáng kiến của tôi', en: 'My initiatives' },
    answer: Type.Object({ items: Type.Array(initiativeSchema) }),
  },
  'GET /api/participation/initiatives/:id': {
    access: 'public',
    summary: { vi: 'Một sáng kiến', en: 'One initiative' },
    params: id,
    answer: initiativeSchema,
  },
  'POST /api/participation/initiatives/:id/support': {
    access: 'public',
    summary: { vi: 'Ủng hộ, mỗi người một lần', en: 'Support, once for each person' },
    params: id,
    answer: initiativeSchema,
  },
  'POST /api/participation/initiatives/:id/withdraw': {
    access: 'public',
    summary: { vi: 'Thôi ủng hộ', en: 'Take one’s support back' },
    params: id,
    answer: initiativeSchema,
  },
  'GET /api/participation/desk/initiatives': {
    access: 'signed-in',
    summary: { vi: 'Sáng kiến chờ kiểm duyệt, chờ trả lời', en: 'Initiatives to moderate and to answer' },
    query: Type.Object({ state: Type.Optional(state) }),
    answer: Type.Object({ items: Type.Array(deskSchema) }),
  },
  'GET /api/participation/desk/initiatives/:id': {
    access: 'signed-in',
    summary: { vi: 'Một sáng kiến, cho người xử lý', en: 'One initiative, for the desk' },
    params: id,
    answer: deskSchema,
  },
  'POST /api/participation/initiatives/:id/written': {
    access: 'voice:moderate',
    summary: { vi: 'Xem nguyên văn, nêu mục đích', en: 'The words as written, for a purpose' },
    params: id,
    body: Type.Object({ purpose: said(5, 500) }, closed),
    answer: Type.Object({ title: Type.String(), body: Type.String() }),
  },
  'POST /api/participation/initiatives/:id/publish': {
    access: 'voice:moderate',
    summary: { vi: 'Duyệt đăng', en: 'Let it be published' },
    params: id,
    body: Type.Object(
      {
        title: said(10, 200),
        body: said(10, 10_000),
        organisationId: Type.String({ minLength: 1, maxLength: 100 }),
        expectedVersion: Type.Integer(),
      },
      closed,
    ),
    answer: deskSchema,
  },
  'POST /api/participation/initiatives/:id/refuse': {
    access: 'voice:moderate',
    summary: { vi: 'Không đăng, nêu lý do', en: 'Refuse, with the reason' },
    params: id,
    body: Type.Object({ reason, expectedVersion: Type.Integer() }, closed),
    answer: deskSchema,
  },
  'POST /api/participation/initiatives/:id/remove': {
    access: 'voice:moderate',
    summary: { vi: 'Gỡ sáng kiến đã đăng, nêu lý do', en: 'Take a published one off, with the reason' },
    params: id,
    body: Type.Object({ reason }, closed),
    answer: deskSchema,
  },
  'POST /api/participation/initiatives/:id/answer': {
    access: 'voice:answer',
    summary: { vi: 'Trả lời sáng kiến', en: 'Answer an initiative' },
    params: id,
    body: Type.Object({ text: said(20, 20_000), expectedVersion: Type.Integer() }, closed),
    answer: deskSchema,
  },
  'POST /api/participation/initiatives/:id/consultation': {
    access: 'consultation:manage',
    summary: { vi: 'Soạn lần lấy ý kiến từ sáng kiến', en: 'Prepare a consultation from it' },
    params: id,
    answer: Type.Object({ id: Type.String() }),
  },
  'GET /api/participation/terms/:area': {
    access: 'public',
    summary: { vi: 'Ngưỡng ủng hộ và thời hạn trả lời của một địa bàn', en: 'The terms of a place' },
    params: place,
    answer: Type.Object(terms),
  },
  'PUT /api/participation/terms/:area': {
    access: 'consultation:manage',
    summary: { vi: 'Đặt ngưỡng ủng hộ và thời hạn trả lời', en: 'Set the terms of a place' },
    params: place,
    body: Type.Object(terms, closed),
    answer: Type.Object(terms),
  },
  'GET /api/participation/discussions/:kind/:id': {
    access: 'public',
    summary: { vi: 'Thảo luận', en: 'A discussion' },
    params: on,
    answer: Type.Object({ items: Type.Array(commentSchema) }),
  },
  'POST /api/participation/discussions/:kind/:id': {
    access: 'public',
    summary: { vi: 'Bình luận (tài khoản đã xác nhận)', en: 'Comment (confirmed account)' },
    params: on,
    body: newComment,
    answer: commentSchema,
  },
  'POST /api/participation/discussions/:kind/:id/agency': {
    access: 'voice:answer',
    summary: { vi: 'Cơ quan trả lời trong thảo luận', en: 'The agency’s word in a discussion' },
    params: on,
    body: newComment,
    answer: commentSchema,
  },
  'POST /api/participation/comments/:id/report': {
    access: 'public',
    summary: { vi: 'Báo bình luận không phù hợp', en: 'Report a comment' },
    params: id,
    body: Type.Object({ reason: said(3, 500) }, closed),
    answer: Type.Object({ ok: Type.Literal(true) }),
  },
  'GET /api/participation/desk/comments': {
    access: 'voice:moderate',
    summary: { vi: 'Bình luận chờ kiểm duyệt, bị báo', en: 'Comments that wait or were reported' },
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          ...commentSchema.properties,
          kind: one(['initiative', 'consultation']),
          onId: Type.String(),
          signs: Type.Array(Type.String()),
          reasons: Type.Array(Type.String()),
        }),
      ),
    }),
  },
  'POST /api/participation/comments/:id/show': {
    access: 'voice:moderate',
    summary: { vi: 'Cho hiện bình luận', en: 'Let a comment stand' },
    params: id,
    answer: Type.Object({ ok: Type.Literal(true) }),
  },
  'POST /api/participation/comments/:id/remove': {
    access: 'voice:moderate',
    summary: { vi: 'Không đăng hoặc gỡ bình luận, nêu lý do', en: 'Refuse or take a comment off, with the reason' },
    params: id,
    body: Type.Object({ reason }, closed),
    answer: Type.Object({ ok: Type.Literal(true) }),
  },
});
