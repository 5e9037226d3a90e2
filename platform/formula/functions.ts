/** The functions of the language, as data: what they take, what unit comes out, and how they are said. */
import type { Text } from '../words/index.ts';

export type Value = number | boolean | string | null;

export type FormulaFunction = {
  least: number;
  most: number;
  takes: 'number' | 'series';
  /** unit of the result: that of the arguments (which must agree), none, or per cent */
  gives: 'same' | 'none' | 'percent';
  compute(values: readonly (number | null)[]): number | null;
  say(parts: readonly string[]): Text;
};

const all = (values: readonly (number | null)[]): number[] | null =>
  values.every((value) => value !== null) ? (values as number[]) : null;
const present = (values: readonly (number | null)[]): number[] =>
  values.filter((value): value is number => value !== null);
const said =
  (vi: string, en: string) =>
  (parts: readonly string[]): Text => ({
    vi: `${vi} ${parts.join('; ')}`,
    en: `${en} ${parts.join('; ')}`,
  });

export const functions: Record<string, FormulaFunction> = {
  min: {
    least: 1,
    most: 20,
    takes: 'number',
    gives: 'same',
    compute: (values) => (all(values) ? Math.min(...(values as number[])) : null),
    say: said('nhỏ nhất trong', 'the least of'),
  },
  max: {
    least: 1,
    most: 20,
    takes: 'number',
    gives: 'same',
    compute: (values) => (all(values) ? Math.max(...(values as number[])) : null),
    say: said('lớn nhất trong', 'the greatest of'),
  },
  abs: {
    least: 1,
    most: 1,
    takes: 'number',
    gives: 'same',
    compute: ([value]) => (value == null ? null : Math.abs(value)),
    say: said('độ lớn của', 'the size of'),
  },
  round: {
    least: 1,
    most: 1,
    takes: 'number',
    gives: 'same',
    compute: ([value]) => (value == null ? null : Math.floor(value + 0.5)),
    say: said('làm tròn', 'rounded'),
  },
  share: {
    least: 2,
    most: 2,
    takes: 'number',
    gives: 'percent',
    // A share of nothing is not known, and not zero.
    compute: ([part, whole]) => (part == null || whole == null || whole === 0 ? null : (100 * part) / whole),
    say: ([part, whole]) => ({ vi: `tỷ lệ ${part} trên ${whole}`, en: `share of ${part} in ${whole}` }),
  },
  coalesce: {
    least: 2,
    most: 20,
    takes: 'number',
    gives: 'same',
    compute: (values) => values.find((value) => value !== null) ?? null,
    say: said('giá trị có đầu tiên trong', 'the first known of'),
  },
  sum: {
    least: 1,
    most: 1,
    takes: 'series',
    gives: 'same',
    compute: (values) => (present(values).length === 0 ? null : present(values).reduce((a, b) => a + b, 0)),
    say: said('tổng', 'the sum of'),
  },
  mean: {
    least: 1,
    most: 1,
    takes: 'series',
    gives: 'same',
    compute: (values) =>
      present(values).length === 0 ? null : present(values).reduce((a, b) => a + b, 0) / present(values).length,
    say: said('trung bình', 'the mean of'),
  },
  count: {
    least: 1,
    most: 1,
    takes: 'series',
    gives: 'none',
    compute: (values) => present(values).length,
    say: said('số lượng', 'the number of'),
  },
};
