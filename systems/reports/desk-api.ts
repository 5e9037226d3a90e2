import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const time = Type.String({ format: 'date-time' });
const maybeTime = Type.Union([time, Type.Null()]);
const maybe = Type.Union([Type.String(), Type.Null()]);
const urgency = Type.Union([Type.Literal('normal'), Type.Literal('urgent'), Type.Literal('emergency')]);
const closed = { additionalProperties: false } as const;
const said = Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' });
const ofOne = Type.Object({ id: Type.String({ format: 'uuid' }) });
/** The case's version that the officer had before them: 409 where somebody changed it meanwhile. */
const version = Type.Integer();

const itemFields = {
  id: Type.String(),
  number: Type.String(),
  category: Type.String(),
  categoryTitle: text,
  text: Type.String(),
  step: Type.String(),
  urgency,
  areaCode: Type.String(),
  address: maybe,
  lon: Type.Number(),
  lat: Type.Number(),
  organisationId: maybe,
  organisationName: Type.Union([text, Type.Null()]),
  receivedAt: time,
  dueAt: maybeTime,
  late: Type.Boolean(),
  isPublic: Type.Boolean(),
  isModerated: Type.Boolean(),
  meToo: Type.Integer(),
  transfers: Type.Integer(),
  rating: Type.Union([Type.Integer(), Type.Null()]),
  isReopened: Type.Boolean(),
  provenance: Type.String(),
};

export const deskReportSchema = Type.Object({
  ...itemFields,
  /** of its case; tasks, clocks and checklist are read at `/api/cases/:id` */
  version: Type.Integer(),
  timeline: Type.Array(
    Type.Object({ at: time, whoName: Type.String(), what: Type.String(), text, fileIds: Type.Array(Type.String()) }),
  ),
  fields: Type.Record(Type.String(), Type.Unknown()),
  publicText: maybe,
  found: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer(), kind: Type.String() })),
  hasOriginal: Type.Boolean(),
  hasAccount: Type.Boolean(),
  aboutOrganisationId: maybe,
  refusal: maybe,
  ratingWhy: maybe,
  messages: Type.Array(
    Type.Object({
      at: time,
      kind: Type.String(),
      text: Type.String(),
      isPublic: Type.Boolean(),
      fileIds: Type.Array(Type.String()),
    }),
  ),
  answers: Type.Array(
    Type.Object({
      text: Type.String(),
      state: Type.String(),
      fileIds: Type.Array(Type.String()),
      proposedAt: time,
      proposedByName: Type.String(),
      decidedByName: maybe,
      verdict: maybe,
    }),
  ),
  photos: Type.Array(Type.Object({ fileId: Type.String(), part: Type.String(), isPublic: Type.Boolean() })),
  may: Type.Array(Type.String()),
});

const act = (vi: string, en: string) => ({ summary: { vi, en }, params: ofOne, answer: deskReportSchema }) as const;

