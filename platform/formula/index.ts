/**
 * Formula: the one language of rules, indicators, report cells and derived values. Promise: a formula is parsed,
 * typed and unit-checked before it is used, with the place of each error; it has no side effects and always ends;
 * what is not known stays unknown (null is never zero, and a comparison with it is neither true nor false); it says
 * itself in plain Vietnamese and English. Safe for the browser; no code is ever made from text.
 *
 * Numbers `1.5`, with a unit `150 [µg/m³]`; texts `"A"`; `true`, `false`; names `vn_aqi_hourly`, `alerts.opened`;
 * `+ - * /`, `= != < <= > >=`, `and`, `or`, `not`; `if(condition, then, else)`, `between(x, low, high)`, and the
 * functions of `functions.ts`. A number without a unit takes the unit of the other side.
 */
import type { Language, Text } from '../words/index.ts';
import { functions, type Value } from './functions.ts';
import { type FormulaError, type Node, parse, Stop } from './syntax.ts';
import { factorBetween, unitOfProduct } from './units.ts';

export type { Value } from './functions.ts';
export type { FormulaError } from './syntax.ts';

export type Declared = { type: 'number' | 'boolean' | 'text' | 'series'; unit?: string; title: Text };
export type FormulaEnv = Record<string, Declared>;
export type FormulaValues = Readonly<Record<string, Value | readonly (number | null)[] | undefined>>;

export type CompiledFormula = {
  source: string;
  type: 'number' | 'boolean' | 'text';
  unit: string;
  names: string[];
  evaluate(values: FormulaValues): Value;
  /** In plain words; with values, each name is followed by what it is. */
  explain(language: Language, values?: FormulaValues): string;
};

export type Compiled = { ok: true; formula: CompiledFormula } | { ok: false; errors: FormulaError[] };

type Typed = {
  type: 'number' | 'boolean' | 'text' | 'series';
  /** null: a plain number that takes the unit of the other side */
  unit: string | null;
  run(values: FormulaValues): Value | readonly (number | null)[];
  say(language: Language, values: FormulaValues | undefined): string;
};

/** Checks a formula against the names it may use. Never throws. */
export function compile(source: string, env: FormulaEnv): Compiled {
  try {
    const names = new Set<string>();
    const typed = check(parse(source), env, names);
    if (typed.type === 'series') {
      return { ok: false, errors: [{ at: 0, length: source.length, message: seriesAlone }] };
    }
    const { type, unit, run, say } = typed;
    return {
      ok: true,
      formula: {
        source,
        type,
        unit: unit ?? '',
        names: [...names],
        evaluate: (values) => run(values) as Value,
        explain: (language, values) => say(language, values),
      },
    };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, errors: [error.error] };
    throw error;
  }
}

/** A number the way it is written in the language: 1.315,5 and 1,315.5. */
export function sayNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: 3 }).format(value);
}

const fail = (node: Node, message: Text): never => {
  throw new Stop({ at: node.at, length: node.length, message });
};

function check(node: Node, env: FormulaEnv, names: Set<string>): Typed {
  switch (node.kind) {
    case 'number': {
      const { value, unit } = node;
      return {
        type: 'number',
        unit,
        run: () => value,
        say: (language) => `${sayNumber(value, language)}${unit ? ` ${unit}` : ''}`,
      };
    }
    case 'text': {
      const { value } = node;
      return { type: 'text', unit: '', run: () => value, say: () => `“${value}”` };
    }
    case 'boolean': {
      const { value } = node;
      const words = value ? { vi: 'đúng', en: 'true' } : { vi: 'sai', en: 'false' };
      return { type: 'boolean', unit: '', run: () => value, say: (language) => words[language] };
    }
    case 'name':
      return checkName(node, env, names);
    case 'unary':
      return checkUnary(node, env, names);
    case 'binary':
      return checkBinary(node, env, names);
    case 'call':
      return checkCall(node, env, names);
  }
}

function checkName(node: Node & { kind: 'name' }, env: FormulaEnv, names: Set<string>): Typed {
  const { name } = node;
  const declared = Object.hasOwn(env, name) ? env[name] : undefined;
  if (!declared) {
    const list = Object.keys(env).slice(0, 12).join(', ');
    return fail(node, { vi: `không có tên “${name}”; có: ${list}`, en: `no name “${name}”; there are: ${list}` });
  }
  names.add(name);
  const unit = declared.unit ?? '';
  return {
    type: declared.type,
    unit,
    run: (values) => values[name] ?? null,
    say: (language, values) => {
      const value = values?.[name];
      if (values === undefined || typeof value === 'object' || value === undefined) return declared.title[language];
      const said = typeof value === 'number' ? `${sayNumber(value, language)}${unit ? ` ${unit}` : ''}` : String(value);
      return `${declared.title[language]} (${said})`;
    },
  };
}

