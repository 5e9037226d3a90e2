import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([Type.Null(), schema]);
const instant = Type.String({ format: 'date-time' });
const answered = Type.Object({
  number: Type.String(),
  category: Type.String(),
  categoryTitle: text,
  question: Type.String(),
  answer: Type.String(),
  organisationName: maybe(text),
  answeredAt: instant,
  provenance: Type.String(),
});

/** Questions and answers: reports of the family 'question', asked by their own door and read on their own page. */
export const questionsApi = endpoints({
  'GET /api/reports/questions': {
    access: 'public',
    summary: { vi: 'Hỏi đáp đã công khai, tìm có dấu hoặc không dấu', en: 'Published questions with their answers' },
    query: Type.Object({
      q: Type.Optional(Type.String({ minLength: 2, maxLength: 100 })),
      field: Type.Optional(Type.String({ maxLength: 60 })),
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
      offset: Type.Integer({ minimum: 0, maximum: 10_000, default: 0 }),
    }),
    answer: Type.Object({ items: Type.Array(answered), total: Type.Integer() }),
  },
  'GET /api/reports/questions/common': {
    access: 'public',
    summary: {
      vi: 'Câu hỏi thường gặp của Tổng đài 1022 (phần công khai), tìm có dấu hoặc không dấu',
      en: 'Common questions: what the hotline answers with, as far as it is marked public',
    },
    query: Type.Object({
      q: Type.Optional(Type.String({ minLength: 2, maxLength: 100 })),
      limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
    }),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          question: Type.String(),
          answer: Type.String(),
          organisationName: maybe(text),
          updatedAt: instant,
        }),
      ),
    }),
  },
  'GET /api/reports/questions/fields': {
    access: 'public',
    summary: { vi: 'Các lĩnh vực hỏi đáp', en: 'Fields in which one may ask' },
    answer: Type.Object({ items: Type.Array(Type.Object({ code: Type.String(), title: text })) }),
  },
  'POST /api/reports/questions/similar': {
    access: 'public',
    summary: { vi: 'Câu đã trả lời giống câu sắp hỏi', en: 'Answered questions like the one to be asked' },
    body: Type.Object({ text: Type.String({ minLength: 1, maxLength: 4000 }) }, { additionalProperties: false }),
    answer: Type.Object({ items: Type.Array(answered) }),
  },
  'POST /api/reports/questions': {
    access: 'public',
    summary: { vi: 'Hỏi, có hoặc không có tài khoản', en: 'Ask, with or without account' },
    body: Type.Object(
      {
        requestId: Type.String({ minLength: 16, maxLength: 100 }),
        field: Type.String({ maxLength: 60 }),
        areaCode: Type.String({ minLength: 1, maxLength: 20 }),
        text: Type.String({ minLength: 10, maxLength: 4000, pattern: '\\S' }),
        /** whether question and answer may be published, once nothing personal is in them */
        publish: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      number: Type.String(),
      code: Type.String({ description: 'mã theo dõi; không hiện lại lần nữa' }),
      organisationName: maybe(text),
      dueAt: maybe(instant),
    }),
  },
});
