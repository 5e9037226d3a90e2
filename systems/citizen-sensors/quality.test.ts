import { describe, expect, it } from 'vitest';
import { compare, type Fit, gradeOf, type Hour, judge, LEAST_SHARED, longestStill, type Pair } from './quality.ts';

const pairs = (...all: [sensor: number, station: number][]): Pair[] =>
  all.map(([sensor, station]) => ({ sensor, station }));
const at = (mean: number): Hour => ({ mean, min: mean - 1, max: mean + 1 });
const station = { id: 'official', name: 'Trạm', metres: 900 };
const fitOf = (more: Partial<Fit>): Fit => ({ bias: 0, rmse: 5, nrmse: 0.2, slope: 1, intercept: 0, r2: 0.9, ...more });

describe('the comparison of hourly means', () => {
  it('of a sensor that says a fifth too much', () => {
    // Station 10, 20, 30 (mean 20); sensor 12, 24, 36 (mean 24): bias 4; errors 2, 4, 6: RMSE √(56/3) = 4.3205, a share of
    // 4.3205/20 = 0.2160; a line through the origin of slope 1.2 that explains all.
    const found = compare(pairs([12, 10], [24, 20], [36, 30]));
    expect(found?.bias).toBeCloseTo(4, 10);
    expect(found?.rmse).toBeCloseTo(4.3205, 4);
    expect(found?.nrmse).toBeCloseTo(0.216, 4);
    expect(found?.slope).toBeCloseTo(1.2, 10);
    expect(found?.intercept).toBeCloseTo(0, 10);
    expect(found?.r2).toBeCloseTo(1, 10);
  });

  it('of a sensor that is right on average and scattered', () => {
    // Station 10, 20, 30; sensor 15, 15, 30 (mean 20). Sxx = 200/3, Sxy = (50 + 0 + 100)/3 = 50, Syy = (25 + 25 + 100)/3 = 50.
    // Slope 50/66.667 = 0.75, intercept 20 − 15 = 5, R² = 2500/(66.667 × 50) = 0.75, RMSE √((25 + 25 + 0)/3) = 4.0825.
    const found = compare(pairs([15, 10], [15, 20], [30, 30]));
    expect(found?.bias).toBeCloseTo(0, 10);
    expect(found?.slope).toBeCloseTo(0.75, 10);
    expect(found?.intercept).toBeCloseTo(5, 10);
    expect(found?.r2).toBeCloseTo(0.75, 10);
    expect(found?.rmse).toBeCloseTo(4.0825, 4);
  });

  it('says nothing where the station did not change, and explains nothing where the sensor did not', () => {
    expect(compare(pairs([12, 20], [24, 20]))).toBeNull();
    expect(compare(pairs([12, 20]))).toBeNull();
    expect(compare(pairs([12, 10], [12, 20]))?.r2).toBe(0);
  });

  it.each([1, 7, 2520])('moves with a shift and a factor as arithmetic says, in whatever order (seed %i)', (seed) => {
    let random = seed;
    const next = (): number => {
      random = (random * 1103515245 + 12345) % 2147483648;
      return random / 2147483648;
    };
    const some = Array.from({ length: 100 }, () => {
      const truth = 5 + 80 * next();
      return { station: truth, sensor: 0.8 * truth + 6 * next() };
    });
    const plain = compare(some) as Fit;
    const moved = compare(some.map((one) => ({ ...one, sensor: 2 * one.sensor + 3 }))) as Fit;
    const turned = compare([...some].reverse()) as Fit;
    expect(moved.slope).toBeCloseTo(2 * plain.slope, 8);
    expect(moved.intercept).toBeCloseTo(2 * plain.intercept + 3, 8);
    expect(moved.r2).toBeCloseTo(plain.r2, 8);
    expect(turned.rmse).toBeCloseTo(plain.rmse, 8);
    // RMSE² is the bias² and what is left: never less than the bias alone.
    expect(plain.rmse).toBeGreaterThanOrEqual(Math.abs(plain.bias));
    expect(plain.r2).toBeLessThanOrEqual(1);
    // What agrees with the station in everything is good, whatever the air was like.
    const same = compare(some.map((one) => ({ station: one.station, sensor: one.station }))) as Fit;
    expect(gradeOf('pm25', same)).toBe('good');
  });
});