function checkUnary(node: Node & { kind: 'unary' }, env: FormulaEnv, names: Set<string>): Typed {
  const of = check(node.of, env, names);
  if (node.operator === 'not') {
    if (of.type !== 'boolean') fail(node.of, needs('boolean'));
    return {
      type: 'boolean',
      unit: '',
      run: (values) => {
        const value = of.run(values);
        return value === null ? null : !value;
      },
      say: (language, values) => `${language === 'vi' ? 'không phải' : 'not'} (${of.say(language, values)})`,
    };
  }
  if (of.type !== 'number') fail(node.of, needs('number'));
  return {
    type: 'number',
    unit: of.unit,
    run: (values) => {
      const value = of.run(values);
      return typeof value === 'number' ? -value : null;
    },
    say: (language, values) => `−${of.say(language, values)}`,
  };
}

const comparisons: Record<string, { words: Text; holds(a: number, b: number): boolean }> = {
  '<': { words: { vi: 'nhỏ hơn', en: 'is less than' }, holds: (a, b) => a < b },
  '<=': { words: { vi: 'không quá', en: 'is at most' }, holds: (a, b) => a <= b },
  '>': { words: { vi: 'lớn hơn', en: 'is greater than' }, holds: (a, b) => a > b },
  '>=': { words: { vi: 'từ', en: 'is at least' }, holds: (a, b) => a >= b },
  '=': { words: { vi: 'bằng', en: 'equals' }, holds: (a, b) => a === b },
  '!=': { words: { vi: 'khác', en: 'differs from' }, holds: (a, b) => a !== b },
};
const arithmetic: Record<string, { words: Text; of(a: number, b: number): number | null }> = {
  '+': { words: { vi: 'cộng', en: 'plus' }, of: (a, b) => a + b },
  '-': { words: { vi: 'trừ', en: 'minus' }, of: (a, b) => a - b },
  '*': { words: { vi: 'nhân', en: 'times' }, of: (a, b) => a * b },
  '/': { words: { vi: 'chia cho', en: 'divided by' }, of: (a, b) => (b === 0 ? null : a / b) },
};

function checkBinary(node: Node & { kind: 'binary' }, env: FormulaEnv, names: Set<string>): Typed {
  const left = check(node.left, env, names);
  const right = check(node.right, env, names);
  const { operator } = node;
  if (operator === 'and' || operator === 'or') return logical(node, operator, left, right);
  const said = (words: Text) => (language: Language, values: FormulaValues | undefined) =>
    `${left.say(language, values)} ${words[language]} ${right.say(language, values)}`;

  const comparison = comparisons[operator];
  if (comparison) {
    if (
      left.type === 'series' ||
      left.type !== right.type ||
      (left.type !== 'number' && operator !== '=' && operator !== '!=')
    ) {
      fail(node, { vi: 'hai vế không so sánh được với nhau', en: 'the two sides cannot be compared' });
    }
    if (left.type !== 'number') {
      return {
        type: 'boolean',
        unit: '',
        run: (values) => {
          const [a, b] = [left.run(values), right.run(values)];
          return a === null || b === null ? null : (a === b) === (operator === '=');
        },
        say: said(comparison.words),
      };
    }
    const factor = agree(node, left, right);
    return {
      type: 'boolean',
      unit: '',
      run: (values) => {
        const [a, b] = [left.run(values), right.run(values)];
        return typeof a === 'number' && typeof b === 'number' ? comparison.holds(a, b * factor) : null;
      },
      say: said(comparison.words),
    };
  }

  const sum = arithmetic[operator] as (typeof arithmetic)[string];
  if (left.type !== 'number') fail(node.left, needs('number'));
  if (right.type !== 'number') fail(node.right, needs('number'));
  const scaled = operator === '+' || operator === '-';
  const factor = scaled ? agree(node, left, right) : 1;
  const unit = scaled ? (left.unit ?? right.unit) : unitOfProduct(left.unit ?? '', right.unit ?? '', operator === '/');
  return {
    type: 'number',
    unit,
    run: (values) => {
      const [a, b] = [left.run(values), right.run(values)];
      return typeof a === 'number' && typeof b === 'number' ? sum.of(a, b * factor) : null;
    },
    say: said(sum.words),
  };
}

/** Kleene's logic: what is unknown decides nothing, unless the other side decides it alone. */
function logical(node: Node & { kind: 'binary' }, operator: 'and' | 'or', left: Typed, right: Typed): Typed {
  if (left.type !== 'boolean') fail(node.left, needs('boolean'));
  if (right.type !== 'boolean') fail(node.right, needs('boolean'));
  const decides = operator === 'or';
  const words = decides ? { vi: 'hoặc', en: 'or' } : { vi: 'và', en: 'and' };
  return {
    type: 'boolean',
    unit: '',
    run: (values) => {
      const a = left.run(values);
      if (a === decides) return decides;
      const b = right.run(values);
      if (b === decides) return decides;
      return a === null || b === null ? null : !decides;
    },
    say: (language, values) => `${left.say(language, values)} ${words[language]} ${right.say(language, values)}`,
  };
}

