import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const maybeText = Type.Union([text, Type.Null()]);
const time = Type.String({ format: 'date-time' });
const maybeTime = Type.Union([time, Type.Null()]);
const maybe = Type.Union([Type.String(), Type.Null()]);
const closed = { additionalProperties: false } as const;
const place = Type.Object({
  lon: Type.Number({ minimum: -180, maximum: 180 }),
  lat: Type.Number({ minimum: -90, maximum: 90 }),
});
const said = (least: number, most: number) => Type.String({ minLength: least, maxLength: most, pattern: '\\S' });
const categoryCode = Type.String({ maxLength: 60, pattern: '^[a-z][a-z.-]*$' });
/** At random, made by the desk once for an act: sent again, it is one. */
const requestId = Type.String({ minLength: 16, maxLength: 100 });
const ofOne = Type.Object({ id: Type.String({ format: 'uuid' }) });
const number = Type.String({ pattern: '^PA-\\d{4}-\\d{6,}$', maxLength: 30 });
const day = Type.String({ format: 'date' });

/** `none`: no carrier is configured; `folder`: the demo's files; `gateway`: one is, and how its last try went. */
const sms = Type.Object({
  carrier: Type.Union([Type.Literal('none'), Type.Literal('folder'), Type.Literal('gateway')]),
  isDown: Type.Boolean(),
});
/** Whether a message with the code goes out: `no-mobile` where the number takes none. */
const sent = Type.Union([Type.Literal('posted'), Type.Literal('no-carrier'), Type.Literal('no-mobile')]);

const articleFields = {
  question: said(5, 500),
  answer: said(5, 8000),
  keywords: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 50 }),
  category: Type.Union([Type.Null(), categoryCode]),
  organisationId: Type.Union([Type.Null(), Type.String({ maxLength: 100 })]),
  isPublic: Type.Boolean(),
  active: Type.Boolean(),
  validUntil: Type.Union([Type.Null(), day]),
};
const article = Type.Object({
  id: Type.String(),
  question: Type.String(),
  answer: Type.String(),
  keywords: Type.Array(Type.String()),
  category: maybe,
  categoryTitle: maybeText,
  organisationId: maybe,
  organisationName: maybeText,
  isPublic: Type.Boolean(),
  active: Type.Boolean(),
  validUntil: maybe,
  isOver: Type.Boolean({ description: 'đã hết hiệu lực' }),
  version: Type.Integer(),
  updatedAt: time,
  updatedByName: Type.String(),
  may: Type.Array(Type.String({ description: 'edit' })),
});
const articles = Type.Object({ items: Type.Array(article) });

const former = Type.Object({
  number: Type.String(),
  role: Type.Union([Type.Literal('sender'), Type.Literal('me-too')]),
  categoryTitle: text,
  /** masked; empty where only the code opens it (a report about a unit or an officer) */
  text: Type.String(),
  step: Type.String(),
  words: text,
  areaName: Type.String(),
  organisationName: maybeText,
  receivedAt: time,
  dueAt: maybeTime,
  late: Type.Boolean(),
  /** what the unit said last to the one who reported */
  said: Type.Union([Type.Object({ kind: Type.String(), at: time, text: Type.String() }), Type.Null()]),
  provenance: Type.String(),
  may: Type.Array(Type.String({ description: 'code: gửi lại mã theo dõi tới số gọi' })),
});

