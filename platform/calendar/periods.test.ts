import { describe, expect, it } from 'vitest';
import { periodWords, withinPeriods } from './periods.ts';

/** An instant of November 2026 in the province (UTC+7); the 23rd is a Monday. */
const local = (day: number, hour: number, minute = 0): number => Date.UTC(2026, 10, day, hour - 7, minute);

describe('active periods', () => {
  const within = withinPeriods([
    { from: '06:30', to: '08:00', days: [1, 2, 3, 4, 5] },
    { from: '16:30', to: '18:30' },
    { from: '22:00', to: '06:00', days: [7] },
  ]);

  it('are several in a day, begin with their first minute and end before their last', () => {
    expect(within(local(23, 6, 29))).toBe(false);
    expect(within(local(23, 6, 30))).toBe(true);
    expect(within(local(23, 8))).toBe(false);
    expect(within(local(23, 17))).toBe(true);
  });

  it('are of their days only', () => {
    // Saturday 28 November
    expect(within(local(28, 7))).toBe(false);
    expect(within(local(28, 17))).toBe(true);
  });

  it('go over midnight from the day on which they begin', () => {
    // Sunday 22 November, 23:00, and the Monday after, 05:59; not Tuesday at the same time
    expect(within(local(22, 23))).toBe(true);
    expect(within(local(23, 5, 59))).toBe(true);
    expect(within(local(24, 5, 59))).toBe(false);
    expect(within(local(22, 5, 59))).toBe(false);
  });

  it('refuse what is no time or no day', () => {
    expect(() => withinPeriods([{ from: '24:00', to: '06:00' }])).toThrow('24:00');
    expect(() => withinPeriods([{ from: '7:00', to: '08:00' }])).toThrow('7:00');
    expect(() => withinPeriods([{ from: '07:00', to: '08:00', days: [0] }])).toThrow();
    expect(() => withinPeriods([{ from: '07:00', to: '08:00', days: [] }])).toThrow();
  });

  it('say themselves', () => {
    expect(periodWords([{ from: '06:30', to: '08:00', days: [1, 7] }]).vi).toBe('06:30–08:00 (thứ Hai, Chủ nhật)');
  });
});
