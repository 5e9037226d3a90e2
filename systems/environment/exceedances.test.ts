import { describe, expect, it } from 'vitest';
import type { BucketRow } from '../../platform/history/index.ts';
import { findExceedances, holdsAt } from './exceedances.ts';

const HOUR = 3_600_000;
/** Midnight of 23 November 2026 in Vietnam. */
const midnight = Date.UTC(2026, 10, 22, 17);
const station = { id: 's', type: 'AirQualityStation', properties: {} };
const rows = (property: string, values: readonly (number | null)[], from = midnight): BucketRow[] =>
  values.map((mean, index) => ({
    entityId: 's',
    property,
    at: from + index * HOUR,
    mean,
    min: mean,
    max: mean,
    n: 12,
    nAll: 12,
    expected: 12,
    valid: mean !== null,
  }));

describe('the exceedance register', () => {
  it('judges PM2.5 by its day, never by an hour', () => {
    // One hour of 400 and 23 of 20: mean 35.8, below 50. No exceedance, whatever the hour says.
    expect(findExceedances(station, rows('pm25', [400, ...Array(23).fill(20)]), midnight)).toEqual([]);
    const found = findExceedances(station, rows('pm25', Array(24).fill(60)), midnight);
    expect(found.map(({ averaging, value, times, share }) => [averaging, value, times, share])).toEqual([
      ['24h', 60, 1.2, 1],
    ]);
  });

  it('needs 18 of 24 hours', () => {
    expect(findExceedances(station, rows('pm25', [...Array(17).fill(60), ...Array(7).fill(null)]), midnight)).toEqual(
      [],
    );
    expect(
      findExceedances(station, rows('pm25', [...Array(18).fill(60), ...Array(6).fill(null)]), midnight),
    ).toHaveLength(1);
  });

  it('judges NO2 by the hour at 200 and by the day at 100', () => {
    const found = findExceedances(station, rows('no2', [201, ...Array(23).fill(10)]), midnight);
    expect(found.map(({ averaging, at }) => [averaging, at])).toEqual([['1h', midnight]]);
    // Exactly the limit is not over it.
    expect(findExceedances(station, rows('no2', [200]), midnight)).toEqual([]);
  });

  it('judges ozone over eight hours, with six of them at least', () => {
    const eight = (values: (number | null)[]) =>
      findExceedances(station, rows('o3', values), midnight).filter((one) => one.averaging === '8h');
    expect(eight(Array(8).fill(130))).not.toHaveLength(0);
    expect(eight([...Array(5).fill(130), null, null, null])).toEqual([]);
  });

  it('takes a least as a limit too: oxygen of a class A river', () => {
    const river = { id: 's', type: 'SurfaceWaterStation', properties: { qcvnClass: 'A' } };
    expect(findExceedances(river, rows('do', [5.9, 6]), midnight).map(({ value }) => value)).toEqual([5.9]);
  });

  it('knows the night of the noise limits over midnight', () => {
    expect([5, 6, 20, 21, 23, 0].map((hour) => holdsAt([21, 6], hour))).toEqual([true, false, false, true, true, true]);
    const zone = { id: 's', type: 'NoiseStation', properties: { zone: 'ordinary' } };
    // 60 dBA: allowed by day (70), too loud by night (55). Hours 0 to 7 of the day: 0 to 5 are night.
    expect(findExceedances(zone, rows('laeq', Array(8).fill(60)), midnight)).toHaveLength(6);
  });
});
