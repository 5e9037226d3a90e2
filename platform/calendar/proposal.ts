/** What a year's days off will most likely be, for an administrator to check against the decision; and what is missing. */
import { addDays, dayOf, midnight, shownDay, weekday, yearOf } from './days.ts';
import type { CalendarData, SetDay, Warning } from './types.ts';
import { createWorkingCalendar, dayOfRule } from './working.ts';

export type Proposed = SetDay & { entered: boolean };

const PROPOSAL = 'Dự kiến do hệ thống tính; đối chiếu với quyết định hằng năm';

/**
 * Tết: the last day of the old lunar year and the first four of the new one (the commonest of the decisions); National
 * Day: the neighbour that makes the longer rest; a holiday on a weekly day of rest: the next working day in lieu
 * (Labour Code, article 111.3).
 */
export function proposalFor(data: CalendarData, year: number): Proposed[] {
  const proposed: SetDay[] = [];
  const free = (day: string): boolean => {
    const view = createWorkingCalendar({ ...data, days: [] }).view(day);
    return view.off || proposed.some((one) => one.day === day);
  };
  const add = (day: string, reason: SetDay['reason'], vi: string, en: string): void => {
    proposed.push({ day, kind: 'off', reason, title: { vi, en }, source: PROPOSAL, confirmedBy: null });
  };
  const inLieu = (day: string, reason: SetDay['reason'], vi: string, en: string): void => {
    let next = addDays(day, 1);
    // Without hours of work every day is free: then there is no day to give in lieu.
    for (let tries = 0; free(next); tries++) {
      if (tries > 30) return;
      next = addDays(next, 1);
    }
    add(next, reason, `Nghỉ bù ${vi}`, `In lieu of ${en}`);
  };
  const weekend = (day: string): boolean => weekday(day) >= 6;

  const tet = data.rules.find((rule) => rule.code === 'tet');
  const first = tet && dayOfRule(tet, year);
  if (tet && first) {
    const days = Array.from({ length: tet.days }, (_, i) => addDays(first, i - 1));
    for (const day of days) add(day, 'tet', 'Nghỉ Tết Nguyên đán', 'Tết holiday');
    const last = addDays(first, tet.days - 2);
    for (const day of days.filter(weekend)) inLieu(last, 'tet', `Tết (${shownDay(day)})`, `Tết (${day})`);
  }

  const national = data.rules.find((rule) => rule.code === 'national-day');
  const second = national && dayOfRule(national, year);
  if (national && national.days > 1 && second) {
    const before = addDays(second, -1);
    const after = addDays(second, 1);
    add(
      rest([before, second]) >= rest([second, after]) ? before : after,
      'national-day',
      'Nghỉ Quốc khánh (ngày liền kề)',
      'National Day (the day beside it)',
    );
  }

  const fixed = data.rules
    .filter((rule) => rule.counts === 'always' || (rule.counts === 'when-confirmed' && rule.confirmedBy !== null))
    .flatMap((rule) => ({ rule, day: dayOfRule(rule, year) }));
  for (const { rule, day } of fixed) {
    if (day && weekend(day)) inLieu(day, 'compensatory', rule.title.vi, rule.title.en);
  }
  for (const one of proposed.filter((each) => each.reason === 'national-day' && weekend(each.day))) {
    inLieu(one.day, 'compensatory', 'Quốc khánh', 'National Day');
  }
  return proposed
    .toSorted((a, b) => a.day.localeCompare(b.day))
    .map((one) => ({ ...one, entered: data.days.some((day) => day.day === one.day && day.kind === 'off') }));
}

/** Days of rest in a row around the given ones: weekends beside them, and one working day in lieu for each on a weekend. */
function rest(days: readonly string[]): number {
  let length = days.length;
  let lieu = days.filter((day) => weekday(day) >= 6).length;
  for (let day = addDays(days.at(-1) as string, 1); weekday(day) >= 6 || lieu > 0; day = addDays(day, 1)) {
    if (weekday(day) < 6) lieu -= 1;
    length += 1;
  }
  for (let day = addDays(days[0] as string, -1); weekday(day) >= 6; day = addDays(day, -1)) length += 1;
  return length;
}

