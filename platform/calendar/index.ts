/**
 * Calendar: working time, holidays as data, and the one clock of cases, dossiers and tasks. Promise: a deadline is
 * derived, never stored as 'overdue', so that an edited calendar is right at once and says so in the log
 * (`calendar.changed`); a year whose Tết days are not entered is warned about, not guessed silently.
 */
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import { forbidden, type Permission, type Principal, scopeOf } from '../rights/index.ts';
import { type Flaw, notFound, refuse, type Text } from '../words/index.ts';
import { type Clock, deadlineOf, type Rung, rungsDue, usedAt, usedUpAt } from './clocks.ts';
import { dataVersion, firstCalendar } from './data.ts';
import { addDays, dayOf, isDay, yearOf } from './days.ts';
import { guessedYears, type Proposed, proposalFor, warningsFor } from './proposal.ts';
import { loadCalendar, putDays, putHours, putRule, removeDay, revisionOf, seedCalendar } from './store.ts';
import type { CalendarData, HolidayRule, Hours, SetDay, Warning } from './types.ts';
import { addWorking, createWorkingCalendar, type DayView, type WorkingCalendar, workingBetween } from './working.ts';

export {
  budgetMinutes,
  type Clock,
  deadlineOf,
  durationMinutes,
  type Rung,
  resume,
  rungs,
  rungsDue,
  type Suspension,
  suspend,
  usedAt,
  usedUpAt,
} from './clocks.ts';
export { dayOf } from './days.ts';
export { fromLunar, type LunarDate, type SolarDate, toLunar } from './lunar.ts';
export { periodWords, withinPeriods } from './periods.ts';
export type { Proposed } from './proposal.ts';
export { serveCalendar } from './routes.ts';
export type { ActivePeriod, CalendarData, HolidayRule, Hours, Reason, SetDay, Warning } from './types.ts';
export { addWorking, createWorkingCalendar, type DayView, type WorkingCalendar, workingBetween } from './working.ts';

/** Events go to the log through this argument: the log is a later room. */
type Append = (
  tx: Tx,
  events: readonly {
    kind: string;
    subject: string;
    permission?: Permission | null;
    payload: Record<string, unknown>;
  }[],
) => Promise<void>;

export type Calendar = {
  now: () => Date;
  /** Puts in the first calendar (never over an edit) and reads it; call at start. */
  seed(): Promise<void>;
  /** Reads again where another process edited. */
  refresh(): Promise<void>;
  working(): WorkingCalendar;
  addWorking(start: Date, minutes: number): Date;
  workingBetween(a: Date, b: Date): number;
  usedAt(clock: Clock, now: Date): number;
  usedUpAt(clock: Clock, percent: number): Date | null;
  deadlineOf(clock: Clock): Date | null;
  rungsDue(clock: Clock, now: Date): { rung: Rung; at: Date }[];
  /** Years whose Tết lies between the two and is not entered: say so beside the deadline. */
  guessedYears(from: Date, to: Date): number[];
  /** The year's days that are not ordinary: holidays by rule and days set by decision. */
  year(year: number): { days: DayView[]; warnings: Warning[] };
  proposal(year: number): Proposed[];
  /** Warnings of this year and the next. */
  warnings(): Warning[];
  /** Enters days set by a decision, all or none. Refuses 422 with each flaw. */
  setDays(principal: Principal, days: readonly SetDay[], why: string): Promise<void>;
  removeDay(principal: Principal, day: string, why: string): Promise<void>;
  setRule(principal: Principal, rule: HolidayRule, why: string): Promise<void>;
  setHours(principal: Principal, hours: Hours, why: string): Promise<void>;
};

export type CalendarOptions = {
  db: Db;
  audit: Pick<Audit, 'record'>;
  append: Append;
  now: () => Date;
};

