/** The object subset of JSON Schema that forms are drawn from, and its checks; the server checks the same schema again. */
import type { Language, Text } from '../../../platform/words/index.ts';

export type Value = string | number | boolean | undefined;
export type Values = Record<string, Value>;

export type FieldKind =
  | 'text'
  | 'textarea'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'date'
  | 'date-time'
  | 'email'
  | 'tel';

export type Choice = { value: string; title: Text };

export type Field = {
  name: string;
  kind: FieldKind;
  title: Text;
  hint: Text | null;
  required: boolean;
  choices: Choice[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  unit?: string;
  initial: Value;
};

/** What a TypeBox object is to a form: any object with `properties`. */
export type FormSchema = { properties: Record<string, unknown>; required?: readonly string[] };

type Raw = Record<string, unknown>;

const isRecord = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const asNumber = (value: unknown) => (typeof value === 'number' ? value : undefined);
const asString = (value: unknown) => (typeof value === 'string' ? value : undefined);

function asText(value: unknown): Text | null {
  if (isRecord(value) && typeof value.vi === 'string' && typeof value.en === 'string')
    return { vi: value.vi, en: value.en };
  return typeof value === 'string' ? { vi: value, en: value } : null;
}

function choicesOf(raw: Raw): Choice[] {
  const words = isRecord(raw['x-choices']) ? raw['x-choices'] : {};
  const choice = (value: string, own?: unknown): Choice => ({
    value,
    title: asText(words[value]) ?? asText(own) ?? { vi: value, en: value },
  });
  if (Array.isArray(raw.enum))
    return raw.enum.filter((value) => typeof value === 'string').map((value) => choice(value));
  if (Array.isArray(raw.anyOf)) {
    const parts = raw.anyOf.filter(isRecord).filter((part) => typeof part.const === 'string');
    return parts.map((part) => choice(String(part.const), part['x-text'] ?? part.title));
  }
  return [];
}

function kindOf(raw: Raw, choices: Choice[]): FieldKind | null {
  if (choices.length > 0) return 'choice';
  if (raw.type === 'number' || raw.type === 'integer' || raw.type === 'boolean') return raw.type;
  if (raw.type !== 'string') return null;
  const format = raw.format;
  if (format === 'date' || format === 'date-time' || format === 'textarea' || format === 'email' || format === 'tel')
    return format;
  return raw['x-format'] === 'textarea' ? 'textarea' : 'text';
}

/**
 * The fields of a schema. Titles come from `x-text` (`{ vi, en }`), else `title`; hints from `x-hint`, else
 * `description`; words of choices from `x-choices` (`{ value: { vi, en } }`). A property of a kind that forms do not
 * draw (object, array) throws: a form must not lose a field silently. `readOnly` properties are left out.
 */
export function fieldsOf(schema: FormSchema): Field[] {
  const fields: Field[] = [];
  for (const [name, raw] of Object.entries(schema.properties)) {
    if (!isRecord(raw) || raw.readOnly === true) continue;
    const choices = choicesOf(raw);
    const kind = kindOf(raw, choices);
    if (!kind) throw new Error(`Form field ${name}: type ${String(raw.type)} has no form control`);
    const initial = raw.default;
    const field: Field = {
      name,
      kind,
      title: asText(raw['x-text']) ?? asText(raw.title) ?? { vi: name, en: name },
      hint: asText(raw['x-hint']) ?? asText(raw.description),
      required: schema.required?.includes(name) ?? false,
      choices,
      initial:
        typeof initial === 'string' || typeof initial === 'number' || typeof initial === 'boolean'
          ? initial
          : undefined,
    };
    const limits = {
      minimum: asNumber(raw.minimum),
      maximum: asNumber(raw.maximum),
      minLength: asNumber(raw.minLength),
      maxLength: asNumber(raw.maxLength),
      pattern: asString(raw.pattern),
      unit: asString(raw['x-unit']),
    };
    for (const [key, value] of Object.entries(limits)) if (value !== undefined) Object.assign(field, { [key]: value });
    fields.push(field);
  }
  return fields;
}

export function initialValues(fields: readonly Field[], given: Values = {}): Values {
  const values: Values = {};
  for (const field of fields) values[field.name] = given[field.name] ?? field.initial;
  return values;
}

function flawOf(field: Field, value: Value): Text | null {
  if (value === undefined || value === '') {
    if (!field.required || field.kind === 'boolean') return null;
    if (field.kind === 'choice') return { vi: 'Hãy chọn một mục', en: 'Choose one' };
    return { vi: 'Hãy điền mục này', en: 'Fill this in' };
  }
  if (field.kind === 'number' || field.kind === 'integer') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return { vi: 'Hãy nhập một số', en: 'Enter a number' };
    if (field.kind === 'integer' && !Number.isInteger(value))
      return { vi: 'Hãy nhập số nguyên', en: 'Enter a whole number' };
    if (field.minimum !== undefined && value < field.minimum) {
      return { vi: `Không nhỏ hơn ${field.minimum}`, en: `Not below ${field.minimum}` };
    }
    if (field.maximum !== undefined && value > field.maximum) {
      return { vi: `Không lớn hơn ${field.maximum}`, en: `Not above ${field.maximum}` };
    }
    return null;
  }
  if (typeof value !== 'string') return null;
  if (field.kind === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    return { vi: 'Ngày chưa đúng, viết như 27/8/2020', en: 'Not a date; write it as 27/8/2020' };
  }
  if (field.kind === 'date-time' && !/^\d{4}-\d{2}-\d{2}T/.test(value)) {
    return { vi: 'Ngày giờ chưa đúng, viết như 27/8/2020 14:05', en: 'Not a time; write it as 27/8/2020 14:05' };
  }
  if (field.kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
    return {
      vi: 'Địa chỉ thư chưa đúng, ví dụ ten@thaibinh.gov.vn',
      en: 'Not an e-mail address, for example name@thaibinh.gov.vn',
    };
  }
  if (field.minLength !== undefined && value.trim().length < field.minLength) {
    return { vi: `Viết ít nhất ${field.minLength} ký tự`, en: `Write at least ${field.minLength} characters` };
  }
  if (field.maxLength !== undefined && value.length > field.maxLength) {
    return { vi: `Viết nhiều nhất ${field.maxLength} ký tự`, en: `Write at most ${field.maxLength} characters` };
  }
  if (field.pattern !== undefined && !new RegExp(field.pattern, 'u').test(value)) {
    return { vi: 'Không đúng mẫu quy định', en: 'Does not have the required form' };
  }
  return null;
}

/** What is wrong, by field, in the reader's language; empty when the form may be sent. */
export function flawsOf(fields: readonly Field[], values: Values, language: Language): Record<string, string> {
  const flaws: Record<string, string> = {};
  for (const field of fields) {
    const flaw = flawOf(field, values[field.name]);
    if (flaw) flaws[field.name] = flaw[language];
  }
  return flaws;
}

/** The values to send: texts trimmed, empty ones left out. */
export function cleanValues(fields: readonly Field[], values: Values): Values {
  const clean: Values = {};
  for (const field of fields) {
    const value = values[field.name];
    const trimmed = typeof value === 'string' ? value.trim() : value;
    if (trimmed !== undefined && trimmed !== '') clean[field.name] = trimmed;
  }
  return clean;
}