/** The desk of the hotline 1022, and what it answers with. */
export const reportsHotlineApi = endpoints({
  'GET /api/reports/hotline': {
    access: 'report:hotline',
    summary: { vi: 'Bàn trực 1022: tình trạng tin nhắn SMS', en: 'The desk: whether text messages go out' },
    answer: Type.Object({ sms }),
  },
  'POST /api/reports/hotline/calls': {
    access: 'report:hotline',
    summary: {
      vi: 'Nhận một cuộc gọi; cho xem phản ánh trước của số gọi (có ghi nhật ký)',
      en: 'Take a call: the former reports of its number, audited',
    },
    body: Type.Object(
      {
        requestId,
        /** absent where the caller's number is hidden */
        phone: Type.Optional(Type.String({ maxLength: 30 })),
        name: Type.Optional(Type.String({ maxLength: 120 })),
      },
      closed,
    ),
    answer: Type.Object({
      id: Type.String(),
      phone: maybe,
      /** takes text messages */
      isMobile: Type.Boolean(),
      reports: Type.Array(former),
      calls: Type.Array(Type.Object({ at: time, kinds: Type.Array(Type.String()), asked: maybe })),
    }),
  },
  'POST /api/reports/hotline/calls/:id/nearby': {
    access: 'report:hotline',
    summary: { vi: 'Phản ánh có thể trùng, ở gần', en: 'Possible duplicates nearby, published or not yet' },
    params: ofOne,
    body: Type.Object({ category: categoryCode, location: place }, closed),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          number: Type.String(),
          text: Type.String(),
          step: Type.String(),
          receivedAt: time,
          meToo: Type.Integer(),
          metres: Type.Integer(),
          may: Type.Array(Type.String({ description: 'join' })),
        }),
      ),
    }),
  },
  'POST /api/reports/hotline/calls/:id/report': {
    access: 'report:hotline',
    summary: { vi: 'Tiếp nhận phản ánh qua điện thoại, cấp mã', en: 'Take a report by telephone: number and code' },
    params: ofOne,
    body: Type.Object(
      {
        requestId,
        text: said(10, 4000),
        category: categoryCode,
        location: place,
        address: Type.Optional(Type.String({ maxLength: 300 })),
        urgency: Type.Union([Type.Literal('normal'), Type.Literal('urgent'), Type.Literal('emergency')]),
        fields: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        aboutOrganisationId: Type.Optional(Type.String({ maxLength: 100 })),
      },
      closed,
    ),
    answer: Type.Object({
      number: Type.String(),
      code: Type.String({ description: 'mã theo dõi; không hiện lại lần nữa' }),
      organisationName: maybeText,
      dueAt: maybeTime,
      sms: sent,
    }),
  },
  'POST /api/reports/hotline/calls/:id/join': {
    access: 'report:hotline',
    summary: { vi: 'Người gọi cũng gặp', en: 'Me too: join the caller to a report' },
    params: ofOne,
    body: Type.Object({ requestId, number }, closed),
    answer: Type.Object({ number: Type.String(), code: Type.String(), meToo: Type.Integer(), sms: sent }),
  },
  'POST /api/reports/hotline/calls/:id/code': {
    access: 'report:hotline',
    summary: {
      vi: 'Gửi mã theo dõi mới tới số gọi, không hiện trên màn hình',
      en: 'Send a new code to the number that reported; it is not shown',
    },
    params: ofOne,
    body: Type.Object({ number }, closed),
    answer: Type.Object({ sms: sent }),
  },
  'POST /api/reports/hotline/calls/:id/matters': {
    access: 'report:hotline',
    summary: {
      vi: 'Ghi nội dung cuộc gọi chỉ hỏi: trả lời bằng bài nào, hoặc chưa có bài',
      en: 'Record a call that only asks: the article that answered, a former report, or that nothing was known',
    },
    params: ofOne,
    body: Type.Union([
      Type.Object({ kind: Type.Literal('answered'), articleId: Type.String({ format: 'uuid' }) }, closed),
      Type.Object({ kind: Type.Literal('followed'), number }, closed),
      Type.Object(
        {
          kind: Type.Literal('unanswered'),
          asked: said(5, 500),
          category: Type.Optional(categoryCode),
        },
        closed,
      ),
    ]),
    answer: Type.Object({ kinds: Type.Array(Type.String()) }),
  },
  'POST /api/reports/hotline/calls/:id/end': {
    access: 'report:hotline',
    summary: { vi: 'Kết thúc cuộc gọi', en: 'End the call' },
    params: ofOne,
    answer: Type.Object({ kinds: Type.Array(Type.String()) }),
  },
  'GET /api/reports/hotline/articles': {
    access: 'report:hotline',
    summary: { vi: 'Tìm trong kho tri thức, có dấu hoặc không dấu', en: 'Search what the desk answers with' },
    query: Type.Object({
      q: Type.String({ minLength: 2, maxLength: 4000 }),
      limit: Type.Integer({ minimum: 1, maximum: 20, default: 5 }),
    }),
    answer: articles,
  },
  'GET /api/reports/hotline/figures': {
    access: 'report:hotline',
    summary: { vi: 'Số cuộc gọi theo nội dung', en: 'Calls by subject' },
    query: Type.Object({ from: day, to: day }),
    answer: Type.Object({
      calls: Type.Integer(),
      empty: Type.Integer({ description: 'cuộc gọi không có nội dung' }),
      subjects: Type.Array(
        Type.Object({
          category: maybe,
          title: maybeText,
          reported: Type.Integer(),
          joined: Type.Integer(),
          followed: Type.Integer(),
          answered: Type.Integer(),
          unanswered: Type.Integer(),
        }),
      ),
      articles: Type.Array(Type.Object({ id: Type.String(), question: Type.String(), used: Type.Integer() })),
      unanswered: Type.Array(Type.Object({ at: time, asked: Type.String(), category: maybe })),
    }),
  },
  'GET /api/reports/knowledge': {
    access: 'report:knowledge',
    summary: { vi: 'Kho tri thức: mọi bài, kể cả đã ngừng dùng', en: 'All articles, also those not in use' },
    query: Type.Object({
      q: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Type.Integer({ minimum: 1, maximum: 200, default: 100 }),
      offset: Type.Integer({ minimum: 0, default: 0 }),
    }),
    answer: Type.Object({
      items: Type.Array(article),
      total: Type.Integer(),
      may: Type.Array(Type.String({ description: 'add' })),
    }),
  },
  'POST /api/reports/knowledge': {
    access: 'report:knowledge',
    summary: { vi: 'Thêm bài vào kho tri thức', en: 'Add an article' },
    body: Type.Object(articleFields, closed),
    answer: article,
  },
  'PUT /api/reports/knowledge/:id': {
    access: 'report:knowledge',
    summary: { vi: 'Sửa bài trong kho tri thức', en: 'Edit an article, at the version that was seen' },
    params: ofOne,
    body: Type.Object({ ...articleFields, version: Type.Integer() }, closed),
    answer: article,
  },
});