export function createCalendar(options: CalendarOptions): Calendar {
  const { db, audit, append, now } = options;
  let current: { revision: number; working: WorkingCalendar } | null = null;

  const working = (): WorkingCalendar => {
    if (!current) throw new Error('calendar: seed() must run at start before anything is asked');
    return current.working;
  };
  const read = async (): Promise<void> => {
    const { revision, data } = await loadCalendar(db);
    current = { revision, working: createWorkingCalendar(data) };
  };
  const edit = async (
    principal: Principal,
    change: { action: string; subject: string; why: string; detail: Record<string, unknown> },
    work: (tx: Tx) => Promise<void>,
  ): Promise<void> => {
    if (!scopeOf(principal, 'calendar:manage')?.all) throw forbidden('calendar:manage');
    if (change.why.trim() === '') {
      throw refuse(422, 'reason-missing', {
        vi: 'Hãy ghi căn cứ của thay đổi (quyết định, thông báo): các thời hạn đang chạy sẽ tính lại theo đó.',
        en: 'Give the ground of the change (decision, announcement): running deadlines are recomputed by it.',
      });
    }
    await inTransaction(db, async (tx) => {
      await work(tx);
      const payload = { action: change.action, why: change.why, by: principal.id, ...change.detail };
      await audit.record(tx, { principal, action: change.action, subject: change.subject, detail: payload });
      await append(tx, [{ kind: 'calendar.changed', subject: change.subject, permission: null, payload }]);
    });
    await read();
  };

  return {
    now,
    async seed() {
      await seedCalendar(db, firstCalendar, dataVersion, now());
      await read();
    },
    async refresh() {
      if ((await revisionOf(db)) !== current?.revision) await read();
    },
    working,
    addWorking: (start, minutes) => addWorking(start, minutes, working()),
    workingBetween: (a, b) => workingBetween(a, b, working()),
    usedAt: (clock, at) => usedAt(clock, at, working()),
    usedUpAt: (clock, percent) => usedUpAt(clock, percent, working()),
    deadlineOf: (clock) => deadlineOf(clock, working()),
    rungsDue: (clock, at) => rungsDue(clock, at, working()),
    guessedYears: (from, to) => guessedYears(working().data, from, to),
    year(year) {
      const days: DayView[] = [];
      for (let day = `${year}-01-01`; yearOf(day) === year; day = addDays(day, 1)) {
        const view = working().view(day);
        if (view.holiday || view.set) days.push(view);
      }
      return { days, warnings: warningsFor(working().data, year) };
    },
    proposal: (year) => proposalFor(working().data, year),
    warnings() {
      const year = yearOf(dayOf(now()));
      return [year, year + 1].flatMap((one) => warningsFor(working().data, one));
    },
    async setDays(principal, days, why) {
      const flaws = days.flatMap((one, index) => flawsOfDay(one, index, days));
      if (days.length === 0 || flaws.length > 0) throw badInput(flaws);
      const detail = { days: days.map((one) => ({ day: one.day, kind: one.kind })) };
      const change = { action: 'calendar.set-days', subject: `calendar:${yearOf(days[0]?.day ?? '')}`, why, detail };
      await edit(principal, change, (tx) => putDays(tx, days, principal.id, now()));
    },
    async removeDay(principal, day, why) {
      const change = { action: 'calendar.remove-day', subject: `calendar:${yearOf(day)}`, why, detail: { day } };
      await edit(principal, change, async (tx) => {
        if (!isDay(day) || !(await removeDay(tx, day))) {
          throw notFound({ vi: `ngày ${day} trong lịch đã nhập`, en: `entered day ${day}` });
        }
      });
    },
    async setRule(principal, rule, why) {
      const change = { action: 'calendar.set-rule', subject: `calendar:rule:${rule.code}`, why, detail: { rule } };
      await edit(principal, change, (tx) => putRule(tx, rule));
    },
    async setHours(principal, hours, why) {
      const flaws = flawsOfHours(hours, working().data);
      if (flaws.length > 0) throw badInput(flaws);
      const change = { action: 'calendar.set-hours', subject: `calendar:hours:${hours.id}`, why, detail: { hours } };
      await edit(principal, change, (tx) => putHours(tx, hours));
    },
  };
}

function badInput(flaws: Flaw[]) {
  return refuse(422, 'bad-calendar', { vi: 'Dữ liệu lịch chưa đúng.', en: 'The calendar data are not right.' }, flaws);
}

function flawsOfDay(one: SetDay, index: number, all: readonly SetDay[]): Flaw[] {
  const flaw = (vi: string, en: string): Flaw => ({ at: `/days/${index}/day`, reason: { vi, en } satisfies Text });
  if (!isDay(one.day)) return [flaw(`Không có ngày '${one.day}'.`, `There is no day '${one.day}'.`)];
  if (all.findIndex((other) => other.day === one.day) !== index) {
    return [flaw(`Ngày ${one.day} có hai lần.`, `The day ${one.day} comes twice.`)];
  }
  return [];
}

function flawsOfHours(hours: Hours, data: CalendarData): Flaw[] {
  const flaws: Flaw[] = [];
  const spans = hours.spans.toSorted((a, b) => a[0] - b[0]);
  if (spans.some(([from, to], i) => from >= to || from < 0 || to > 1440 || from < (spans[i - 1]?.[1] ?? 0))) {
    flaws.push({
      at: '/spans',
      reason: {
        vi: 'Các khoảng giờ phải nối tiếp, không chồng nhau.',
        en: 'Spans must follow one another without overlap.',
      },
    });
  }
  const clash = data.hours.find(
    (one) =>
      one.id !== hours.id &&
      (one.validTo === null || hours.validFrom === null || hours.validFrom < one.validTo) &&
      (hours.validTo === null || one.validFrom === null || one.validFrom < hours.validTo),
  );
  if (clash) {
    flaws.push({
      at: '/validFrom',
      reason: {
        vi: `Thời gian hiệu lực trùng với giờ làm việc '${clash.id}'; hãy kết thúc bản ấy trước.`,
        en: `Its validity overlaps that of '${clash.id}'; end that one first.`,
      },
    });
  }
  return flaws;
}
