/**
 * The calendar as it is first put into the database (an administrator's edits are never overwritten). Holidays:
 * Labour Code 45/2019/QH14, article 112; compensation, article 111.3; hours: 8 a day, Monday to Friday. None of these
 * texts was checked here, so nothing is marked as confirmed; the days of 2025 and 2026 are as they were announced.
 */
import type { CalendarData, Reason, SetDay } from './types.ts';

export const dataVersion = 1;

const LABOUR_CODE = 'Bộ luật Lao động 45/2019/QH14, Điều 112';

const set = (kind: SetDay['kind'], reason: Reason, vi: string, en: string, source: string, days: string[]): SetDay[] =>
  days.map((day) => ({ day, kind, reason, title: { vi, en }, source, confirmedBy: null }));

const TET = ['Nghỉ Tết Nguyên đán', 'Tết holiday'] as const;
const NATIONAL_DAY = ['Nghỉ Quốc khánh (ngày liền kề)', 'National Day (the day beside it)'] as const;
const SWAP_OFF = ['Nghỉ hoán đổi', 'Off, made up for on another day'] as const;
const SWAP_WORK = ['Làm bù', 'Worked in place of another day'] as const;
const ANNOUNCED_2025 = 'Thông báo lịch nghỉ năm 2025 của Bộ Lao động - Thương binh và Xã hội (cần đối chiếu)';
const ANNOUNCED_2026 = 'Thông báo lịch nghỉ năm 2026 của Bộ Nội vụ (cần đối chiếu)';
const COMPENSATION = 'Bộ luật Lao động 45/2019/QH14, Điều 111 khoản 3 (nghỉ bù)';

export const firstCalendar: CalendarData = {
  hours: [
    {
      id: 'default',
      validFrom: null,
      validTo: null,
      weekdays: [1, 2, 3, 4, 5],
      spans: [
        [7 * 60 + 30, 11 * 60 + 30],
        [13 * 60 + 30, 17 * 60 + 30],
      ],
      source: 'Giờ hành chính của cơ quan nhà nước tỉnh: 8 giờ mỗi ngày, thứ Hai đến thứ Sáu (cần đối chiếu)',
      confirmedBy: null,
    },
  ],
  rules: [
    rule('new-year', 'Tết Dương lịch', "New Year's Day", 'solar', 1, 1, 'always', 1),
    rule('tet', 'Tết Nguyên đán', 'Lunar New Year (Tết)', 'lunar', 1, 1, 'by-decision', 5),
    rule('hung-kings', 'Giỗ Tổ Hùng Vương', 'Hùng Kings Commemoration', 'lunar', 3, 10, 'always', 1),
    rule('reunification', 'Ngày Chiến thắng', 'Reunification Day', 'solar', 4, 30, 'always', 1),
    rule('labour-day', 'Ngày Quốc tế lao động', 'International Labour Day', 'solar', 5, 1, 'always', 1),
    rule('national-day', 'Quốc khánh', 'National Day', 'solar', 9, 2, 'always', 2),
    {
      ...rule('culture-day', 'Ngày Văn hóa Việt Nam', 'Vietnam Culture Day', 'solar', 11, 24, 'when-confirmed', 1),
      validFrom: '2026-01-01',
      source: 'Được công bố là ngày nghỉ hưởng nguyên lương (cần đối chiếu văn bản)',
    },
  ],
  days: [
    ...set('off', 'tet', ...TET, ANNOUNCED_2025, [
      '2025-01-27',
      '2025-01-28',
      '2025-01-29',
      '2025-01-30',
      '2025-01-31',
    ]),
    ...set('off', 'swap', ...SWAP_OFF, ANNOUNCED_2025, ['2025-05-02']),
    ...set('working', 'swap', ...SWAP_WORK, ANNOUNCED_2025, ['2025-04-26']),
    ...set('off', 'national-day', ...NATIONAL_DAY, ANNOUNCED_2025, ['2025-09-01']),
    ...set('off', 'swap', ...SWAP_OFF, ANNOUNCED_2026, ['2026-01-02']),
    ...set('working', 'swap', ...SWAP_WORK, ANNOUNCED_2026, ['2026-01-10']),
    ...set('off', 'tet', ...TET, ANNOUNCED_2026, [
      '2026-02-16',
      '2026-02-17',
      '2026-02-18',
      '2026-02-19',
      '2026-02-20',
    ]),
    ...set('off', 'compensatory', 'Nghỉ bù Giỗ Tổ Hùng Vương', 'In lieu of the Hùng Kings day', COMPENSATION, [
      '2026-04-27',
    ]),
    ...set('off', 'swap', ...SWAP_OFF, ANNOUNCED_2026, ['2026-08-31']),
    ...set('working', 'swap', ...SWAP_WORK, ANNOUNCED_2026, ['2026-08-22']),
    ...set('off', 'national-day', ...NATIONAL_DAY, ANNOUNCED_2026, ['2026-09-01']),
  ],
};

function rule(
  code: string,
  vi: string,
  en: string,
  reckoning: 'solar' | 'lunar',
  month: number,
  day: number,
  counts: 'always' | 'by-decision' | 'when-confirmed',
  days: number,
) {
  return {
    code,
    title: { vi, en },
    reckoning,
    month,
    day,
    counts,
    days,
    validFrom: null,
    validTo: null,
    source: LABOUR_CODE,
    confirmedBy: null,
  } as const;
}
