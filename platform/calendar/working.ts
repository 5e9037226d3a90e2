/** Arithmetic of working time. Pure: the calendar's data are arguments. Times are instants, lengths are minutes. */
import { addDays, dayOf, dayText, midnight, weekday, yearOf } from './days.ts';
import { fromLunar } from './lunar.ts';
import type { CalendarData, HolidayRule, SetDay } from './types.ts';

export type Span = readonly [from: number, to: number];

export type DayView = { day: string; off: boolean; holiday: HolidayRule | null; set: SetDay | null };

/** The calendar ready for arithmetic; remembers each day that it was asked for. */
export type WorkingCalendar = {
  data: CalendarData;
  /** Working spans of a day in minutes after midnight, in order; none on a day off. */
  spansOn(day: string): readonly Span[];
  view(day: string): DayView;
  /** Length of an ordinary working day at the time, in minutes: what 'one working day' means in a deadline. */
  dayMinutes(day: string): number;
};

const MINUTE_MS = 60_000;
/** A deadline that lies further away than this is an error of the calendar (no hours), not a deadline. */
const SEARCH_DAYS = 20_000;

export function createWorkingCalendar(data: CalendarData): WorkingCalendar {
  const set = new Map(data.days.map((one) => [one.day, one]));
  const years = new Map<number, Map<string, HolidayRule>>();
  const known = new Map<string, readonly Span[]>();

  const holidays = (year: number): Map<string, HolidayRule> => {
    const found = years.get(year) ?? holidaysOf(data.rules, year);
    years.set(year, found);
    return found;
  };
  const hoursOn = (day: string) =>
    data.hours.find(
      (one) => (one.validFrom === null || one.validFrom <= day) && (one.validTo === null || day < one.validTo),
    );
  const view = (day: string): DayView => {
    const entry = set.get(day) ?? null;
    const holiday = holidays(yearOf(day)).get(day) ?? null;
    const weekend = !(hoursOn(day)?.weekdays.includes(weekday(day)) ?? false);
    // What a decision set for this very day goes before the rule and before the week.
    const off = entry ? entry.kind === 'off' : holiday !== null || weekend;
    return { day, off, holiday, set: entry };
  };
  return {
    data,
    view,
    spansOn(day) {
      const remembered = known.get(day);
      if (remembered) return remembered;
      const spans = view(day).off ? [] : (hoursOn(day)?.spans ?? []).toSorted((a, b) => a[0] - b[0]);
      known.set(day, spans);
      return spans;
    },
    dayMinutes: (day) => (hoursOn(day)?.spans ?? []).reduce((sum, [from, to]) => sum + to - from, 0),
  };
}

/** The day on which a rule's holiday falls in the year; null where the rule is not valid then. */
export function dayOfRule(rule: HolidayRule, year: number): string | null {
  const date =
    rule.reckoning === 'solar'
      ? { year, month: rule.month, day: rule.day }
      : fromLunar({ year, month: rule.month, day: rule.day });
  const day = dayText(date.year, date.month, date.day);
  if ((rule.validFrom !== null && day < rule.validFrom) || (rule.validTo !== null && day >= rule.validTo)) return null;
  return day;
}

/** Days that are off by rule alone, without anybody's entry. */
export function holidaysOf(rules: readonly HolidayRule[], year: number): Map<string, HolidayRule> {
  const found = new Map<string, HolidayRule>();
  for (const rule of rules) {
    if (rule.counts === 'by-decision' || (rule.counts === 'when-confirmed' && rule.confirmedBy === null)) continue;
    const day = dayOfRule(rule, year);
    if (day) found.set(day, rule);
  }
  return found;
}

/**
 * The first instant at which so many working minutes have passed since `start`. Zero minutes: `start` itself.
 * Throws RangeError for negative minutes or a calendar without working time.
 */
export function addWorking(start: Date, minutes: number, calendar: WorkingCalendar): Date {
  if (!(minutes >= 0)) throw new RangeError(`addWorking: minutes must be 0 or more, got ${minutes}`);
  let left = minutes * MINUTE_MS;
  if (left === 0) return start;
  let day = dayOf(start);
  for (let i = 0; i < SEARCH_DAYS; i++) {
    const base = midnight(day);
    for (const [from, to] of calendar.spansOn(day)) {
      const begin = Math.max(base + from * MINUTE_MS, start.getTime());
      const length = base + to * MINUTE_MS - begin;
      if (length <= 0) continue;
      if (left <= length) return new Date(begin + left);
      left -= length;
    }
    day = addDays(day, 1);
  }
  throw new RangeError(`addWorking: no end within ${SEARCH_DAYS} days; the calendar has no working hours`);
}

/** Working minutes from a to b (0 where b is not after a); fractions of a minute count. */
export function workingBetween(a: Date, b: Date, calendar: WorkingCalendar): number {
  let sum = 0;
  const last = dayOf(b);
  for (let day = dayOf(a); day <= last; day = addDays(day, 1)) {
    const base = midnight(day);
    for (const [from, to] of calendar.spansOn(day)) {
      const begin = Math.max(base + from * MINUTE_MS, a.getTime());
      const end = Math.min(base + to * MINUTE_MS, b.getTime());
      if (end > begin) sum += end - begin;
    }
  }
  return sum / MINUTE_MS;
}
