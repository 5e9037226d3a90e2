/** A rule as it is written, sent and imported. Browser-safe. */
import Type from 'typebox';

const text = Type.Object({
  vi: Type.String({ minLength: 1, maxLength: 500 }),
  en: Type.String({ minLength: 1, maxLength: 500 }),
});
const severity = Type.Integer({ minimum: 1, maximum: 5 });
const formula = Type.String({ minLength: 1, maxLength: 2000 });
const duration = Type.String({ maxLength: 50 });
const code = Type.String({ minLength: 1, maxLength: 200 });

const inputSchema = Type.Union([
  Type.Object({ kind: Type.Literal('change'), of: code, over: duration }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('unusual'),
      of: code,
      weeks: Type.Optional(Type.Integer({ minimum: 2, maximum: 52 })),
      least: Type.Optional(Type.Integer({ minimum: 2, maximum: 52 })),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('area'),
      of: code,
      take: Type.Enum(['mean', 'min', 'max', 'sum', 'count']),
      above: Type.Optional(Type.Number()),
    },
    { additionalProperties: false },
  ),
]);

/** What may be edited of a rule. */
export const editable = {
  when: formula,
  clear: formula,
  for: duration,
  severity,
  title: text,
  text: text,
  inputs: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }), inputSchema),
  active: Type.Array(
    Type.Object(
      {
        from: Type.String({ maxLength: 5 }),
        to: Type.String({ maxLength: 5 }),
        days: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 })),
      },
      { additionalProperties: false },
    ),
    { minItems: 1, maxItems: 20 },
  ),
  areas: Type.Array(code, { minItems: 1, maxItems: 300 }),
  entities: Type.Array(code, { minItems: 1, maxItems: 10_000 }),
  grades: Type.Array(
    Type.Object(
      { severity, when: Type.Optional(formula), after: Type.Optional(duration) },
      { additionalProperties: false },
    ),
    { minItems: 1, maxItems: 10 },
  ),
  holdsBack: Type.Literal(true),
  flapping: Type.Object(
    { times: Type.Integer({ minimum: 1, maximum: 100 }), within: duration, quiet: duration },
    { additionalProperties: false },
  ),
} as const;

export const definitionSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{2,120}$' }),
    on: code,
    when: editable.when,
    clear: Type.Optional(editable.clear),
    for: editable.for,
    severity,
    title: text,
    text: text,
    law: Type.Optional(text),
    opens: Type.Optional(code),
    inputs: Type.Optional(editable.inputs),
    active: Type.Optional(editable.active),
    areas: Type.Optional(editable.areas),
    entities: Type.Optional(editable.entities),
    grades: Type.Optional(editable.grades),
    holdsBack: Type.Optional(editable.holdsBack),
    flapping: Type.Optional(editable.flapping),
  },
  { additionalProperties: false },
);
