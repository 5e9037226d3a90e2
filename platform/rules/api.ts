import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const instant = Type.String({ format: 'date-time' });
const severity = Type.Integer({ minimum: 1, maximum: 5 });
const editor = orNull(Type.Object({ id: Type.String(), name: Type.String() }));

const definitionSchema = Type.Object({
  id: Type.String(),
  on: Type.String(),
  when: Type.String(),
  clear: Type.Optional(Type.String()),
  for: Type.String(),
  severity,
  title: text,
  text: text,
  law: Type.Optional(text),
  opens: Type.Optional(Type.String()),
});

const ruleSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  definition: definitionSchema,
  declared: definitionSchema,
  enabled: Type.Boolean(),
  editedBy: editor,
  editedAt: instant,
  words: orNull(text),
  problem: orNull(text),
  may: Type.Array(Type.String()),
});

const id = Type.Object({ id: Type.String({ maxLength: 200 }) });

export const rulesApi = endpoints({
  'GET /api/rules': {
    access: 'signed-in',
    summary: { vi: 'Các luật cảnh báo, diễn giải bằng lời', en: 'The rules, in plain words' },
    answer: Type.Object({
      items: Type.Array(ruleSchema),
      total: Type.Integer(),
      /** observations that were not judged in order; empty for those who do not see the whole province */
      tallies: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer(), lastAt: instant })),
    }),
  },
  'GET /api/rules/:id': {
    access: 'signed-in',
    summary: { vi: 'Một luật cùng các phiên bản', en: 'One rule with its versions' },
    params: id,
    answer: Type.Object({
      ...ruleSchema.properties,
      versions: Type.Array(
        Type.Object({
          version: Type.Integer(),
          definition: definitionSchema,
          enabled: Type.Boolean(),
          editedBy: editor,
          editedAt: instant,
        }),
      ),
    }),
  },
  'PUT /api/rules/:id': {
    access: 'rule:manage',
    summary: { vi: 'Sửa ngưỡng, thời gian, mức độ, bật tắt luật', en: 'Change a rule: a new version' },
    params: id,
    body: Type.Object(
      {
        version: Type.Integer({ description: 'phiên bản đang sửa' }),
        enabled: Type.Optional(Type.Boolean()),
        when: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
        clear: Type.Optional(orNull(Type.String({ minLength: 1, maxLength: 2000 }))),
        for: Type.Optional(Type.String({ maxLength: 50 })),
        severity: Type.Optional(severity),
      },
      { additionalProperties: false },
    ),
    answer: ruleSchema,
  },
});
