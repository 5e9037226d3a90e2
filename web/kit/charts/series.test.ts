import { describe, expect, it } from 'vitest';
import { axisTime, instantOfAxis, tableRows, withGaps } from './series.ts';

const hour = 3600_000;
const at = (hours: number) => Date.UTC(2026, 0, 1, hours);

describe('series for charts', () => {
  it('show Hanoi’s clock in every browser: 07:05 UTC stands at 14:05 of the axis', () => {
    const axis = axisTime('2020-08-27T07:05:00Z');
    expect(new Date(axis).getUTCHours()).toBe(14);
    expect(instantOfAxis(axis)).toBe(Date.UTC(2020, 7, 27, 7, 5));
  });

  it('break where an hourly value is missing, and do not where it is only late', () => {
    const points = [
      [at(0), 1],
      [at(1), 2],
      [at(2) + 20 * 60_000, 3],
      [at(5), 4],
    ] as const;
    const result = withGaps(points, 3600);
    expect(result.map(([, value]) => value)).toEqual([1, 2, 3, null, 4]);
    expect(result[3]?.[0]).toBe(axisTime(at(2) + 20 * 60_000 + hour));
  });

  it('sort late data into their place', () => {
    expect(
      withGaps([
        [at(2), 3],
        [at(0), 1],
        [at(1), 2],
      ]).map(([, value]) => value),
    ).toEqual([1, 2, 3]);
  });

  it('make one row a time for the table, newest first, with nothing where a series has nothing', () => {
    const rows = tableRows([
      {
        points: [
          [at(0), 1],
          [at(1), 2],
        ],
      },
      { points: [[at(1), 9]] },
    ]);
    expect(rows).toEqual([
      { at: at(1), values: [2, 9] },
      { at: at(0), values: [1, null] },
    ]);
  });
});
