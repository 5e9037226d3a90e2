import { describe, expect, it } from 'vitest';
import { fromJulianDay, fromLunar, julianDay, toLunar } from './lunar.ts';

const solar = (text: string) => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
};

describe('the lunar calendar', () => {
  it.each([
    ['2020-01-25', 2020],
    ['2021-02-12', 2021],
    ['2022-02-01', 2022],
    ['2023-01-22', 2023],
    ['2024-02-10', 2024],
    ['2025-01-29', 2025],
    ['2026-02-17', 2026],
    ['2027-02-06', 2027],
    ['2028-01-26', 2028],
    ['2029-02-13', 2029],
    ['2030-02-02', 2030],
  ])('has the Tết of %s', (date, year) => {
    expect(fromLunar({ day: 1, month: 1, year })).toEqual(solar(date));
    expect(toLunar(solar(date))).toEqual({ day: 1, month: 1, year, leap: false });
  });

  // Giỗ Tổ Hùng Vương, lunar 10/3, as it was kept.
  it.each([
    ['2023-04-29', 2023],
    ['2024-04-18', 2024],
    ['2025-04-07', 2025],
    ['2026-04-26', 2026],
  ])('has the Hùng Kings day of %s', (date, year) => {
    expect(fromLunar({ day: 10, month: 3, year })).toEqual(solar(date));
  });

  it('differs from the Chinese calendar where the time zone decides: Tết 1985, 2007 and 2030', () => {
    // New moon of 17 February 2007 at 16:14 UT: 23:14 in Vietnam, 00:14 of the 18th in China.
    expect(fromLunar({ day: 1, month: 1, year: 2007 })).toEqual(solar('2007-02-17'));
    // New moon of 2 February 2030 at 16:07 UT: 23:07 in Vietnam, 00:07 of the 3rd in China.
    expect(fromLunar({ day: 1, month: 1, year: 2030 })).toEqual(solar('2030-02-02'));
    // 1985: Tết on 21 January in Vietnam, 20 February in China.
    expect(fromLunar({ day: 1, month: 1, year: 1985 })).toEqual(solar('1985-01-21'));
  });

  it('knows leap months: the second month of 2023 and the sixth of 2025 came twice', () => {
    expect(toLunar(solar('2023-03-22'))).toEqual({ day: 1, month: 2, year: 2023, leap: true });
    expect(toLunar(solar('2025-07-25'))).toEqual({ day: 1, month: 6, year: 2025, leap: true });
    expect(toLunar(solar('2025-08-23'))).toEqual({ day: 1, month: 7, year: 2025, leap: false });
  });

  it('goes there and back for every day of twelve years', () => {
    const first = julianDay(solar('2019-01-01'));
    for (let jd = first; jd < first + 12 * 365; jd++) {
      const day = fromJulianDay(jd);
      const lunar = toLunar(day);
      if (!lunar.leap) expect(fromLunar(lunar), JSON.stringify(day)).toEqual(day);
    }
  });
});
