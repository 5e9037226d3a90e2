import { describe, expect, it } from 'vitest';
import { hoursLikeThis, median, unusual } from './season.ts';

describe('what is usual in an hour of the week', () => {
  it('is the middle of the weeks before', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNull();
  });

  it('looks at the same hour of the same weekday', () => {
    // 08:20 on Monday 23/11/2026 in the province is 01:20 UTC
    expect(hoursLikeThis(Date.UTC(2026, 10, 23, 1, 20), 2)).toEqual([
      Date.UTC(2026, 10, 16, 1),
      Date.UTC(2026, 10, 9, 1),
    ]);
  });

  it('counts in scaled median deviations', () => {
    // median of 10 12 14 16 18 is 14; distances 4 2 0 2 4, their median 2; (29 - 14) / (1.4826 * 2) = 5.0587
    expect(unusual(29, [10, 12, 14, 16, 18], 4)).toBeCloseTo(5.0587, 4);
    expect(unusual(-1, [10, 12, 14, 16, 18], 4)).toBeCloseTo(-5.0587, 4);
  });

  it('is not known with too short a history, or where the values never differ', () => {
    expect(unusual(29, [10, 12, 14], 4)).toBeNull();
    expect(unusual(29, [10, 10, 10, 10, 30], 4)).toBeNull();
  });
});