/** The factor that brings the right side into the left side's unit; refuses what measures different things. */
function agree(node: Node, left: Typed, right: Typed): number {
  if (left.unit === null || right.unit === null) return 1;
  const factor = factorBetween(right.unit, left.unit);
  if (factor === null) {
    const [a, b] = [left.unit || '1', right.unit || '1'];
    return fail(node, {
      vi: `đơn vị ${a} và ${b} không cùng loại`,
      en: `units ${a} and ${b} measure different things`,
    });
  }
  return factor;
}

function checkCall(node: Node & { kind: 'call' }, env: FormulaEnv, names: Set<string>): Typed {
  const args = node.args.map((one) => check(one, env, names));
  if (node.name === 'if') return checkIf(node, args);
  if (node.name === 'between') return checkBetween(node, args);
  const called = Object.hasOwn(functions, node.name) ? functions[node.name] : undefined;
  if (!called) {
    const list = ['if', 'between', ...Object.keys(functions)].join(', ');
    return fail(node, {
      vi: `không có hàm “${node.name}”; có: ${list}`,
      en: `no function “${node.name}”; there are: ${list}`,
    });
  }
  if (args.length < called.least || args.length > called.most) fail(node, wrongCount(node.name));
  args.forEach((one, index) => {
    if (one.type !== called.takes) fail(node.args[index] ?? node, needs(called.takes));
  });
  const lead = args.find((one) => one.unit !== null) ?? args[0];
  const factors = args.map((one) => (lead ? agree(node, lead, one) : 1));
  const unit = called.gives === 'same' ? (lead?.unit ?? null) : called.gives === 'percent' ? '%' : '';
  return {
    type: 'number',
    unit,
    run: (values) => {
      if (called.takes === 'series') {
        const series = args[0]?.run(values);
        return called.compute(Array.isArray(series) ? series : []);
      }
      return called.compute(
        args.map((one, index) => {
          const value = one.run(values);
          return typeof value === 'number' ? value * (factors[index] ?? 1) : null;
        }),
      );
    },
    say: (language, values) => called.say(args.map((one) => one.say(language, values)))[language],
  };
}

function checkIf(node: Node & { kind: 'call' }, args: Typed[]): Typed {
  const [condition, then, otherwise] = args;
  if (!condition || !then || !otherwise || args.length !== 3) return fail(node, wrongCount('if'));
  if (condition.type !== 'boolean') fail(node.args[0] ?? node, needs('boolean'));
  if (then.type !== otherwise.type || then.type === 'series') {
    fail(node, { vi: 'hai nhánh của if phải cùng kiểu', en: 'both branches of if must be of one type' });
  }
  const factor = then.type === 'number' ? agree(node, then, otherwise) : 1;
  return {
    type: then.type,
    unit: then.unit ?? otherwise.unit,
    run: (values) => {
      const holds = condition.run(values);
      if (holds === null) return null;
      const value = (holds ? then : otherwise).run(values);
      return !holds && typeof value === 'number' ? value * factor : value;
    },
    say: (language, values) => {
      const [c, t, o] = [condition, then, otherwise].map((one) => one.say(language, values));
      return language === 'vi' ? `nếu ${c} thì ${t}, ngược lại ${o}` : `if ${c} then ${t}, else ${o}`;
    },
  };
}

function checkBetween(node: Node & { kind: 'call' }, args: Typed[]): Typed {
  const [value, low, high] = args;
  if (!value || !low || !high || args.length !== 3) return fail(node, wrongCount('between'));
  for (const [index, one] of args.entries()) if (one.type !== 'number') fail(node.args[index] ?? node, needs('number'));
  const [lowFactor, highFactor] = [agree(node, value, low), agree(node, value, high)];
  return {
    type: 'boolean',
    unit: '',
    run: (values) => {
      const [x, a, b] = [value.run(values), low.run(values), high.run(values)];
      if (typeof x !== 'number' || typeof a !== 'number' || typeof b !== 'number') return null;
      return x >= a * lowFactor && x <= b * highFactor;
    },
    say: (language, values) => {
      const [x, a, b] = [value, low, high].map((one) => one.say(language, values));
      return language === 'vi' ? `${x} trong khoảng ${a} đến ${b}` : `${x} is between ${a} and ${b}`;
    },
  };
}

const typeWords: Record<string, Text> = {
  number: { vi: 'một số', en: 'a number' },
  boolean: { vi: 'một điều kiện đúng/sai', en: 'a condition' },
  series: { vi: 'một dãy giá trị', en: 'a series' },
};
const needs = (type: string): Text => ({
  vi: `ở đây cần ${typeWords[type]?.vi}`,
  en: `${typeWords[type]?.en} is needed here`,
});
const wrongCount = (name: string): Text => ({
  vi: `số đối số của ${name} không đúng`,
  en: `wrong number of arguments of ${name}`,
});
const seriesAlone: Text = {
  vi: 'kết quả là một dãy; hãy dùng sum, mean hoặc count',
  en: 'the result is a series; use sum, mean or count',
};
