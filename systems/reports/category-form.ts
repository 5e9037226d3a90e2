/** A category's own fields as an administrator edits them, and the schema that forms and Open311 are drawn from. Pure. */
import { plain, type Text } from '../../platform/words/index.ts';

export const fieldKinds = ['text', 'textarea', 'choice', 'number', 'boolean', 'date'] as const;
export type FieldKind = (typeof fieldKinds)[number];

export type FormField = {
  /** what answers are kept under; stays when the title changes */
  name: string;
  title: Text;
  kind: FieldKind;
  required: boolean;
  choices: { value: string; title: Text }[];
};

type Property = {
  type: 'string' | 'number' | 'integer' | 'boolean';
  'x-text': Text;
  'x-hint'?: Text;
  'x-format'?: 'textarea';
  format?: 'date';
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  enum?: string[];
  'x-choices'?: Record<string, Text>;
};
export type FormSchema = {
  type: 'object';
  additionalProperties: false;
  required?: string[];
  properties: Record<string, Property>;
};

const A_LINE = 200;
const LONG = 2000;

function kindOf(property: Property): FieldKind {
  if (property.enum) return 'choice';
  if (property.type === 'boolean') return 'boolean';
  if (property.type === 'number' || property.type === 'integer') return 'number';
  if (property.format === 'date') return 'date';
  return property['x-format'] === 'textarea' ? 'textarea' : 'text';
}

export function fieldsOf(form: FormSchema): FormField[] {
  return Object.entries(form.properties).map(([name, property]) => ({
    name,
    title: property['x-text'],
    kind: kindOf(property),
    required: form.required?.includes(name) ?? false,
    choices: (property.enum ?? []).map((value) => ({
      value,
      title: property['x-choices']?.[value] ?? { vi: value, en: value },
    })),
  }));
}

const answered = { true: { vi: 'Có', en: 'Yes' }, false: { vi: 'Không', en: 'No' } };

/** What was filled in, in the words of the form and its order; what the form asks no more goes last, as it was kept. */
export function filledIn(form: FormSchema, values: Readonly<Record<string, unknown>>): { title: Text; value: Text }[] {
  const asked = Object.keys(form.properties).filter((name) => name in values);
  const rest = Object.keys(values).filter((name) => !(name in form.properties));
  return [...asked, ...rest]
    .filter((name) => values[name] !== null && values[name] !== '')
    .map((name) => ({
      title: form.properties[name]?.['x-text'] ?? { vi: name, en: name },
      value: wordsOf(form.properties[name], values[name]),
    }));
}

function wordsOf(property: Property | undefined, value: unknown): Text {
  const plainly = { vi: String(value), en: String(value) };
  if (typeof value === 'boolean') return answered[`${value}`];
  if (typeof value === 'number') return { vi: value.toLocaleString('vi-VN'), en: value.toLocaleString('en-GB') };
  if (property?.format === 'date') {
    const [year, month, day] = plainly.vi.split('-');
    const date = day ? `${Number(day)}/${Number(month)}/${year}` : plainly.vi;
    return { vi: date, en: date };
  }
  return property?.['x-choices']?.[plainly.vi] ?? plainly;
}

/** The schema of the fields; what a field that keeps its kind says besides (limits, hints) is kept from before. */
export function schemaOf(fields: readonly FormField[], before: FormSchema): FormSchema {
  const required = fields.filter((field) => field.required).map((field) => field.name);
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(
      fields.map((field) => [field.name, propertyOf(field, before.properties[field.name])]),
    ),
  };
}

function propertyOf(field: FormField, before: Property | undefined): Property {
  const { title, kind, required, choices } = field;
  const text = { 'x-text': title };
  const old = before && kindOf(before) === kind ? before : undefined;
  if (kind === 'choice') {
    return {
      type: 'string',
      ...text,
      enum: choices.map((one) => one.value),
      'x-choices': Object.fromEntries(choices.map((one) => [one.value, one.title])),
    };
  }
  if (kind === 'boolean') return { ...old, type: 'boolean', ...text };
  if (kind === 'number') return { type: 'number', ...old, ...text };
  if (kind === 'date') return { ...old, type: 'string', format: 'date', ...text };
  const { minLength: _least, ...rest } = old ?? {};
  return {
    maxLength: kind === 'textarea' ? LONG : A_LINE,
    ...rest,
    type: 'string',
    ...text,
    // What is demanded is not there when it is empty.
    ...(required ? { minLength: 1 } : {}),
    ...(kind === 'textarea' ? { 'x-format': 'textarea' as const } : {}),
  };
}

/** A name for a new field out of its title that no other has: 'Số cột đèn' -> 'soCotDen', then 'soCotDen2'. */
export function nameFor(title: string, taken: readonly string[]): string {
  const words = plain(title)
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const joined = words.map((word, n) => (n === 0 ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`)).join('');
  const base = /^[a-z]/.test(joined) ? joined.slice(0, 36) : `m${joined}`.slice(0, 36);
  if (!taken.includes(base)) return base;
  let n = 2;
  while (taken.includes(`${base}${n}`)) n += 1;
  return `${base}${n}`;
}
