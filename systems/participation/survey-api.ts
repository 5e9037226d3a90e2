import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const closed = { additionalProperties: false } as const;
const id = Type.Object({ id: Type.String({ format: 'uuid' }) });
const instant = Type.String({ format: 'date-time' });
const said = (minLength: number, maxLength: number) => Type.String({ minLength, maxLength, pattern: '\\S' });
const nullable = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([Type.Null(), schema]);
const token = Type.String({ pattern: '^[A-Za-z0-9_-]{24}$' });

const question = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$' }),
    title: said(3, 300),
    kind: Type.Enum(['scale', 'choice', 'text']),
    options: Type.Optional(Type.Array(said(1, 200), { minItems: 2, maxItems: 20 })),
    measures: Type.Optional(Type.Enum(['progress'])),
  },
  closed,
);

const surveySchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  intro: Type.String(),
  service: Type.String(),
  organisationId: Type.String(),
  questions: Type.Array(question),
  closesAt: instant,
  open: Type.Boolean(),
  invited: Type.Integer(),
  answered: Type.Integer(),
  provenance: Type.String(),
  createdAt: instant,
});

const resultSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  kind: Type.Enum(['scale', 'choice', 'text']),
  n: Type.Integer(),
  counts: nullable(Type.Array(Type.Object({ value: Type.String(), n: Type.Integer() }))),
  mean: nullable(Type.Number()),
  good: nullable(Type.Number()),
  texts: nullable(Type.Array(Type.String())),
});

/** Surveys of satisfaction: made and read by officers, answered by whoever holds an invitation. */
export const surveyApi = endpoints({
  'GET /api/participation/surveys': {
    access: 'consultation:manage',
    summary: { vi: 'Khảo sát của đơn vị tôi', en: 'Surveys of my unit' },
    answer: Type.Object({ items: Type.Array(surveySchema) }),
  },
  'POST /api/participation/surveys': {
    access: 'consultation:manage',
    summary: { vi: 'Mở khảo sát', en: 'Open a survey' },
    body: Type.Object(
      {
        title: said(5, 200),
        intro: Type.String({ maxLength: 2000 }),
        service: said(3, 200),
        organisationId: Type.String({ minLength: 1, maxLength: 100 }),
        questions: Type.Array(question, { minItems: 1, maxItems: 20 }),
        closesAt: instant,
      },
      closed,
    ),
    answer: surveySchema,
  },
  'GET /api/participation/surveys/:id': {
    access: 'consultation:manage',
    summary: { vi: 'Một khảo sát và kết quả (ít hơn 5 trả lời thì không hiện)', en: 'A survey with its results' },
    params: id,
    answer: Type.Object({ ...surveySchema.properties, results: Type.Array(resultSchema) }),
  },
  'GET /api/participation/surveys/:id/results.csv': {
    access: 'consultation:manage',
    summary: { vi: 'Kết quả dạng CSV', en: 'The results as CSV' },
    params: id,
    query: Type.Object({ language: Type.Enum(['vi', 'en'], { default: 'vi' }) }),
    answer: 'file',
  },
  'POST /api/participation/surveys/:id/invitations': {
    access: 'consultation:manage',
    summary: {
      vi: 'Tạo thư mời, mỗi thư trả lời một lần; mã chỉ hiện lúc này',
      en: 'Make invitations, shown this once',
    },
    params: id,
    body: Type.Object({ count: Type.Integer({ minimum: 1, maximum: 500 }) }, closed),
    answer: Type.Object({ tokens: Type.Array(Type.String()) }),
  },
  'POST /api/participation/surveys/:id/close': {
    access: 'consultation:manage',
    summary: { vi: 'Đóng khảo sát', en: 'Close a survey' },
    params: id,
    answer: surveySchema,
  },
  'POST /api/participation/survey/read': {
    access: 'public',
    summary: { vi: 'Thư mời hỏi gì', en: 'What an invitation asks' },
    body: Type.Object({ token }, closed),
    answer: Type.Object({
      title: Type.String(),
      intro: Type.String(),
      service: Type.String(),
      organisationName: nullable(Type.Object({ vi: Type.String(), en: Type.String() })),
      questions: Type.Array(question),
      provenance: Type.String(),
    }),
  },
  'POST /api/participation/survey/answer': {
    access: 'public',
    summary: { vi: 'Trả lời, không kèm tên', en: 'Answer, without a name' },
    body: Type.Object(
      {
        token,
        answers: Type.Record(
          Type.String({ maxLength: 40 }),
          Type.Union([Type.Integer(), Type.String({ maxLength: 2000 })]),
        ),
      },
      closed,
    ),
    answer: Type.Object({ ok: Type.Literal(true) }),
  },
});
