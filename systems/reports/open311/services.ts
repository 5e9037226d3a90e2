/** Our categories as Open311 services, and their own fields as attributes. Pure. */
import { type Language, refuse, type Text } from '../../../platform/words/index.ts';
import type { StoredCategory } from '../catalogue.ts';
import type { Value } from './format.ts';

/** The subset of JSON Schema in which a category's fields are written. */
type Schema = {
  type?: string;
  format?: string;
  maxLength?: number;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  description?: string;
  'x-text'?: Text;
  'x-hint'?: Text;
  'x-choices'?: Record<string, Text>;
};

type Choice = { key: string; name: string };

const fieldsOf = ({ form }: StoredCategory): [string, Schema][] =>
  Object.entries((form.properties ?? {}) as Record<string, Schema>);
const required = ({ form }: StoredCategory): readonly string[] => (form.required ?? []) as string[];

function choicesOf(schema: Schema, language: Language): Choice[] | null {
  if (schema.type === 'boolean')
    return language === 'vi'
      ? [
          { key: 'true', name: 'Có' },
          { key: 'false', name: 'Không' },
        ]
      : [
          { key: 'true', name: 'Yes' },
          { key: 'false', name: 'No' },
        ];
  if (schema.enum)
    return schema.enum.map((one) => ({
      key: String(one),
      name: schema['x-choices']?.[String(one)]?.[language] ?? String(one),
    }));
  if (schema.anyOf?.every((one) => one.const !== undefined))
    return schema.anyOf.map((one) => ({
      key: String(one.const),
      name:
        schema['x-choices']?.[String(one.const)]?.[language] ??
        one['x-text']?.[language] ??
        one.description ??
        String(one.const),
    }));
  return null;
}

/** Texts longer than a line are asked for in a box of several. */
const A_LINE = 200;

function datatypeOf(schema: Schema, choices: Choice[] | null): string {
  if (schema.type === 'array') return 'multivaluelist';
  if (choices) return 'singlevaluelist';
  if (schema.type === 'number' || schema.type === 'integer') return 'number';
  if (schema.format === 'date-time' || schema.format === 'date') return 'datetime';
  return (schema.maxLength ?? A_LINE + 1) > A_LINE ? 'text' : 'string';
}

/** One service of the list: of the leaves, each in its family. A report that nobody else ever sees comes by token. */
export function serviceOf(category: StoredCategory, family: StoredCategory | undefined, language: Language): Value {
  return {
    service_code: category.code,
    service_name: category.title[language],
    description: family ? `${family.title[language]}: ${category.title[language]}` : category.title[language],
    metadata: fieldsOf(category).length > 0,
    type: category.isPublic ? 'realtime' : 'batch',
    keywords: category.words.join(', '),
    group: family?.title[language] ?? '',
  };
}

export function definitionOf(category: StoredCategory, language: Language): Value {
  return {
    service_code: category.code,
    attributes: fieldsOf(category).map(([code, schema], index): Value => {
      const choices = choicesOf(schema.type === 'array' ? (schema.items ?? {}) : schema, language);
      return {
        variable: true,
        code,
        datatype: datatypeOf(schema, choices),
        required: required(category).includes(code),
        datatype_description: schema['x-hint']?.[language] ?? null,
        order: index + 1,
        description: schema['x-text']?.[language] ?? schema.description ?? code,
        ...(choices ? { values: choices } : {}),
      };
    }),
  };
}

/** What was sent as attribute[code]=…, read as the types of the category's fields; which are missing is said by code. */
export function readAttributes(
  category: StoredCategory,
  given: ReadonlyMap<string, readonly string[]>,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [code, values] of given) {
    const schema = fieldsOf(category).find(([name]) => name === code)?.[1];
    if (!schema) throw noSuchAttribute(category, code);
    const [first = ''] = values;
    if (schema.type === 'array') fields[code] = values;
    else if (schema.type === 'boolean') fields[code] = first === 'true' ? true : first === 'false' ? false : first;
    else if (schema.type === 'number' || schema.type === 'integer') fields[code] = first === '' ? first : Number(first);
    else fields[code] = first;
  }
  const missing = required(category).filter((code) => !given.has(code));
  if (missing.length > 0) throw missingAttributes(category, missing);
  return fields;
}

function noSuchAttribute(category: StoredCategory, code: string) {
  return refuse(400, 'no-such-attribute', {
    vi: `Dịch vụ ${category.code} không có thuộc tính attribute[${code}].`,
    en: `The service ${category.code} has no attribute[${code}].`,
  });
}

function missingAttributes(category: StoredCategory, codes: readonly string[]) {
  const list = codes.map((code) => `attribute[${code}]`).join(', ');
  return refuse(400, 'attribute-missing', {
    vi: `Thiếu thuộc tính bắt buộc của dịch vụ ${category.code}: ${list}.`,
    en: `Required attributes of the service ${category.code} were not provided: ${list}.`,
  });
}
