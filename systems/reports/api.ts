import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const time = Type.String({ format: 'date-time' });
const maybeTime = Type.Union([time, Type.Null()]);
const maybeText = Type.Union([text, Type.Null()]);
const maybe = Type.Union([Type.String(), Type.Null()]);
const place = Type.Object({
  lon: Type.Number({ minimum: -180, maximum: 180 }),
  lat: Type.Number({ minimum: -90, maximum: 90 }),
});
const urgency = Type.Union([Type.Literal('normal'), Type.Literal('urgent'), Type.Literal('emergency')]);
const said = (least: number, most: number) =>
  Type.String({ minLength: least, maxLength: most, pattern: '\\S', description: 'không để trống' });
const code = Type.String({ minLength: 1, maxLength: 60, description: 'mã theo dõi, viết thế nào cũng được' });
const categoryCode = Type.String({ maxLength: 60, pattern: '^[a-z][a-z.-]*$' });
/** At random, made by the device once for a draft: sent again, a draft is one report. */
const requestId = Type.String({ minLength: 16, maxLength: 100 });
const number = Type.Object({ number: Type.String({ pattern: '^PA-\\d{4}-\\d{6,}$', maxLength: 30 }) });

export const followedSchema = Type.Object({
  number: Type.String(),
  role: Type.Union([Type.Literal('sender'), Type.Literal('me-too')]),
  category: Type.Object({ code: Type.String(), title: text }),
  step: Type.String(),
  /** what the step means, in plain words */
  words: text,
  text: Type.String(),
  place: Type.Object({ lon: Type.Number(), lat: Type.Number(), areaCode: Type.String(), address: maybe }),
  urgency,
  organisationName: maybeText,
  receivedAt: time,
  dueAt: maybeTime,
  clock: Type.Union([Type.Literal('running'), Type.Literal('stands'), Type.Literal('stopped')]),
  late: Type.Boolean(),
  isPublic: Type.Boolean(),
  meToo: Type.Integer(),
  steps: Type.Array(Type.Object({ step: Type.String(), at: time, organisationName: maybeText })),
  messages: Type.Array(
    Type.Object({
      at: time,
      kind: Type.String({ description: 'question | reply | answer | refusal | reopening' }),
      text: Type.String(),
      fileIds: Type.Array(Type.String()),
      organisationName: maybeText,
    }),
  ),
  rating: Type.Union([Type.Integer(), Type.Null()]),
  reopenUntil: maybeTime,
  provenance: Type.String(),
  may: Type.Array(Type.String({ description: 'reply | rate | reopen' })),
});

/** For citizens, without an account: the public side of reports. */
export const reportsApi = endpoints({
  'GET /api/reports/categories': {
    access: 'public',
    summary: { vi: 'Lĩnh vực phản ánh', en: 'Categories of reports: families and leaves' },
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          code: Type.String(),
          parent: maybe,
          title: text,
          isPublic: Type.Boolean(),
          aboutUnit: Type.Boolean(),
          form: Type.Unknown(),
          deadlines: Type.Record(Type.String(), Type.Object({ budget: Type.String(), kind: Type.String() })),
          words: Type.Array(Type.String()),
        }),
      ),
    }),
  },
  'GET /api/reports/place': {
    access: 'public',
    summary: { vi: 'Vị trí thuộc xã, phường nào', en: 'The commune of a place; null outside the province' },
    query: place,
    answer: Type.Object({
      areaCode: maybe,
      areaName: maybe,
      /** the border is not the surveyed one */
      approximate: Type.Boolean(),
    }),
  },
  'POST /api/reports/suggest': {
    access: 'public',
    summary: { vi: 'Gợi ý lĩnh vực theo nội dung', en: 'Suggest categories from what was written' },
    body: Type.Object({ text: Type.String({ maxLength: 4000 }) }, { additionalProperties: false }),
    answer: Type.Object({
      items: Type.Array(Type.Object({ code: Type.String(), title: text, family: Type.String(), score: Type.Number() })),
    }),
  },
  'POST /api/reports/nearby': {
    access: 'public',
    summary: { vi: 'Phản ánh giống ở gần', en: 'Possible duplicates nearby' },
    body: Type.Object(
      { location: place, category: categoryCode, text: Type.String({ maxLength: 4000 }) },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          number: Type.String(),
          category: Type.String(),
          text: Type.String(),
          lon: Type.Number(),
          lat: Type.Number(),
          step: Type.String(),
          publishedAt: time,
          meToo: Type.Integer(),
          metres: Type.Integer(),
        }),
      ),
    }),
  },
  'POST /api/reports': {
    access: 'public',
    summary: { vi: 'Gửi phản ánh', en: 'Send a report' },
    body: Type.Object(
      {
        requestId,
        text: said(10, 4000),
        category: categoryCode,
        location: place,
        address: Type.Optional(Type.String({ maxLength: 300 })),
        urgency,
        fields: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        aboutOrganisationId: Type.Optional(Type.String({ maxLength: 100 })),
        channel: Type.Union([Type.Literal('app'), Type.Literal('web'), Type.Literal('widget')], { default: 'web' }),
        simulated: Type.Optional(Type.Boolean({ description: 'chỉ bộ mô phỏng (khóa thiết bị) được gửi' })),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      number: Type.String(),
      code: Type.String({ description: 'mã theo dõi; không hiện lại lần nữa' }),
      organisationName: maybeText,
      dueAt: maybeTime,
    }),
  },
  'POST /api/reports/by-number/:number/join': {
    access: 'public',
    summary: { vi: 'Tôi cũng gặp', en: 'Me too: join a published report' },
    params: number,
    body: Type.Object({ requestId }, { additionalProperties: false }),
    answer: Type.Object({ number: Type.String(), code: Type.String(), meToo: Type.Integer() }),
  },
  'POST /api/reports/follow': {
    access: 'public',
    summary: { vi: 'Theo dõi bằng mã', en: 'Follow by code' },
    body: Type.Object({ code }, { additionalProperties: false }),
    answer: followedSchema,
  },
  'POST /api/reports/follow/reply': {
    access: 'public',
    summary: { vi: 'Bổ sung thông tin được hỏi', en: 'Add what was asked for' },
    body: Type.Object({ code, text: said(1, 4000) }, { additionalProperties: false }),
    answer: followedSchema,
  },
  'POST /api/reports/follow/rate': {
    access: 'public',
    summary: { vi: 'Đánh giá kết quả', en: 'Rate the result' },
    body: Type.Object(
      { code, stars: Type.Integer({ minimum: 1, maximum: 5 }), why: Type.Optional(Type.String({ maxLength: 1000 })) },
      { additionalProperties: false },
    ),
    answer: followedSchema,
  },
  'POST /api/reports/follow/reopen': {
    access: 'public',
    summary: { vi: 'Mở lại, một lần', en: 'Reopen, once' },
    body: Type.Object({ code, why: said(5, 1000) }, { additionalProperties: false }),
    answer: followedSchema,
  },
});
