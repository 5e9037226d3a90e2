import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dailyAqi, type Hours, hourlyAqi, largestEightHours, nowCast, subIndex } from './air-quality.ts';
import { readStationCsv } from './station-csv.ts';

const none = (count: number): null[] => Array<null>(count).fill(null);
const same = (count: number, value: number): number[] => Array<number>(count).fill(value);

describe('a sub-index', () => {
  it('is linear between break points', () => {
    // PM2.5 50 to 80 is 100 to 150: 65 lies in the middle.
    expect(subIndex('pm25', 65)?.index).toBe(125);
    // NO2 200 to 700 is 100 to 150: 300 is a fifth of the way, 110.
    expect(subIndex('no2', 300)?.index).toBe(110);
    expect(subIndex('o3', 0)?.index).toBe(0);
  });

  it('is rounded half up, also where binary arithmetic falls short of the half', () => {
    // CO 0 to 10000 is 0 to 50: 300 gives 1.5, rounded up to 2.
    expect(subIndex('co', 300)?.index).toBe(2);
    // PM2.5 0 to 25 is 0 to 50: 24.75 gives 49.5, rounded up to 50; 24.74 gives 49.48.
    expect(subIndex('pm25', 24.75)?.index).toBe(50);
    expect(subIndex('pm25', 24.74)?.index).toBe(49);
    // SO2 125 to 350 is 50 to 100: 172.25 gives 50 + 50 * 47.25 / 225 = 60.5.
    expect(subIndex('so2', 172.25)?.index).toBe(61);
  });

  it('stays 500 above the last break point and says so', () => {
    expect(subIndex('pm25', 500)).toMatchObject({ index: 500, beyondScale: false });
    expect(subIndex('pm25', 501)).toMatchObject({ index: 500, beyondScale: true });
  });

  it('has none for ozone over eight hours above 400, and none for what is no concentration', () => {
    expect(subIndex('o3_8h', 400)?.index).toBe(300);
    expect(subIndex('o3_8h', 400.1)).toBeNull();
    expect(subIndex('pm25', -1)).toBeNull();
    expect(subIndex('pm25', Number.NaN)).toBeNull();
  });

  it('never falls while the concentration rises, and stays within 0 to 500', () => {
    for (const scale of ['pm25', 'pm10', 'so2', 'no2', 'co', 'o3'] as const) {
      let last = 0;
      for (let concentration = 0; concentration < 160_000; concentration += scale === 'co' ? 97 : 3.1) {
        const index = subIndex(scale, concentration)?.index ?? -1;
        expect(index).toBeGreaterThanOrEqual(last);
        expect(index).toBeLessThanOrEqual(500);
        last = index;
        if (scale !== 'co' && concentration > 6000) break;
      }
    }
  });
});

