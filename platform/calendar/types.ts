import type { Text } from '../words/index.ts';

/** Hours of work valid for a time; weekdays 1 Monday to 7 Sunday; spans in minutes after local midnight. */
export type Hours = {
  id: string;
  validFrom: string | null;
  validTo: string | null;
  weekdays: readonly number[];
  spans: readonly (readonly [from: number, to: number])[];
  source: string;
  confirmedBy: string | null;
};

/** A holiday of every year, by law. */
export type HolidayRule = {
  code: string;
  title: Text;
  reckoning: 'solar' | 'lunar';
  month: number;
  day: number;
  /** off every year; off once the rule is confirmed; or proposed only, the days being entered each year */
  counts: 'always' | 'when-confirmed' | 'by-decision';
  /** days that the law gives, this one included */
  days: number;
  validFrom: string | null;
  validTo: string | null;
  source: string;
  confirmedBy: string | null;
};

export type Reason = 'tet' | 'national-day' | 'compensatory' | 'swap' | 'other';

/** A day that a decision sets off, or sets to be worked. */
export type SetDay = {
  day: string;
  kind: 'off' | 'working';
  reason: Reason;
  title: Text;
  source: string;
  confirmedBy: string | null;
};

export type CalendarData = { hours: readonly Hours[]; rules: readonly HolidayRule[]; days: readonly SetDay[] };

export type Warning = {
  year: number;
  code: 'hours-missing' | 'tet-missing' | 'national-day-missing' | 'compensation-missing' | 'rule-unconfirmed';
  text: Text;
};

/**
 * A time of the day, local time: '22:00' to '06:00' goes over midnight, and its days (1 Monday to 7 Sunday; default:
 * all) are those on which it begins.
 */
export type ActivePeriod = { from: string; to: string; days?: number[] };
