import { describe, expect, it } from 'vitest';
import { compile, type FormulaEnv, type FormulaValues } from './index.ts';

const title = { vi: 'tên', en: 'name' };
const env: FormulaEnv = {
  a: { type: 'number', unit: 'µg/m³', title },
  b: { type: 'number', unit: 'mg/m³', title },
  p: { type: 'boolean', title },
  t: { type: 'text', title },
  s: { type: 'series', unit: 'µg/m³', title },
};

/** Mulberry32: small, and the same on every machine. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = randomOf(20200827);
const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0];

/** A formula that is right by its making, with what it must answer, worked out beside it (µg/m³). */
type Made<T> = { source: string; of(values: FormulaValues): T | null };

const given = (values: FormulaValues, name: string): number | null => {
  const value = values[name];
  return typeof value === 'number' ? value : null;
};

function number(depth: number): Made<number> {
  const kind = depth <= 0 ? pick(['name', 'literal']) : pick(['name', 'literal', 'sum', 'choice', 'first', 'negative']);
  if (kind === 'name') return { source: 'a', of: (values) => given(values, 'a') };
  if (kind === 'literal') {
    const value = Math.floor(random() * 1000) / 4;
    return { source: `${value} [µg/m³]`, of: () => value };
  }
  const [x, y] = [number(depth - 1), number(depth - 1)];
  if (kind === 'negative') {
    return { source: `-(${x.source})`, of: (values) => ((value) => (value === null ? null : 0 - value))(x.of(values)) };
  }
  if (kind === 'first') {
    return { source: `coalesce(${x.source}, ${y.source})`, of: (values) => x.of(values) ?? y.of(values) };
  }
  if (kind === 'choice') {
    const c = condition(depth - 1);
    return {
      source: `if(${c.source}, ${x.source}, ${y.source})`,
      of: (values) => {
        const holds = c.of(values);
        return holds === null ? null : holds ? x.of(values) : y.of(values);
      },
    };
  }
  const plus = random() < 0.5;
  return {
    source: `(${x.source} ${plus ? '+' : '-'} ${y.source})`,
    of: (values) => {
      const [m, n] = [x.of(values), y.of(values)];
      return m === null || n === null ? null : plus ? m + n : m - n;
    },
  };
}

function condition(depth: number): Made<boolean> {
  const kind = depth <= 0 ? 'compare' : pick(['compare', 'and', 'or', 'not']);
  if (kind === 'compare') {
    const [x, y] = [number(depth - 1), number(depth - 1)];
    const greater = random() < 0.5;
    return {
      source: `(${x.source} ${greater ? '>' : '<='} ${y.source})`,
      of: (values) => {
        const [m, n] = [x.of(values), y.of(values)];
        return m === null || n === null ? null : greater === m > n;
      },
    };
  }
  const c = condition(depth - 1);
  if (kind === 'not') {
    return { source: `not ${c.source}`, of: (values) => ((value) => (value === null ? null : !value))(c.of(values)) };
  }
  const d = condition(depth - 1);
  return {
    source: `(${c.source} ${kind} ${d.source})`,
    // Three answers as numbers: false 0, unknown 0.5, true 1; and is the least, or the greatest.
    of: (values) => {
      const degrees = [c.of(values), d.of(values)].map((value) => (value === null ? 0.5 : Number(value)));
      const degree = kind === 'and' ? Math.min(...degrees) : Math.max(...degrees);
      return degree === 0.5 ? null : degree === 1;
    },
  };
}

describe('formulas made at random', () => {
  it('answer what a plain working-out beside them answers, known and unknown', () => {
    let [unknown, yes, no] = [0, 0, 0];
    for (let round = 0; round < 2000; round += 1) {
      const { source, of } = condition(4);
      const compiled = compile(source, env, { type: 'boolean' });
      // Rarely one is too long or too deep; then it says so.
      if (!compiled.ok) {
        expect(compiled.errors[0]?.message.en, source).toMatch(/longer|more than|deeper/);
        continue;
      }
      for (const values of [{}, { a: Math.floor(random() * 1000) / 4 }]) {
        const answer = compiled.formula.evaluate(values);
        expect(answer, `${source} with ${JSON.stringify(values)}`).toBe(of(values));
        if (answer === null) unknown += 1;
        else if (answer) yes += 1;
        else no += 1;
        expect(compiled.formula.explain('vi', values)).not.toMatch(/undefined|NaN|\[object/);
        expect(compiled.formula.explain('en', values)).not.toMatch(/undefined|NaN|\[object/);
      }
    }
    // None of the three answers may be missing, else this test shows little.
    expect(Math.min(unknown, yes, no)).toBeGreaterThan(200);
  });

  it('never throw or hang when they are nonsense, and every error lies within the source', () => {
    const words = [
      ...['1', '1.5', '2e9', 'a', 'b', 'p', 't', 's', 'nothing', '"x"', "'", '"', '[µg/m³]', '[', ']', '%', 'null'],
      ...['+', '-', '*', '/', '=', '!=', '<', '<=', '>', '>=', '(', ')', '(', ')', ',', ';', '&&', '!', '.', '\\'],
      ...['and', 'or', 'not', 'true', 'if(', 'min(', 'share(', 'round(', 'coalesce(', 'mean(', 'known(', 'between('],
      ...['\u0000', 'ế', 'e\u0302\u0301', '🚒', '\ud800', '\u202e', '__proto__', 'constructor', '\n', '１'],
    ] as const;
    const values: FormulaValues = { a: 5, b: null, p: true, t: 'x', s: [1, null] };
    let right = 0;
    const began = performance.now();
    for (let round = 0; round < 20_000; round += 1) {
      const count = 1 + Math.floor(random() * 14);
      const glue = random() < 0.5 ? ' ' : '';
      const source = Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(glue);
      const compiled = compile(source, env);
      if (compiled.ok) {
        right += 1;
        const answer = compiled.formula.evaluate(values);
        if (typeof answer === 'number') expect(Number.isFinite(answer), source).toBe(true);
        expect(answer === null || typeof answer === compiled.formula.type || typeof answer === 'string').toBe(true);
        continue;
      }
      expect(compiled.errors.length).toBeGreaterThan(0);
      for (const { at, length } of compiled.errors) {
        expect(at >= 0 && length >= 0 && at + length <= source.length, source).toBe(true);
      }
    }
    expect(right).toBeGreaterThan(200);
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('are judged fast enough for ten thousand rules on a stream', () => {
    const compiled = compile('a > 150 and (b < 3 or not p)', env, { type: 'boolean' });
    if (!compiled.ok) throw new Error(compiled.errors[0]?.message.en);
    const { evaluate } = compiled.formula;
    let fired = 0;
    const began = performance.now();
    for (let index = 0; index < 1_000_000; index += 1) {
      if (evaluate({ a: index % 300, b: 1, p: false }) === true) fired += 1;
    }
    const perSecond = 1_000_000 / ((performance.now() - began) / 1000);
    // Of each 300 values, 149 (151 to 299) are above 150; 1,000,000 are 3333 rounds and 100 values that are not.
    expect(fired).toBe(3333 * 149);
    expect(perSecond).toBeGreaterThan(200_000);
  });
});
