import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import type { NamedType, Observed } from '../context/index.ts';
import { compileRule } from './condition.ts';
import type { RuleDeclaration } from './types.ts';

const observed = (unit: string, everySeconds = 300): Observed => ({
  title: { vi: 'Trị số', en: 'Value' },
  unit,
  everySeconds,
  range: [0, 1000],
  rollUp: 'mean',
});
const type: NamedType = {
  name: 'River',
  system: 'test',
  title: { vi: 'Trạm nước', en: 'River station' },
  schema: Type.Object({}),
  observes: { oxygen: observed('mg/l'), cod: observed('mg/l', 3600) },
  relations: {},
  columns: [],
  visible: 'unit',
  marker: 'circle',
};
const context = { type: (name: string) => (name === 'River' ? type : undefined) };
const rule: RuleDeclaration = {
  id: 'oxygen-low',
  on: 'River.oxygen',
  when: 'oxygen < 4',
  for: 'PT30M',
  severity: 3,
  title: { vi: 'Ít ô-xy', en: 'Little oxygen' },
  text: { vi: 'dưới {threshold}', en: 'below {threshold}' },
};
const compiled = (given: Partial<RuleDeclaration>) => compileRule({ ...rule, ...given }, 1, context);

describe('a rule that can be judged', () => {
  it('knows its duration, its interval, its limit and which way is worse', () => {
    expect(compiled({})).toMatchObject({
      property: 'oxygen',
      forMs: 1_800_000,
      everyMs: 300_000,
      threshold: 4,
      worse: 'lower',
      inputs: [],
    });
    expect(compiled({ when: 'oxygen > 10' }).worse).toBe('higher');
    // 0.004 g/l is 4 mg/l, the unit of the property
    expect(compiled({ when: 'oxygen < 0.004 [g/l]' }).threshold).toBeCloseTo(4, 9);
  });

  it('knows the other properties of its formulas with their own intervals', () => {
    const both = compiled({ when: 'oxygen < 4 and cod > 15', clear: 'oxygen > 5' });
    expect(both.inputs).toMatchObject([{ name: 'cod', everyMs: 3_600_000 }]);
    expect(both.holds({ oxygen: 3, cod: 20 })).toBe(true);
    expect(both.holds({ oxygen: 3, cod: null })).toBeNull();
    expect(both.holds({ oxygen: 5, cod: null })).toBe(false);
  });

  it('ends where its condition is not true, or where it says itself', () => {
    expect(compiled({}).ends({ oxygen: 4 })).toBe(true);
    const slow = compiled({ clear: 'oxygen > 5' });
    expect([3, 4, 4.5, 5.1].map((oxygen) => slow.ends({ oxygen }))).toEqual([false, false, false, true]);
  });
});
