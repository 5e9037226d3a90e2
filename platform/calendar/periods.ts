/** Times of the day and week, in the province's local time. */
import { refuse, type Text } from '../words/index.ts';
import { DAY_MS, OFFSET_MS } from './days.ts';
import type { ActivePeriod } from './types.ts';

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const names = {
  vi: ['thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy', 'Chủ nhật'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
};

/** Whether an instant (ms) lies in one of the periods; refuses (422) a period that is none. */
export function withinPeriods(periods: readonly ActivePeriod[]): (at: number) => boolean {
  const read = periods.map((one, n) => {
    const [from, to] = [minuteOf(one.from, n), minuteOf(one.to, n)];
    const days = new Set(one.days ?? [1, 2, 3, 4, 5, 6, 7]);
    if (days.size === 0 || [...days].some((day) => !Number.isInteger(day) || day < 1 || day > 7)) throw wrongDay(n);
    return { from, to, days };
  });
  return (at) => {
    const local = at + OFFSET_MS;
    const minute = Math.floor((local % DAY_MS) / 60_000);
    // 1 January 1970 was a Thursday.
    const today = ((Math.floor(local / DAY_MS) + 3) % 7) + 1;
    const yesterday = today === 1 ? 7 : today - 1;
    return read.some(({ from, to, days }) =>
      from < to
        ? days.has(today) && minute >= from && minute < to
        : (days.has(today) && minute >= from) || (days.has(yesterday) && minute < to),
    );
  };
}

/** '22:00–06:00 (thứ Hai, thứ Ba); 11:00–13:00'. */
export function periodWords(periods: readonly ActivePeriod[]): Text {
  const say = (language: 'vi' | 'en'): string =>
    periods
      .map((one) => {
        const days =
          one.days && one.days.length < 7 ? ` (${one.days.map((day) => names[language][day - 1]).join(', ')})` : '';
        return `${one.from}–${one.to}${days}`;
      })
      .join('; ');
  return { vi: say('vi'), en: say('en') };
}

function minuteOf(text: string, n: number): number {
  const match = TIME.exec(text);
  if (!match) {
    throw refuse(422, 'bad-period', {
      vi: `Khung giờ thứ ${n + 1}: “${text}” không phải là giờ. Hãy ghi dạng 07:30 (24 giờ).`,
      en: `Period ${n + 1}: “${text}” is not a time. Write it as 07:30 (24 hours).`,
    });
  }
  return Number(match[1]) * 60 + Number(match[2]);
}

function wrongDay(n: number) {
  return refuse(422, 'bad-period', {
    vi: `Khung giờ thứ ${n + 1}: ngày trong tuần là số từ 1 (thứ Hai) đến 7 (Chủ nhật), ít nhất một ngày.`,
    en: `Period ${n + 1}: days are numbers from 1 (Monday) to 7 (Sunday), at least one.`,
  });
}
