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

export const deskItemFields = {
  id: Type.String(),
  number: Type.String(),
  category: Type.String(),
  categoryTitle: text,
  text: Type.String(),
  step: Type.String(),
  urgency,
  areaCode: Type.String(),
  areaName: Type.String(),
  address: maybe,
  lon: Type.Number(),
  lat: Type.Number(),
  organisationId: maybe,
  organisationName: Type.Union([text, Type.Null()]),
  receivedAt: time,
  dueAt: maybeTime,
  late: Type.Boolean(),
  rung: Type.Integer({ description: 'đã dùng 0, 50, 80 hoặc 100 % thời hạn' }),
  isPublic: Type.Boolean(),
  isModerated: Type.Boolean(),
  meToo: Type.Integer(),
  transfers: Type.Integer(),
  rating: Type.Union([Type.Integer(), Type.Null()]),
  isReopened: Type.Boolean(),
  photoId: maybe,
  updatedAt: time,
  provenance: Type.String(),
};

export const deskReportSchema = Type.Object({
  ...deskItemFields,
  /** of its case; tasks, clocks and checklist are read at `/api/cases/:id` */
  version: Type.Integer(),
  clock: Type.Union([
    Type.Object({
      kind: Type.Union([Type.Literal('working'), Type.Literal('calendar')]),
      budgetMinutes: Type.Number(),
      usedMinutes: Type.Number(),
      dueAt: maybeTime,
      standsFor: Type.Union([text, Type.Null()]),
    }),
    Type.Null(),
  ]),
  closedAt: maybeTime,
  channel: Type.String(),
  inspections: Type.Array(
    Type.Object({
      at: time,
      text: Type.String(),
      lon: Type.Union([Type.Number(), Type.Null()]),
      lat: Type.Union([Type.Number(), Type.Null()]),
      byName: Type.String(),
    }),
  ),
  timeline: Type.Array(
    Type.Object({ at: time, whoName: Type.String(), what: Type.String(), text, fileIds: Type.Array(Type.String()) }),
  ),
  /** what was filled in of the category's own fields, in the form's words */
  fields: Type.Array(Type.Object({ title: text, value: text })),
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
  /** by part: before, after, or the citizen's short `video` */
  photos: Type.Array(Type.Object({ fileId: Type.String(), part: Type.String(), isPublic: Type.Boolean() })),
  may: Type.Array(Type.String()),
});

const day = Type.Optional(Type.String({ format: 'date' }));
/** Which reports; see `DeskFilter`. */
export const deskFilter = {
  step: Type.Optional(Type.String({ maxLength: 40 })),
  open: Type.Optional(Type.Boolean()),
  unmoderated: Type.Optional(Type.Boolean()),
  rung: Type.Optional(Type.Union([Type.Literal(50), Type.Literal(80), Type.Literal(100)])),
  category: Type.Optional(Type.String({ maxLength: 60 })),
  areaCode: Type.Optional(Type.String({ maxLength: 20 })),
  organisationId: Type.Optional(Type.String({ maxLength: 100 })),
  from: day,
  to: day,
  outcome: Type.Optional(
    Type.Union([
      Type.Literal('answered'),
      Type.Literal('in-time'),
      Type.Literal('answered-late'),
      Type.Literal('reopened'),
      Type.Literal('rated-low'),
      Type.Literal('refused'),
    ]),
  ),
  q: Type.Optional(Type.String({ maxLength: 100 })),
};

const act = (vi: string, en: string) => ({ summary: { vi, en }, params: ofOne, answer: deskReportSchema }) as const;

/** For the staff: reports in their unit and area, and what they do with them. */
export const reportsDeskApi = endpoints({
  'GET /api/reports/desk': {
    access: 'case:read',
    summary: { vi: 'Phản ánh của đơn vị, địa bàn tôi', en: 'Reports of my unit and area' },
    query: Type.Object({
      ...deskFilter,
      sort: Type.Union([Type.Literal('due'), Type.Literal('newest')], { default: 'due' }),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({
      items: Type.Array(Type.Object(deskItemFields)),
      total: Type.Integer({ description: 'nhiều nhất 10.000' }),
      more: Type.Boolean({ description: 'còn nhiều hơn số đã đếm' }),
    }),
  },
  'GET /api/reports/desk/map': {
    access: 'case:read',
    summary: { vi: 'Phản ánh trên bản đồ', en: 'The same reports as points, worst clock first' },
    query: Type.Object(deskFilter),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          number: Type.String(),
          title: text,
          lon: Type.Number(),
          lat: Type.Number(),
          rung: Type.Integer(),
          open: Type.Boolean(),
        }),
      ),
      total: Type.Integer(),
    }),
  },
  'GET /api/reports/desk/counts': {
    access: 'case:read',
    summary: { vi: 'Số phản ánh đang xử lý theo thời hạn', en: 'How many are open, by clock' },
    answer: Type.Object({
      open: Type.Integer(),
      late: Type.Integer(),
      near: Type.Integer(),
      half: Type.Integer(),
      unmoderated: Type.Integer(),
      proposed: Type.Integer(),
      asked: Type.Integer(),
    }),
  },
  'GET /api/reports/desk/:id/near': {
    access: 'case:read',
    summary: { vi: 'Phản ánh có thể trùng, ở gần', en: 'Possible duplicates of it, nearby' },
    params: ofOne,
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          number: Type.String(),
          text: Type.String(),
          step: Type.String(),
          receivedAt: time,
          meToo: Type.Integer(),
          metres: Type.Integer(),
          photoId: maybe,
        }),
      ),
    }),
  },
  'GET /api/reports/desk/:id/answer.docx': {
    access: 'report:act',
    summary: {
      vi: 'Văn bản trả lời, thể thức Nghị định 30/2020 (DOCX sửa được)',
      en: 'The answer as an editable official letter (DOCX)',
    },
    params: ofOne,
    answer: 'file',
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
      {
        version,
        text: said,
        uploads: Type.Array(Type.String({ format: 'uuid' }), { maxItems: 5, default: [] }),
      },
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
  'POST /api/reports/desk/:id/duplicate': {
    access: 'report:act',
    ...act('Gộp vào phản ánh trùng', 'Close it as the same as another one'),
    body: Type.Object({ version, number: Type.String({ maxLength: 30 }) }, closed),
  },
  'POST /api/reports/desk/:id/inspect': {
    access: 'report:act',
    ...act('Ghi kết quả kiểm tra tại chỗ', 'Record what was found at the place'),
    body: Type.Object(
      {
        text: said,
        at: time,
        lon: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
        lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
        requestId: Type.String({ minLength: 16, maxLength: 100 }),
      },
      closed,
    ),
  },
});
