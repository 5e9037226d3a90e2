import Type from 'typebox';
import { endpoints } from '../http/endpoints.ts';
import { definitionSchema, editable } from './schema.ts';

const text = Type.Object({ vi: Type.String(), en: Type.String() });
const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const instant = Type.String({ format: 'date-time' });
const severity = Type.Integer({ minimum: 1, maximum: 5 });
const editor = orNull(Type.Object({ id: Type.String(), name: Type.String() }));

const ruleSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  definition: definitionSchema,
  /** what the system declares; null for a rule that people made */
  declared: orNull(definitionSchema),
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
        when: Type.Optional(editable.when),
        clear: Type.Optional(orNull(editable.clear)),
        for: Type.Optional(editable.for),
        severity: Type.Optional(editable.severity),
        title: Type.Optional(editable.title),
        text: Type.Optional(editable.text),
        inputs: Type.Optional(orNull(editable.inputs)),
        active: Type.Optional(orNull(editable.active)),
        areas: Type.Optional(orNull(editable.areas)),
        entities: Type.Optional(orNull(editable.entities)),
        grades: Type.Optional(orNull(editable.grades)),
        holdsBack: Type.Optional(orNull(editable.holdsBack)),
        flapping: Type.Optional(orNull(editable.flapping)),
      },
      { additionalProperties: false },
    ),
    answer: ruleSchema,
  },
  'POST /api/rules': {
    access: 'rule:manage',
    summary: { vi: 'Thêm một luật (chưa bật)', en: 'Make a rule, switched off' },
    body: Type.Object({ definition: definitionSchema }, { additionalProperties: false }),
    answer: ruleSchema,
  },
  'POST /api/rules/:id/restore': {
    access: 'rule:manage',
    summary: { vi: 'Quay lại một phiên bản cũ (thành phiên bản mới)', en: 'Go back to an old version, as a new one' },
    params: id,
    body: Type.Object({ version: Type.Integer(), to: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    answer: ruleSchema,
  },
  'POST /api/rules/check': {
    access: 'rule:manage',
    summary: { vi: 'Diễn giải một luật bằng lời, báo chỗ sai', en: 'A rule in plain words, or what is wrong with it' },
    body: Type.Object({ definition: definitionSchema }, { additionalProperties: false }),
    answer: Type.Object({ words: text }),
  },
  'POST /api/rules/trials': {
    access: 'rule:manage',
    summary: { vi: 'Chạy thử một luật trên số liệu đã lưu', en: 'Try a rule over stored history' },
    body: Type.Object(
      { definition: definitionSchema, days: Type.Integer({ minimum: 1, maximum: 366 }) },
      { additionalProperties: false },
    ),
    answer: Type.Object({ id: Type.String() }),
  },
  'GET /api/rules/trials/:id': {
    access: 'rule:manage',
    summary: { vi: 'Tiến độ và kết quả chạy thử', en: 'How far a trial is, and what it found' },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    answer: Type.Object({
      id: Type.String(),
      from: instant,
      to: instant,
      startedAt: instant,
      state: Type.Enum(['running', 'done', 'failed', 'stopped']),
      done: Type.Integer(),
      total: Type.Integer(),
      words: text,
      result: orNull(
        Type.Object({
          count: Type.Integer(),
          entities: Type.Integer(),
          observations: Type.Integer(),
          alerts: Type.Array(
            Type.Object({
              entityId: Type.String(),
              entityName: Type.String(),
              sinceAt: instant,
              reachedAt: instant,
              untilAt: orNull(instant),
              peak: Type.Number(),
              severity,
            }),
          ),
          days: Type.Array(Type.Object({ day: Type.String(), count: Type.Integer() })),
        }),
      ),
      problem: orNull(text),
    }),
  },
  'GET /api/rules/export': {
    access: 'rule:manage',
    summary: { vi: 'Xuất tất cả luật ra một tệp JSON', en: 'All rules as one JSON document' },
    answer: Type.Object({
      format: Type.String(),
      version: Type.Integer(),
      exportedAt: instant,
      rules: Type.Array(Type.Object({ definition: definitionSchema, enabled: Type.Boolean() })),
    }),
  },
  'POST /api/rules/import': {
    access: 'rule:manage',
    summary: {
      vi: 'Nhập luật từ tệp đã xuất; luật sai bị từ chối từng cái',
      en: 'Take rules from an exported document',
    },
    bodyLimit: 32 * 1024 * 1024,
    body: Type.Object(
      {
        dryRun: Type.Boolean(),
        document: Type.Object({
          format: Type.String({ maxLength: 100 }),
          version: Type.Integer(),
          rules: Type.Array(Type.Unknown(), { maxItems: 20_000 }),
        }),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          outcome: Type.Enum(['made', 'changed', 'same', 'refused']),
          flaws: Type.Array(Type.Object({ at: Type.String(), reason: text })),
        }),
      ),
    }),
  },
  'GET /api/entities/:id/held': {
    access: 'entity:read',
    summary: {
      vi: 'Các cảnh báo không phát vì nơi đối tượng phụ thuộc đang mất',
      en: 'What is not raised for an entity because something it depends on is out',
    },
    params: id,
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          title: text,
          since: instant,
          byEntityId: Type.String(),
          byEntityName: orNull(Type.String()),
          byRule: orNull(text),
        }),
      ),
    }),
  },
});