/** For the staff: reports in their unit and area, and what they do with them. */
export const reportsDeskApi = endpoints({
  'GET /api/reports/desk': {
    access: 'case:read',
    summary: { vi: 'Phản ánh của đơn vị, địa bàn tôi', en: 'Reports of my unit and area' },
    query: Type.Object({
      step: Type.Optional(Type.String({ maxLength: 40 })),
      open: Type.Optional(Type.Boolean()),
      unmoderated: Type.Optional(Type.Boolean()),
      category: Type.Optional(Type.String({ maxLength: 60 })),
      areaCode: Type.Optional(Type.String({ maxLength: 20 })),
      organisationId: Type.Optional(Type.String({ maxLength: 100 })),
      q: Type.Optional(Type.String({ maxLength: 100 })),
      sort: Type.Union([Type.Literal('due'), Type.Literal('newest')], { default: 'due' }),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({ items: Type.Array(Type.Object(itemFields)), total: Type.Integer() }),
  },
  'GET /api/reports/desk/:id': { access: 'case:read', ...act('Một phản ánh với hồ sơ', 'One report with its case') },
  'POST /api/reports/desk/:id/personal': {
    access: 'report:personal',
    summary: { vi: 'Xem nội dung gốc và liên hệ, có mục đích', en: 'Read the original and the contact, for a purpose' },
    params: ofOne,
    body: Type.Object({ purpose: Type.String({ minLength: 5, maxLength: 500 }) }, closed),
    answer: Type.Object({ text: maybe, contact: maybe }),
  },
  'POST /api/reports/desk/:id/moderate': {
    access: 'report:moderate',
    ...act('Kiểm duyệt: công khai, không công khai hoặc từ chối', 'Moderate: publish, keep private or refuse'),
    body: Type.Object(
      {
        version,
        decision: Type.Union([Type.Literal('publish'), Type.Literal('keep'), Type.Literal('refuse')]),
        /** what the public reads (publish) */
        text: Type.Optional(Type.String({ maxLength: 4000 })),
        /** the photos that the public may see (publish) */
        photos: Type.Optional(Type.Array(Type.String({ format: 'uuid' }), { maxItems: 20 })),
        /** why (keep, refuse); a refusal's reason goes to the citizen */
        reason: Type.Optional(Type.String({ maxLength: 4000 })),
      },
      closed,
    ),
  },
  'POST /api/reports/desk/:id/begin': {
    access: 'report:act',
    ...act('Nhận xử lý (hoặc xử lý tiếp)', 'Take it up, or go on'),
    body: Type.Object({ version }, closed),
  },
  'POST /api/reports/desk/:id/transfer': {
    access: 'report:act',
    summary: { vi: 'Chuyển đơn vị khác, có lý do', en: 'Transfer to another unit, with a reason' },
    params: ofOne,
    /** who hands it out of their own reach does not see it any more */
    answer: Type.Object({ organisationName: text, transfers: Type.Integer() }),
    body: Type.Object({ version, organisationId: Type.String({ maxLength: 100 }), reason: said }, closed),
  },
  'POST /api/reports/desk/:id/category': {
    access: 'report:act',
    ...act('Đổi lĩnh vực, mức độ', 'Change category or urgency'),
    body: Type.Object({ version, category: Type.String({ maxLength: 60 }), urgency }, closed),
  },
  'POST /api/reports/desk/:id/ask': {
    access: 'report:act',
    ...act('Hỏi thêm người dân; thời hạn tạm dừng', 'Ask the citizen; the clock stands'),
    body: Type.Object({ version, text: said }, closed),
  },
  'POST /api/reports/desk/:id/note': {
    access: 'report:act',
    ...act('Ghi chú nội bộ', 'Internal note'),
    body: Type.Object({ text: said }, closed),
  },
  'POST /api/reports/desk/:id/tasks': {
    access: 'report:act',
    ...act('Giao đơn vị khác phối hợp', 'Give another unit a part of it'),
    body: Type.Object(
      {
        title: Type.String({ minLength: 1, maxLength: 300, pattern: '\\S' }),
        text: Type.Optional(Type.String({ maxLength: 4000 })),
        organisationId: Type.String({ maxLength: 100 }),
        dueWithin: Type.String({ maxLength: 30 }),
        requestId: Type.Optional(Type.String({ minLength: 8, maxLength: 100 })),
      },
      closed,
    ),
  },
  'POST /api/reports/desk/:id/propose': {
    access: 'report:act',
    ...act('Trình trả lời, kèm ảnh sau xử lý', 'Propose an answer, with photos of after'),
    body: Type.Object(
      { version, text: said, uploads: Type.Array(Type.String({ format: 'uuid' }), { maxItems: 5, default: [] }) },
      closed,
    ),
  },
  'POST /api/reports/desk/:id/approve': {
    access: 'report:approve',
    ...act('Duyệt và công bố trả lời', 'Approve and publish the answer'),
    body: Type.Object({ version, text: Type.Optional(Type.String({ maxLength: 4000 })) }, closed),
  },
  'POST /api/reports/desk/:id/return': {
    access: 'report:approve',
    ...act('Trả lại dự thảo trả lời', 'Return the proposed answer'),
    body: Type.Object({ version, reason: said }, closed),
  },
  'POST /api/reports/desk/:id/refuse': {
    access: 'report:approve',
    ...act('Không xử lý, nêu lý do', 'Do not take it up, with the reason'),
    body: Type.Object({ version, reason: said }, closed),
  },
});
