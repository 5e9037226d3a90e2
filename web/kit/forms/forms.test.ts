import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { parseDay, parseInstant } from './parse-times.ts';
import { readNumber } from './read-number.ts';
import { cleanValues, fieldsOf, flawsOf, initialValues } from './schema.ts';

const schema = Type.Object({
  title: Type.String({ minLength: 5, 'x-text': { vi: 'Việc', en: 'Task' } }),
  detail: Type.Optional(Type.String({ format: 'textarea', description: 'Nói rõ nơi và việc' })),
  level: Type.Number({ minimum: 0, maximum: 5 }),
  kind: Type.Enum(['dust', 'noise'], { 'x-choices': { dust: { vi: 'Bụi', en: 'Dust' } } }),
  dueOn: Type.Optional(Type.String({ format: 'date' })),
  urgent: Type.Boolean({ default: false }),
});

describe('a form out of a schema', () => {
  const fields = fieldsOf(schema);

  it('has one field for each property, in order, with its control and words', () => {
    expect(fields.map((field) => [field.name, field.kind, field.required])).toEqual([
      ['title', 'text', true],
      ['detail', 'textarea', false],
      ['level', 'number', true],
      ['kind', 'choice', true],
      ['dueOn', 'date', false],
      ['urgent', 'boolean', true],
    ]);
    expect(fields[0]?.title).toEqual({ vi: 'Việc', en: 'Task' });
    expect(fields[3]?.choices).toEqual([
      { value: 'dust', title: { vi: 'Bụi', en: 'Dust' } },
      { value: 'noise', title: { vi: 'noise', en: 'noise' } },
    ]);
  });

  it('reads a union of literals as a choice too', () => {
    const union = Type.Object({ side: Type.Union([Type.Literal('left'), Type.Literal('right')]) });
    expect(fieldsOf(union)[0]?.choices.map((choice) => choice.value)).toEqual(['left', 'right']);
  });

  it('refuses a property that it cannot draw, instead of losing it', () => {
    expect(() => fieldsOf(Type.Object({ list: Type.Array(Type.String()) }))).toThrow('list');
  });

  it('says what is wrong where', () => {
    const flaws = flawsOf(fields, { title: 'abc', level: 7, kind: undefined, dueOn: '27 tháng 8' }, 'vi');
    expect(flaws).toEqual({
      title: 'Viết ít nhất 5 ký tự',
      level: 'Không lớn hơn 5',
      kind: 'Hãy chọn một mục',
      dueOn: 'Ngày chưa đúng, viết như 27/8/2020',
    });
  });

  it('lets a right form through, with zero as a value and empty texts left out', () => {
    const values = { ...initialValues(fields), title: ' Đo lại ', level: 0, kind: 'dust', detail: '  ' };
    expect(flawsOf(fields, values, 'vi')).toEqual({});
    expect(cleanValues(fields, values)).toEqual({ title: 'Đo lại', level: 0, kind: 'dust', urgent: false });
  });
});

describe('dates as they are typed', () => {
  it('are read day first, with slashes, points or dashes', () => {
    expect(parseDay('27/8/2020')).toBe('2020-08-27');
    expect(parseDay('1-2-2024')).toBe('2024-02-01');
    expect(parseDay('29.2.2024')).toBe('2024-02-29');
  });

  it('must exist', () => {
    expect(parseDay('29/2/2023')).toBeNull();
    expect(parseDay('2020-08-27')).toBeNull();
    expect(parseInstant('27/8/2020 24:00')).toBeNull();
  });

  it('with a time are of Hanoi: 14:05 there is 07:05 UTC', () => {
    expect(parseInstant('27/8/2020 14:05')).toBe('2020-08-27T07:05:00.000Z');
    expect(parseInstant('27/8/2020 14h05')).toBe('2020-08-27T07:05:00.000Z');
  });
});

describe('numbers as they are typed', () => {
  it('are read the reader’s way: a comma before decimals in Vietnamese, a point in English', () => {
    expect(readNumber('1.315,5', 'vi')).toBe(1315.5);
    expect(readNumber('1,315.5', 'en')).toBe(1315.5);
    expect(readNumber('−3,5', 'vi')).toBe(-3.5);
  });

  it('are not guessed from words', () => {
    expect(readNumber('12 mét', 'vi')).toBeNull();
    expect(readNumber('', 'vi')).toBeNull();
  });
});
