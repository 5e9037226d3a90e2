import { describe, expect, it } from 'vitest';
import { addCounts, countBallots, type Question, refusedChoices, winners } from './ballots.ts';
import { paperFault } from './board.ts';

const option = (id: string, costVnd?: number) => ({ id, title: id, ...(costVnd ? { costVnd } : {}) });
const choice: Question = { kind: 'choice', options: [option('a'), option('b'), option('c')] };
const approval: Question = { kind: 'approval', options: [option('a'), option('b'), option('c')], mostChoices: 2 };
const budget: Question = {
  kind: 'budget',
  budgetVnd: 100,
  options: [option('bridge', 70), option('lamps', 30), option('school', 40), option('park', 30)],
};

describe('a ballot', () => {
  it('has exactly one choice, or at most so many, or no more than the budget', () => {
    expect(refusedChoices(choice, ['a'])).toBe(null);
    expect(refusedChoices(choice, ['a', 'b'])?.en).toContain('exactly one');
    expect(refusedChoices(approval, ['a', 'c'])).toBe(null);
    expect(refusedChoices(approval, ['a', 'b', 'c'])?.en).toContain('at most 2');
    // 70 + 30 is the whole budget, 70 + 40 is more.
    expect(refusedChoices(budget, ['bridge', 'lamps'])).toBe(null);
    expect(refusedChoices(budget, ['bridge', 'school'])?.vi).toContain('vượt ngân sách 100 đồng');
  });

  it('is refused without a choice, with one twice, and with one that is not there', () => {
    expect(refusedChoices(approval, [])).not.toBe(null);
    expect(refusedChoices(approval, ['a', 'a'])).not.toBe(null);
    expect(refusedChoices(choice, ['constructor'])).not.toBe(null);
  });
});

describe('the count', () => {
  it('names every option, also those that nobody chose', () => {
    expect(countBallots(approval, [['a', 'b'], ['a']])).toEqual({ a: 2, b: 1, c: 0 });
    expect(addCounts({ a: 2, b: 1 }, { a: 3, c: 1 })).toEqual({ a: 5, b: 1, c: 1 });
  });

  it('has no winner where two lead with as many', () => {
    expect(winners(choice, { a: 3, b: 5, c: 1 })).toEqual(['b']);
    expect(winners(choice, { a: 5, b: 5, c: 1 })).toEqual([]);
    expect(winners(choice, { a: 0, b: 0, c: 0 })).toEqual([]);
  });

  it('never gives out more than the budget', () => {
    // school (40) first, bridge (70) no longer fits into 60, lamps (30) does, park (30) too: 40 + 30 + 30 = 100.
    expect(winners(budget, { bridge: 8, lamps: 5, school: 9, park: 5 })).toEqual(['school', 'lamps', 'park']);
    // As many votes: the cheaper first, then the one that stands first.
    expect(winners(budget, { bridge: 5, lamps: 5, school: 5, park: 5 })).toEqual(['lamps', 'park', 'school']);
  });
});

describe('a paper batch', () => {
  it('adds up: one choice a ballot, so the sum is the valid ballots', () => {
    expect(paperFault(choice, { counts: { a: 4, b: 5 }, spoiled: 1, voters: 10 })).toBe(false);
    expect(paperFault(choice, { counts: { a: 4, b: 6 }, spoiled: 1, voters: 10 })).toBe(true);
    expect(paperFault(choice, { counts: { a: 4 }, spoiled: 11, voters: 10 })).toBe(true);
  });

  it('with several choices gives no option more votes than there are ballots', () => {
    expect(paperFault(approval, { counts: { a: 9, b: 9 }, spoiled: 0, voters: 10 })).toBe(false);
    expect(paperFault(approval, { counts: { a: 11, b: 0 }, spoiled: 0, voters: 10 })).toBe(true);
    // 10 ballots with at most two choices are at most 20 votes.
    expect(paperFault(approval, { counts: { a: 10, b: 10, c: 1 }, spoiled: 0, voters: 10 })).toBe(true);
  });
});
