import type { Generated, JSONColumnType } from 'kysely';
import type { HolidayRule, Reason } from './types.ts';

type Spans = [number, number][];

export type CalendarTables = {
  calendar_hours: {
    id: string;
    valid_from: string | null;
    valid_to: string | null;
    weekdays: number[];
    spans: JSONColumnType<Spans, string, string>;
    source: string;
    confirmed_by: string | null;
  };
  calendar_rules: {
    code: string;
    title_vi: string;
    title_en: string;
    reckoning: HolidayRule['reckoning'];
    month: number;
    day: number;
    counts: HolidayRule['counts'];
    days: number;
    valid_from: string | null;
    valid_to: string | null;
    source: string;
    confirmed_by: string | null;
  };
  calendar_days: {
    day: string;
    kind: 'off' | 'working';
    reason: Reason;
    title_vi: string;
    title_en: string;
    source: string;
    confirmed_by: string | null;
    entered_by: string;
    entered_at: Date;
  };
  calendar_state: { only_row: Generated<boolean>; data_version: number; revision: number };
};
