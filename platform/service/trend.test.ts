import { describe, expect, it } from 'vitest';
import { daysLeft } from './trend.ts';

const at = (day: number): Date => new Date(Date.UTC(2026, 10, 1) + day * 86_400_000);

describe('days left', () => {
  it('are what is free over the slope of the least-squares line', () => {
    // 10 a day exactly: 50 free last 5 days.
    expect(
      daysLeft(
        [0, 1, 2, 3].map((day) => ({ at: at(day), value: 100 + 10 * day })),
        50,
      ),
    ).toBeCloseTo(5, 9);
    // By hand: t = 0, 1, 2; v = 0, 30, 30: means 1 and 20; Σdt·dv = 20 + 0 + 10 = 30, Σdt² = 2, slope 15; 60/15 = 4.
    expect(
      daysLeft(
        [0, 30, 30].map((value, day) => ({ at: at(day), value })),
        60,
      ),
    ).toBeCloseTo(4, 9);
  });
  it('are unknown where use does not grow, or too little was seen', () => {
    expect(
      daysLeft(
        [5, 5, 5].map((value, day) => ({ at: at(day), value })),
        60,
      ),
    ).toBeNull();
    expect(
      daysLeft(
        [9, 5, 1].map((value, day) => ({ at: at(day), value })),
        60,
      ),
    ).toBeNull();
    expect(daysLeft([], 60)).toBeNull();
    expect(
      daysLeft(
        [0, 0.01].map((day) => ({ at: at(day), value: day })),
        60,
      ),
    ).toBeNull();
  });
});
