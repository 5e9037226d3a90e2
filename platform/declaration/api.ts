import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });

export const declarationApi = endpoints({
  'GET /api/systems': {
    access: 'public',
    summary: {
      vi: 'Các hệ thống và trang của chúng, theo quyền của người hỏi',
      en: 'Systems and their pages, by right',
    },
    answer: Type.Object({
      mode: Type.Union([Type.Literal('demo'), Type.Literal('clean')]),
      systems: Type.Array(
        Type.Object({
          name: Type.String(),
          title: text,
          entities: Type.Array(Type.String()),
          pages: Type.Array(
            Type.Object({
              path: Type.String(),
              file: Type.String(),
              access: Type.String(),
              title: text,
              shell: Type.String(),
              order: Type.Optional(Type.Number()),
              icon: Type.Optional(Type.String()),
            }),
          ),
        }),
      ),
    }),
  },
});
