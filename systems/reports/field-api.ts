import Type from 'typebox';
import { endpoints } from '../../platform/http/endpoints.ts';
import { deskItemFields, deskReportSchema } from './desk-api.ts';

/** For the officer's phone at the place. */
export const reportsFieldApi = endpoints({
  'GET /api/reports/field': {
    access: 'report:act',
    summary: { vi: 'Danh sách đi hiện trường của đơn vị', en: 'What the unit has to look at, worst clock first' },
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          ...deskItemFields,
          photos: Type.Array(Type.Object({ fileId: Type.String(), part: Type.String() })),
        }),
      ),
      at: Type.String({ format: 'date-time' }),
    }),
  },
  'POST /api/reports/field/:id/answer': {
    access: 'report:act',
    summary: {
      vi: 'Trình trả lời từ hiện trường, kèm ảnh sau xử lý; gửi lại không trình hai lần',
      en: 'Propose an answer from the field; sent again it is one',
    },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    body: Type.Object(
      {
        seenAt: Type.String({ format: 'date-time', description: 'updatedAt của phản ánh khi cán bộ xem' }),
        text: Type.String({ minLength: 1, maxLength: 4000, pattern: '\\S' }),
        uploads: Type.Array(Type.String({ format: 'uuid' }), { maxItems: 5, default: [] }),
        requestId: Type.String({ minLength: 16, maxLength: 100 }),
      },
      { additionalProperties: false },
    ),
    answer: deskReportSchema,
  },
});