describe('NowCast', () => {
  it('needs two of the last three hours', () => {
    expect(nowCast([50, 50, null, null])).toBeNull();
    expect(nowCast([50, null, 50, null])).toBeNull();
    expect(nowCast([50, null, null, 50])).toBeNull();
    expect(nowCast([null, 50, 50, null])).not.toBeNull();
    expect(nowCast([...same(9, 50), 50, null, 50])).not.toBeNull();
    expect(nowCast([])).toBeNull();
  });

  it('weighs by w = min/max where that is over one half', () => {
    // c1 = 60, c2 = 80, c3 = 100 (newest last in the array): w = 60/100 = 0.6.
    // (60 + 0.6 * 80 + 0.36 * 100) / (1 + 0.6 + 0.36) = (60 + 48 + 36) / 1.96 = 144 / 1.96 = 73.469...
    expect(nowCast([100, 80, 60])?.value).toBeCloseTo(144 / 1.96, 10);
    // A missing hour keeps its place: c2 absent, (60 + 0.36 * 100) / (1 + 0.36) = 96 / 1.36.
    expect(nowCast([100, null, 60])?.value).toBeCloseTo(96 / 1.36, 10);
  });

  it('takes the closed form where w is one half', () => {
    // c1 = 10, c2 = 100, c3 = 40: min/max = 0.1, so w = 1/2: 10/2 + 100/4 + 40/8 = 35.
    expect(nowCast([40, 100, 10])).toMatchObject({ value: 35, weight: 0.5 });
    // min/max exactly 1/2: c1 = 50, c2 = 100: 50/2 + 100/4 = 50.
    expect(nowCast([100, 50])?.value).toBe(50);
  });

  it('takes the closed form also where binary has one half a hair above itself', () => {
    // Means of 64.575 and 129.15 as the database sums them; c1 = 129.15, c2 = 64.575:
    // 129.15/2 + 64.575/4 = 64.575 + 16.14375 = 80.71875. The other formula would give (129.15 + 32.2875) / 1.5 = 107.6.
    expect(nowCast([64.575, 129.14999999999998])?.value).toBeCloseTo(80.71875, 9);
  });

  it('is 0 where all is 0, and looks at twelve hours only', () => {
    expect(nowCast(same(12, 0))?.value).toBe(0);
    expect(nowCast([1000, ...same(12, 40)])?.value).toBeCloseTo(40, 10);
  });
});

describe('the hourly index', () => {
  it('is the largest sub-index, and the first pollutant on a tie', () => {
    // PM2.5 steady at 65: 125. NO2 300: 110.
    expect(hourlyAqi({ pm25: same(12, 65), no2: [300] })).toMatchObject({ value: 125, pollutant: 'pm25' });
    // PM10 steady at 50 is 50, PM2.5 steady at 25 is 50.
    expect(hourlyAqi({ pm10: same(12, 50), pm25: same(12, 25) })).toMatchObject({ value: 50, pollutant: 'pm25' });
  });

  it('is given only where PM10 or PM2.5 is among the pollutants', () => {
    expect(hourlyAqi({ no2: [300], o3: [210], co: [1000], so2: [10] }).value).toBeNull();
    expect(hourlyAqi({ pm25: [50, null, null], no2: [300] }).value).toBeNull();
    expect(hourlyAqi({ pm10: same(2, 10), o3: [210] })).toMatchObject({ value: 105, pollutant: 'o3' });
  });
});

describe('the daily index', () => {
  const day = (hours: Hours): Hours => [...none(7), ...hours];

  it('needs 18 of 24 hours for its particle mean', () => {
    expect(dailyAqi({ pm25: day([...same(17, 65), ...none(7)]) }).value).toBeNull();
    expect(dailyAqi({ pm25: day([...same(18, 65), ...none(6)]) }).value).toBe(125);
    // The seven hours before the day do not count for the mean.
    expect(dailyAqi({ pm25: [...same(7, 65), ...same(17, 65), ...none(7)] }).value).toBeNull();
  });

  it('takes the largest hour of gases', () => {
    expect(dailyAqi({ pm25: day(same(24, 10)), no2: day([...same(23, 20), 300]) })).toMatchObject({
      value: 110,
      pollutant: 'no2',
    });
  });

  it('takes ozone by the greater of its hour and its eight hours, looking into the day before', () => {
    // Eight hours at 170 are index 150; the hour of 170 alone is 50 + 50 * 10 / 40 = 62.5, rounded 63.
    expect(dailyAqi({ pm25: day(same(24, 10)), o3: [...same(7, 170), 170, ...none(23)] })).toMatchObject({
      value: 150,
      pollutant: 'o3',
    });
    // A window with 5 of 8 hours has no mean; with 6 it has.
    expect(largestEightHours([...none(7), ...same(5, 100), ...none(19)])).toBeNull();
    expect(largestEightHours([...none(7), ...same(6, 100), ...none(18)])).toBe(100);
    // Above 400 over eight hours the hour stands for it: 500 lies between 400 (200) and 800 (300), index 225.
    expect(dailyAqi({ pm25: day(same(24, 10)), o3: day(same(24, 500)) }).value).toBe(225);
  });
});