/** What a year still lacks, in words for who manages the calendar. */
export function warningsFor(data: CalendarData, year: number): Warning[] {
  const warnings: Warning[] = [];
  const bare = dayWithoutHours(data, year);
  if (bare) {
    warnings.push({
      year,
      code: 'hours-missing',
      text: {
        vi: `Không có giờ làm việc nào hiệu lực vào ngày ${shownDay(bare)}: thời hạn qua ngày ấy không tính được. Hãy nhập giờ làm việc.`,
        en: `No hours of work are valid on ${bare}: deadlines across it cannot be computed. Enter hours of work.`,
      },
    });
  }
  const entered = (reason: SetDay['reason']) =>
    data.days.filter((day) => yearOf(day.day) === year && day.reason === reason);
  const tet = data.rules.find((rule) => rule.code === 'tet');
  const first = tet && dayOfRule(tet, year);
  if (first && entered('tet').length === 0) {
    warnings.push({
      year,
      code: 'tet-missing',
      text: {
        vi: `Chưa nhập ngày nghỉ Tết Nguyên đán năm ${year} (mùng 1 là ${shownDay(first)}). Thời hạn qua Tết đang tính như ngày làm việc; hãy nhập theo quyết định.`,
        en: `The Tết days of ${year} are not entered (lunar New Year is ${first}). Deadlines across Tết count them as working days; enter them from the decision.`,
      },
    });
  }
  const national = data.rules.find((rule) => rule.code === 'national-day');
  const second = national && dayOfRule(national, year);
  if (national && national.days > 1 && second && entered('national-day').length === 0) {
    warnings.push({
      year,
      code: 'national-day-missing',
      text: {
        vi: `Chưa nhập ngày nghỉ Quốc khánh thứ hai của năm ${year} (liền kề 2/9).`,
        en: `The second day of National Day ${year} (beside 2 September) is not entered.`,
      },
    });
  }
  for (const one of proposalFor(data, year)) {
    if (one.reason !== 'compensatory' || one.entered) continue;
    warnings.push({
      year,
      code: 'compensation-missing',
      text: {
        vi: `Chưa nhập ngày nghỉ bù dự kiến ${shownDay(one.day)}: ${one.title.vi}.`,
        en: `The day in lieu expected on ${one.day} is not entered: ${one.title.en}.`,
      },
    });
  }
  for (const rule of data.rules) {
    const day = rule.counts === 'when-confirmed' && rule.confirmedBy === null ? dayOfRule(rule, year) : null;
    if (!day) continue;
    warnings.push({
      year,
      code: 'rule-unconfirmed',
      text: {
        vi: `Ngày nghỉ ${shownDay(day)} (${rule.title.vi}) chưa được xác nhận nên đang tính là ngày làm việc. Nguồn: ${rule.source}.`,
        en: `The holiday of ${day} (${rule.title.en}) is not confirmed and counts as a working day. Source: ${rule.source}.`,
      },
    });
  }
  return warnings;
}

/** The first day of the year for which no hours of work are valid. */
function dayWithoutHours(data: CalendarData, year: number): string | null {
  for (let day = `${year}-01-01`; yearOf(day) === year; day = addDays(day, 1)) {
    const some = data.hours.some(
      (one) => (one.validFrom === null || one.validFrom <= day) && (one.validTo === null || day < one.validTo),
    );
    if (!some) return day;
  }
  return null;
}

/** Years between two instants whose Tết lies between them and is not entered: a deadline that rests on a guess. */
export function guessedYears(data: CalendarData, from: Date, to: Date): number[] {
  const tet = data.rules.find((rule) => rule.code === 'tet');
  const years: number[] = [];
  for (let year = yearOf(dayOf(from)); tet && year <= yearOf(dayOf(to)); year++) {
    const first = dayOfRule(tet, year);
    const known = data.days.some((day) => day.reason === 'tet' && yearOf(day.day) === year);
    if (
      first &&
      !known &&
      midnight(addDays(first, -1)) < to.getTime() &&
      midnight(addDays(first, 4)) > from.getTime()
    ) {
      years.push(year);
    }
  }
  return years;
}
