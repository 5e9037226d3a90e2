/**
 * Turns a checked formula into closures. What is not known is null and stays null: null is neither zero nor false.
 * A result that is no finite number (a division by zero, an overflow) is null too.
 */
import { refuse } from '../words/index.ts';
import type { Checked, Declared } from './checked.ts';
import type { Comparison } from './syntax.ts';
import { scale } from './units.ts';

/** The numbers of a stretch of time or of several sources; null is one that is missing. */
export type Series = readonly (number | null)[];
export type Value = number | boolean | string | Series | null | undefined;
export type FormulaValues = Readonly<Record<string, Value>>;

type Run<T> = (values: FormulaValues) => T | null;

/** A node in a place that the check does not let it come to. */
function misplaced(node: Checked): Error {
  return new Error(`A formula's ${node.kind} of type ${node.type} reached a place that the check should have refused.`);
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const scaled = (value: number, factor: number): number | null => finite(scale(value, factor));

export function numberOf(node: Checked): Run<number> {
  switch (node.kind) {
    case 'number': {
      const { value } = node;
      return () => value;
    }
    case 'null':
      return () => null;
    case 'name':
      return read(node.name, node.declared, (value) => (typeof value === 'number' ? finite(value) : undefined));
    case 'converted': {
      const [of, factor] = [numberOf(node.of), node.factor];
      const convert = (values: FormulaValues): number | null => {
        const value = of(values);
        return value === null ? null : scaled(value, factor);
      };
      if (node.of.kind !== 'number') return convert;
      const value = convert({});
      return () => value;
    }
    case 'negate': {
      const of = numberOf(node.of);
      return (values) => {
        const value = of(values);
        return value === null ? null : 0 - value;
      };
    }
    case 'arithmetic':
      return arithmetic(node);
    case 'call':
      return numberCall(node);
    default:
      throw misplaced(node);
  }
}

function arithmetic(node: Checked & { kind: 'arithmetic' }): Run<number> {
  const [left, right, { factor }] = [numberOf(node.left), numberOf(node.right), node];
  const both =
    (compute: (a: number, b: number) => number): Run<number> =>
    (values) => {
      const a = left(values);
      if (a === null) return null;
      const b = right(values);
      return b === null ? null : finite(compute(a, b));
    };
  switch (node.operator) {
    case '+':
      return both((a, b) => a + b);
    case '-':
      return both((a, b) => a - b);
    case '*':
      return factor === 1 ? both((a, b) => a * b) : both((a, b) => scale(a * b, factor));
    case '/':
      return factor === 1 ? both((a, b) => a / b) : both((a, b) => scale(a / b, factor));
  }
}

function numberCall(node: Checked & { kind: 'call' }): Run<number> {
  const [first, second] = node.arguments;
  if (!first) throw misplaced(node);
  switch (node.name) {
    case 'if':
      return choose(node, numberOf);
    case 'coalesce':
      return firstKnown(node, numberOf);
    case 'abs': {
      const of = numberOf(first);
      return (values) => {
        const value = of(values);
        return value === null ? null : Math.abs(value);
      };
    }
    case 'round': {
      const of = numberOf(first);
      const places = second?.kind === 'number' ? second.value : 0;
      return (values) => {
        const value = of(values);
        return value === null ? null : roundHalfAway(value, places);
      };
    }
    case 'share': {
      if (!second) throw misplaced(node);
      const [part, whole] = [numberOf(first), numberOf(second)];
      return (values) => {
        const a = part(values);
        if (a === null) return null;
        const b = whole(values);
        return b === null ? null : finite((100 * a) / b);
      };
    }
    case 'min':
    case 'max':
      return first.type === 'series' ? overSeries(first, node.name) : extreme(node.arguments, node.name);
    case 'sum':
    case 'mean':
    case 'count':
    case 'completeness':
      return overSeries(first, node.name);
    default:
      throw misplaced(node);
  }
}

/** Of several numbers; one that is missing makes the answer unknown, for it may be the smallest. */
function extreme(nodes: readonly Checked[], which: 'min' | 'max'): Run<number> {
  const list = nodes.map(numberOf);
  const better = which === 'min' ? (a: number, b: number) => a < b : (a: number, b: number) => a > b;
  return (values) => {
    let best: number | null = null;
    for (const one of list) {
      const value = one(values);
      if (value === null) return null;
      if (best === null || better(value, best)) best = value;
    }
    return best;
  };
}

type Fold = 'sum' | 'mean' | 'count' | 'completeness' | 'min' | 'max';

/** Over the known values of a series; with none known: count is 0, all others are null. */
function overSeries(node: Checked, which: Fold): Run<number> {
  const of = seriesOf(node);
  return (values) => {
    const series = of(values);
    if (series === null) return null;
    let [count, sum, least, most] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of series) {
      if (value === null || !Number.isFinite(value)) continue;
      count += 1;
      sum += value;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (which === 'count') return count;
    if (which === 'completeness') return finite((100 * count) / series.length);
    if (count === 0) return null;
    if (which === 'sum') return finite(sum);
    if (which === 'mean') return finite(sum / count);
    return which === 'min' ? least : most;
  };
}

export function seriesOf(node: Checked): Run<Series> {
  if (node.kind === 'name') {
    return read(node.name, node.declared, (value) => (Array.isArray(value) ? (value as Series) : undefined));
  }
  if (node.kind === 'converted') {
    const [of, factor] = [seriesOf(node.of), node.factor];
    return (values) => of(values)?.map((value) => (value === null ? null : scaled(value, factor))) ?? null;
  }
  throw misplaced(node);
}

export function textOf(node: Checked): Run<string> {
  switch (node.kind) {
    case 'text': {
      const { value } = node;
      return () => value;
    }
    case 'null':
      return () => null;
    case 'name':
      return read(node.name, node.declared, (value) =>
        typeof value === 'string' ? value.normalize('NFC') : undefined,
      );
    case 'call':
      return node.name === 'if' ? choose(node, textOf) : firstKnown(node, textOf);
    default:
      throw misplaced(node);
  }
}

export function booleanOf(node: Checked): Run<boolean> {
  switch (node.kind) {
    case 'boolean': {
      const { value } = node;
      return () => value;
    }
    case 'null':
      return () => null;
    case 'name':
      return read(node.name, node.declared, (value) => (typeof value === 'boolean' ? value : undefined));
    case 'not': {
      const of = booleanOf(node.of);
      return (values) => {
        const value = of(values);
        return value === null ? null : !value;
      };
    }
    case 'logic':
      return logic(node.operator === 'and', booleanOf(node.left), booleanOf(node.right));
    case 'compare':
      return comparison(node);
    case 'call':
      return booleanCall(node);
    default:
      throw misplaced(node);
  }
}

/** As in SQL: false and unknown is false, true or unknown is true, all else with unknown is unknown. */
function logic(and: boolean, left: Run<boolean>, right: Run<boolean>): Run<boolean> {
  return (values) => {
    const a = left(values);
    if (a === !and) return a;
    const b = right(values);
    if (b === !and) return b;
    return a === null || b === null ? null : and;
  };
}

function comparison(node: Checked & { kind: 'compare' }): Run<boolean> {
  const { operator, left, right } = node;
  const type = left.type === 'null' ? right.type : left.type;
  if (type === 'number') return compared(operator, numberOf(left), numberOf(right));
  if (type === 'text') return compared(operator, textOf(left), textOf(right));
  return compared(operator, booleanOf(left), booleanOf(right));
}

function compared<T extends number | string | boolean>(
  operator: Comparison,
  left: Run<T>,
  right: Run<T>,
): Run<boolean> {
  const both =
    (judge: (a: T, b: T) => boolean): Run<boolean> =>
    (values) => {
      const a = left(values);
      if (a === null) return null;
      const b = right(values);
      return b === null ? null : judge(a, b);
    };
  switch (operator) {
    case '=':
      return both((a, b) => a === b);
    case '!=':
      return both((a, b) => a !== b);
    case '<':
      return both((a, b) => a < b);
    case '<=':
      return both((a, b) => a <= b);
    case '>':
      return both((a, b) => a > b);
    case '>=':
      return both((a, b) => a >= b);
  }
}

function booleanCall(node: Checked & { kind: 'call' }): Run<boolean> {
  const [first, low, high] = node.arguments;
  if (node.name === 'if') return choose(node, booleanOf);
  if (node.name === 'coalesce') return firstKnown(node, booleanOf);
  if (node.name === 'known' && first) {
    const of = anyOf(first);
    return (values) => of(values) !== null;
  }
  if (node.name === 'between' && first && low && high) {
    const of = numberOf(first);
    return logic(true, compared('>=', of, numberOf(low)), compared('<=', of, numberOf(high)));
  }
  throw misplaced(node);
}

/** Any node by its own type. */
export function anyOf(node: Checked): Run<number | boolean | string | Series> {
  switch (node.type) {
    case 'number':
      return numberOf(node);
    case 'boolean':
      return booleanOf(node);
    case 'text':
      return textOf(node);
    case 'series':
      return seriesOf(node);
    default:
      return () => null;
  }
}

/** An unknown condition gives an unknown answer. */
function choose<T>(node: Checked & { kind: 'call' }, build: (node: Checked) => Run<T>): Run<T> {
  const [condition, yes, no] = node.arguments;
  if (!condition || !yes || !no) throw misplaced(node);
  const [holds, then, otherwise] = [booleanOf(condition), build(yes), build(no)];
  return (values) => {
    const answer = holds(values);
    return answer === null ? null : answer ? then(values) : otherwise(values);
  };
}

function firstKnown<T>(node: Checked & { kind: 'call' }, build: (node: Checked) => Run<T>): Run<T> {
  const list = node.arguments.map(build);
  return (values) => {
    for (const one of list) {
      const value = one(values);
      if (value !== null) return value;
    }
    return null;
  };
}

/** Reads a name; `accept` answers undefined for a value that is not of the declared type. */
function read<T>(name: string, declared: Declared, accept: (value: Value) => T | null | undefined): Run<T> {
  // Names such as 'constructor' would otherwise be found in every object.
  const inherited = name in Object.prototype;
  return (values) => {
    if (inherited && !Object.hasOwn(values, name)) return null;
    const value = values[name];
    if (value === null || value === undefined) return null;
    const accepted = accept(value);
    if (accepted === undefined) throw wrongValue(name, declared, value);
    return accepted;
  };
}

function wrongValue(name: string, declared: Declared, value: Value) {
  const found = Array.isArray(value) ? 'series' : typeof value;
  return refuse(500, 'formula-value-type', {
    vi: `Công thức cần “${declared.title.vi}” (${name}) kiểu ${declared.type}, nhưng nhận được kiểu ${found}. Hãy báo người quản trị.`,
    en: `The formula needs “${declared.title.en}” (${name}) as ${declared.type}, but was given ${found}. Tell the administrator.`,
  });
}

/** Half away from zero, on the decimal number that is shown: 1.005 to two places is 1.01, though its bits are less. */
function roundHalfAway(value: number, places: number): number {
  const power = 10 ** places;
  const rounded = Math.round(scale(Math.abs(value), power)) / power;
  return Number.isFinite(rounded) ? (value < 0 ? 0 - rounded : rounded) : value;
}