const file = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'air', 'beijing-dongsi-2013-2017.csv');

describe.skipIf(!existsSync(file))('a real station of four years', () => {
  const { hours, bad } = existsSync(file) ? readStationCsv(readFileSync(file)) : { hours: [], bad: [] };
  const at = new Map(hours.map((hour) => [hour.label, hour.values]));
  const before = (label: number, count: number) => {
    const series = (name: 'pm25' | 'pm10' | 'so2' | 'no2' | 'co' | 'o3') =>
      Array.from({ length: count }, (_, index) => at.get(label - (count - 1 - index) * 3_600_000)?.[name] ?? null);
    return {
      pm25: series('pm25'),
      pm10: series('pm10'),
      so2: series('so2'),
      no2: series('no2'),
      co: series('co'),
      o3: series('o3'),
    };
  };

  it('is read whole', () => {
    expect(hours).toHaveLength(35_064);
    expect(bad).toEqual([]);
  });

  it('1 March 2013 12:00: ozone 86 leads', () => {
    // O3 86: 86/160 * 50 = 26.875 -> 27. PM2.5 (newest first) 3 6 3 3 3 3 5 4 3 3 7 4, min/max = 3/7, so w = 1/2:
    // 3/2 + 6/4 + 3/8 + 3/16 + 3/32 + 3/64 + 5/128 + 4/256 + ... = 3.77 -> 7.5. NO2 18 -> 9. SO2 6 -> 2. CO 300 -> 2.
    expect(hourlyAqi(before(Date.UTC(2013, 2, 1, 12), 12))).toMatchObject({ value: 27, pollutant: 'o3' });
  });

  it('26 February 2014 23:00: the air cleared within hours, and a gap lies in the window', () => {
    // PM2.5 newest first 13 NA 67 85 101 241 445 483 485 513 516 466; min/max = 13/516, so w = 1/2:
    // 13/2 + 67/8 + 85/16 + 101/32 + 241/64 + 445/128 + 483/256 + 485/512 + 513/1024 + 516/2048 + 466/4096
    // = 6.5 + 8.375 + 5.3125 + 3.15625 + 3.765625 + 3.476563 + 1.886719 + 0.947266 + 0.500977 + 0.251953 + 0.113770
    // = 34.286622; 50 + 50 * 9.286622 / 25 = 68.57 -> 69.
    expect(hourlyAqi(before(Date.UTC(2014, 1, 26, 23), 12))).toMatchObject({ value: 69, pollutant: 'pm25' });
  });

  it('24 July 2013 18:00 and 19:00: two of the last three hours are missing, so there is no index', () => {
    expect(hourlyAqi(before(Date.UTC(2013, 6, 24, 18), 12)).value).toBeNull();
    expect(hourlyAqi(before(Date.UTC(2013, 6, 24, 19), 12)).value).toBeNull();
  });

  it('1 March 2013: ozone over eight hours leads the day', () => {
    // Hours 10 to 17: 82 83 86 91 92 92 91 87, sum 704, mean 88, index 44. The largest hour, 92, is 28.75 -> 29.
    // PM2.5 sums to 154 over 24 hours, 6.42 -> 13; NO2 60 -> 30.
    expect(dailyAqi(before(Date.UTC(2013, 2, 1, 23), 31))).toMatchObject({ value: 44, pollutant: 'o3' });
  });

  it('25 and 26 February 2014: 17 hours give no mean, 18 do', () => {
    expect(dailyAqi(before(Date.UTC(2014, 1, 25, 23), 31)).value).toBeNull();
    // PM10 of 18 hours sums to 5348, mean 297.11; 150 + 50 * 47.11 / 100 = 173.56 -> 174. PM2.5 has 17 hours.
    expect(dailyAqi(before(Date.UTC(2014, 1, 26, 23), 31))).toMatchObject({ value: 174, pollutant: 'pm10' });
  });
});
