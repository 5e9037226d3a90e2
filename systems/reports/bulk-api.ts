import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const closed = { additionalProperties: false } as const;
const said = Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' });
const kind = Type.Union([
  Type.Literal('answer'),
  Type.Literal('question'),
  Type.Literal('refusal'),
  Type.Literal('transfer'),
]);
const templateFields = {
  kind,
  category: Type.Union([Type.Null(), Type.String({ maxLength: 60 })]),
  title: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }),
  text: said,
  active: Type.Boolean(),
};
const template = Type.Object({
  id: Type.String(),
  ...templateFields,
  category: Type.Union([Type.String(), Type.Null()]),
  version: Type.Integer(),
});
const templates = Type.Object({ items: Type.Array(template) });

/** Many at once, and ready texts. */
export const reportsBulkApi = endpoints({
  'POST /api/reports/desk/bulk': {
    access: 'report:act',
    summary: {
      vi: 'Xử lý nhiều phản ánh; mỗi phản ánh một kết quả riêng',
      en: 'One act on many reports, each by itself with its own result',
    },
    body: Type.Object(
      {
        items: Type.Array(
          Type.Object({ id: Type.String({ format: 'uuid' }), seenAt: Type.String({ format: 'date-time' }) }, closed),
          { minItems: 1, maxItems: 100 },
        ),
        act: Type.Union([
          Type.Object({ kind: Type.Literal('begin') }, closed),
          Type.Object({ kind: Type.Literal('publish') }, closed),
          Type.Object({ kind: Type.Literal('keep'), reason: said }, closed),
          Type.Object({ kind: Type.Literal('refuse'), reason: said }, closed),
          Type.Object(
            { kind: Type.Literal('transfer'), organisationId: Type.String({ maxLength: 100 }), reason: said },
            closed,
          ),
          Type.Object(
            {
              kind: Type.Literal('assign'),
              organisationId: Type.String({ maxLength: 100 }),
              title: Type.String({ minLength: 1, maxLength: 300, pattern: '\\S' }),
              dueWithin: Type.String({ maxLength: 30 }),
            },
            closed,
          ),
        ]),
      },
      closed,
    ),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          number: Type.Union([Type.String(), Type.Null()]),
          done: Type.Boolean(),
          reason: Type.Union([Type.Object({ vi: Type.String(), en: Type.String() }), Type.Null()]),
        }),
      ),
    }),
  },
  'GET /api/reports/templates': {
    access: 'report:act',
    summary: { vi: 'Mẫu trả lời, câu hỏi, lý do', en: 'Ready texts in use' },
    query: Type.Object({ kind: Type.Optional(kind), category: Type.Optional(Type.String({ maxLength: 60 })) }),
    answer: templates,
  },
  'GET /api/reports/manage/templates': {
    access: 'report:manage',
    summary: { vi: 'Mọi mẫu, kể cả đã ngừng dùng', en: 'All ready texts' },
    answer: templates,
  },
  'POST /api/reports/manage/templates': {
    access: 'report:manage',
    summary: { vi: 'Thêm mẫu', en: 'Add a ready text' },
    body: Type.Object(templateFields, closed),
    answer: templates,
  },
  'PUT /api/reports/manage/templates/:id': {
    access: 'report:manage',
    summary: { vi: 'Sửa mẫu', en: 'Change a ready text' },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    body: Type.Object({ ...templateFields, version: Type.Integer() }, closed),
    answer: templates,
  },
});
