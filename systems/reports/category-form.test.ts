import { expect, it } from 'vitest';
import { categories } from './categories.ts';
import { type FormField, type FormSchema, fieldsOf, filledIn, nameFor, schemaOf } from './category-form.ts';

const both = (vi: string) => ({ vi, en: vi });
const none: FormSchema = { type: 'object', additionalProperties: false, properties: {} };

it('every form that the program declares goes through the editor unchanged', () => {
  for (const { code, form } of categories) {
    const before = JSON.parse(JSON.stringify(form)) as FormSchema;
    expect(schemaOf(fieldsOf(before), before), code).toEqual(before);
  }
});

it('each kind of field becomes a schema and comes back as it was', () => {
  const fields: FormField[] = [
    { name: 'pole', title: both('Số cột'), kind: 'text', required: true, choices: [] },
    { name: 'more', title: both('Mô tả thêm'), kind: 'textarea', required: false, choices: [] },
    {
      name: 'side',
      title: both('Bên đường'),
      kind: 'choice',
      required: true,
      choices: [
        { value: 'trai', title: both('Trái') },
        { value: 'phai', title: both('Phải') },
      ],
    },
    { name: 'days', title: both('Mấy ngày'), kind: 'number', required: false, choices: [] },
    { name: 'danger', title: both('Nguy hiểm'), kind: 'boolean', required: false, choices: [] },
    { name: 'since', title: both('Từ ngày'), kind: 'date', required: false, choices: [] },
  ];
  const schema = schemaOf(fields, none);
  expect(fieldsOf(schema)).toEqual(fields);
  expect(schema.required).toEqual(['pole', 'side']);
  expect(schema.properties.pole).toEqual({ type: 'string', 'x-text': both('Số cột'), maxLength: 200, minLength: 1 });
  expect(schema.properties.side?.enum).toEqual(['trai', 'phai']);
});

it('a new field gets a name of its own that a program can use', () => {
  expect(nameFor('Số cột đèn', [])).toBe('soCotDen');
  expect(nameFor('Số cột đèn', ['soCotDen', 'soCotDen2'])).toBe('soCotDen3');
  expect(nameFor('3 ngày', [])).toBe('m3Ngay');
  expect(nameFor('…', [])).toBe('m');
});

it('what was filled in is told in the titles and words of the form, in its order; what it asks no more goes last', () => {
  const form = schemaOf(
    [
      { name: 'pole', title: both('Số cột'), kind: 'text', required: true, choices: [] },
      {
        name: 'side',
        title: { vi: 'Bên đường', en: 'Side' },
        kind: 'choice',
        required: false,
        choices: [{ value: 'trai', title: { vi: 'Bên trái', en: 'Left' } }],
      },
      { name: 'days', title: both('Mấy ngày'), kind: 'number', required: false, choices: [] },
      { name: 'danger', title: both('Nguy hiểm'), kind: 'boolean', required: false, choices: [] },
      { name: 'since', title: both('Từ ngày'), kind: 'date', required: false, choices: [] },
      { name: 'more', title: both('Mô tả thêm'), kind: 'textarea', required: false, choices: [] },
    ],
    none,
  );
  const values = { old: 'x', since: '2026-11-05', danger: false, days: 1500.5, side: 'trai', pole: '12A', more: '' };
  expect(filledIn(form, values)).toEqual([
    { title: both('Số cột'), value: both('12A') },
    { title: { vi: 'Bên đường', en: 'Side' }, value: { vi: 'Bên trái', en: 'Left' } },
    { title: both('Mấy ngày'), value: { vi: '1.500,5', en: '1,500.5' } },
    { title: both('Nguy hiểm'), value: { vi: 'Không', en: 'No' } },
    { title: both('Từ ngày'), value: both('5/11/2026') },
    { title: both('old'), value: both('x') },
  ]);
  expect(filledIn(none, {})).toEqual([]);
});