describe('the grade', () => {
  it('is good only where every target is met, at the target still', () => {
    expect(gradeOf('pm25', fitOf({ slope: 1.35, intercept: -5, r2: 0.7, rmse: 7, nrmse: 0.5 }))).toBe('good');
    expect(gradeOf('pm25', fitOf({ slope: 1.36 }))).toBe('fair');
    expect(gradeOf('pm25', fitOf({ intercept: 5.1 }))).toBe('fair');
    expect(gradeOf('pm25', fitOf({ r2: 0.69 }))).toBe('fair');
    // Either of the two errors is enough: in dirty air the share counts.
    expect(gradeOf('pm25', fitOf({ rmse: 20, nrmse: 0.3 }))).toBe('good');
    expect(gradeOf('pm25', fitOf({ rmse: 7.1, nrmse: 0.31 }))).toBe('fair');
    expect(gradeOf('pm10', fitOf({ rmse: 14, nrmse: 0.5, intercept: 10 }))).toBe('good');
  });

  it('is poor beyond twice the error, or where half of the changes are not its own', () => {
    expect(gradeOf('pm25', fitOf({ rmse: 14, nrmse: 0.7 }))).toBe('fair');
    expect(gradeOf('pm25', fitOf({ rmse: 14.1, nrmse: 0.61 }))).toBe('poor');
    expect(gradeOf('pm25', fitOf({ r2: 0.49 }))).toBe('poor');
  });

  it('of noise goes by decibels alone', () => {
    expect(gradeOf('laeq', fitOf({ bias: 2, rmse: 3, r2: 0 }))).toBe('good');
    expect(gradeOf('laeq', fitOf({ bias: -5, rmse: 6 }))).toBe('fair');
    expect(gradeOf('laeq', fitOf({ bias: 5.1, rmse: 6 }))).toBe('poor');
  });
});

describe('a sensor', () => {
  const rising = (n: number): Hour[] => Array.from({ length: n }, (_unused, index) => at(10 + index));
  const given = (n: number, more = {}) => ({
    property: 'pm25',
    sensor: rising(168),
    station: { ...station, hours: [...rising(n), ...new Array<Hour>(168 - n).fill(null)] },
    humidity: new Array<number | null>(168).fill(60),
    ...more,
  });

  it('is judged from 72 shared hours on, and before that not at all', () => {
    expect(LEAST_SHARED).toBe(72);
    expect(judge(given(71))).toMatchObject({ grade: 'unknown', ground: 'few-hours', shared: 71, fit: null });
    expect(judge(given(72))).toMatchObject({ grade: 'good', ground: 'compared', shared: 72, hours: 168 });
  });

  it('without a station near has no grade', () => {
    expect(judge(given(0, { station: null }))).toMatchObject({ grade: 'unknown', ground: 'no-station', station: null });
  });

  it('that stands still for twelve hours is poor, with or without a station', () => {
    const still: Hour[] = new Array(12).fill({ mean: 7, min: 7, max: 7 });
    expect(judge(given(0, { station: null, sensor: [...still, ...rising(156)] }))).toMatchObject({
      grade: 'poor',
      ground: 'stuck',
      stuck: 12,
    });
    expect(judge(given(168, { sensor: [...still.slice(1), ...rising(157)] })).ground).toBe('compared');
  });

  it('counts the shared hours in which drops may count as dust', () => {
    const humidity = [81, 80, 95, ...new Array<null>(165).fill(null)];
    expect(judge(given(168, { humidity })).humid).toBe(2);
    // Of hours that are not shared there is nothing to say.
    expect(judge(given(2, { humidity })).humid).toBe(1);
  });
});

it('a run of one value goes on over hours without data, and ends with another value', () => {
  const still = (value: number): Hour => ({ mean: value, min: value, max: value });
  expect(longestStill([still(5), null, still(5), still(6), still(6), still(6), at(6)])).toBe(3);
  expect(longestStill([])).toBe(0);
});
