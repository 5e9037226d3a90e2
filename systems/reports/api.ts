import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

export { reportsBulkApi } from './bulk-api.ts';
export { reportsDeskApi } from './desk-api.ts';
export { reportsFieldApi } from './field-api.ts';
export { reportsFiguresApi } from './figures-api.ts';
export { reportsHotlineApi } from './hotline-api.ts';
export { reportsManageApi } from './manage-api.ts';
export { reportsPushApi } from './push-api.ts';

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

const ofUpload = Type.Object({ id: Type.String({ format: 'uuid' }) });
const upload = Type.Object({
  id: Type.String(),
  offset: Type.Integer(),
  bytes: Type.Integer(),
  /** whole and examined: may be sent with a report */
  done: Type.Boolean(),
});

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
      organisationName: maybeText,
    }),
  ),
  photos: Type.Array(
    Type.Object({
      /** opens the photo for an hour; `&size=thumbnail` the small one */
      url: Type.String(),
      part: Type.String({ description: 'before | after' }),
    }),
  ),
  /** what the sender filled in of the category's own fields, in the form's words */
  fields: Type.Array(Type.Object({ title: text, value: text })),
  /** plays the sender's own video for an hour; nobody else gets it */
  video: maybe,
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
    summary: {
      vi: 'Gợi ý lĩnh vực theo nội dung và nơi xảy ra',
      en: 'Suggest categories from what was written and where it is',
    },
    body: Type.Object(
      { text: Type.String({ maxLength: 4000 }), location: Type.Optional(place) },
      { additionalProperties: false },
    ),
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
          photo: maybe,
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
        /** finished uploads: photos, at most five, and at most one video */
        uploads: Type.Array(Type.String({ format: 'uuid' }), { maxItems: 6, default: [] }),
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

/** Photos and a short video: sent in pieces before the report, shown after. */
export const reportPhotosApi = endpoints({
  'POST /api/reports/uploads': {
    access: 'public',
    summary: { vi: 'Bắt đầu tải một ảnh hoặc video ngắn lên', en: 'Begin the upload of a photo or short video' },
    body: Type.Object(
      {
        name: Type.String({ maxLength: 200 }),
        bytes: Type.Integer({ minimum: 1 }),
        video: Type.Optional(Type.Boolean({ description: 'video: tới 30 MB, 30 giây; ảnh: tới 20 MB' })),
      },
      { additionalProperties: false },
    ),
    answer: upload,
  },
  'GET /api/reports/uploads/:id': {
    access: 'public',
    summary: { vi: 'Đã nhận được bao nhiêu', en: 'How much has arrived (HEAD: header upload-offset)' },
    params: ofUpload,
    answer: upload,
  },
  'PATCH /api/reports/uploads/:id': {
    access: 'public',
    summary: {
      vi: 'Gửi tiếp từ vị trí đã nhận (header upload-offset)',
      en: 'Go on at the offset (header upload-offset, application/offset+octet-stream)',
    },
    params: ofUpload,
    takes: 'bytes',
    answer: upload,
  },
  'GET /api/reports/photos/:id': {
    access: 'public',
    summary: {
      vi: 'Ảnh đã công khai; ảnh, video có chữ ký',
      en: 'A public photo; a photo or video by its signed address',
    },
    params: ofUpload,
    query: Type.Object({
      size: Type.Union([Type.Literal('whole'), Type.Literal('thumbnail')], { default: 'whole' }),
      by: Type.Optional(Type.String({ format: 'uuid' })),
      until: Type.Optional(Type.Integer()),
      sign: Type.Optional(Type.String({ maxLength: 100 })),
    }),
    answer: 'file',
  },
});

const publicFields = {
  number: Type.String(),
  category: Type.String(),
  categoryTitle: text,
  text: Type.String(),
  step: Type.String(),
  lon: Type.Number(),
  lat: Type.Number(),
  blurred: Type.Boolean(),
  areaCode: Type.String(),
  organisationName: maybeText,
  publishedAt: time,
  answeredAt: maybeTime,
  dueAt: maybeTime,
  late: Type.Boolean(),
  meToo: Type.Integer(),
  rating: Type.Union([Type.Integer(), Type.Null()]),
  photo: maybe,
  provenance: Type.String(),
};
const spread = Type.Union([Type.Object({ median: Type.Number(), p90: Type.Number() }), Type.Null()]);
const degrees = (most: number) => Type.Optional(Type.Number({ minimum: -most, maximum: most }));
const day = Type.Optional(Type.String({ format: 'date' }));

/** What anyone may read: published reports, masked, and the figures of all. */
export const publicReportsApi = endpoints({
  'GET /api/reports/public': {
    access: 'public',
    summary: {
      vi: 'Phản ánh đã công khai: danh sách, bản đồ (theo khung), tìm kiếm',
      en: 'Published reports: list, map (by box), search; newest first, page by cursor',
    },
    query: Type.Object({
      category: Type.Optional(Type.String({ maxLength: 60, description: 'lĩnh vực hoặc nhóm' })),
      areaCode: Type.Optional(Type.String({ maxLength: 20 })),
      step: Type.Optional(Type.String({ maxLength: 40 })),
      q: Type.Optional(Type.String({ minLength: 3, maxLength: 100 })),
      west: degrees(180),
      south: degrees(90),
      east: degrees(180),
      north: degrees(90),
      after: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Type.Integer({ minimum: 1, maximum: 500, default: 30 }),
    }),
    answer: Type.Object({
      items: Type.Array(Type.Object(publicFields)),
      /** give it as `after` for what follows; null at the end */
      next: maybe,
    }),
  },
  'GET /api/reports/public/:number': {
    access: 'public',
    summary: { vi: 'Một phản ánh đã công khai', en: 'One published report, with answers and photos' },
    params: number,
    answer: Type.Object({
      ...publicFields,
      messages: Type.Array(Type.Object({ at: time, kind: Type.String(), text: Type.String() })),
      photos: Type.Array(Type.Object({ url: Type.String(), part: Type.String() })),
      /** seen by who handles it, not by the public */
      hasVideo: Type.Boolean(),
    }),
  },
  'GET /api/reports/statistics': {
    access: 'public',
    summary: {
      vi: 'Số liệu phản ánh: tiếp nhận, trả lời, đúng hạn, thời gian, đánh giá',
      en: 'Figures: received, answered, in time, hours (median, p90), reopened, rating; few cases are not ranked',
    },
    query: Type.Object({
      from: day,
      to: day,
      by: Type.Union(
        [Type.Literal('organisation'), Type.Literal('category'), Type.Literal('family'), Type.Literal('area')],
        { default: 'organisation' },
      ),
    }),
    answer: Type.Object({
      from: Type.String(),
      to: Type.String(),
      leastRanked: Type.Integer(),
      items: Type.Array(
        Type.Object({
          key: Type.String(),
          title: text,
          received: Type.Integer(),
          answered: Type.Integer(),
          inTime: Type.Integer(),
          firstAnswerHours: spread,
          solutionHours: spread,
          reopened: Type.Integer(),
          rating: Type.Union([Type.Object({ mean: Type.Number(), n: Type.Integer() }), Type.Null()]),
          simulated: Type.Integer(),
          ranked: Type.Boolean(),
        }),
      ),
    }),
  },
});
