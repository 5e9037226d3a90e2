/**
 * The one clock of cases, dossiers and tasks. A clock holds its budget, when it started, and a ledger of suspensions
 * with reasons; what is used, the deadline and 'overdue' are derived, so an edited calendar is right at once. Pure.
 */
import { refuse, type Text } from '../words/index.ts';
import { dayOf } from './days.ts';
import { addWorking, type WorkingCalendar, workingBetween } from './working.ts';

export type Suspension = { from: Date; to: Date | null; reason?: Text };

export type Clock = {
  /** working: working minutes; calendar: minutes of the wall clock */
  kind: 'working' | 'calendar';
  /** ISO 8601 duration of weeks, days, hours and minutes: `P2D` is two (working) days, `PT4H` four (working) hours */
  budget: string;
  startedAt: Date;
  stoppedAt?: Date | null;
  /** in order of time; `to` null: it stands now */
  suspensions: readonly Suspension[];
};

/** Shares of the budget at which somebody is told. */
export const rungs = [50, 80, 100] as const;
export type Rung = (typeof rungs)[number];

const MINUTE_MS = 60_000;

/** Minutes of an ISO 8601 duration (weeks, days, hours, minutes). Refuses 422 what is none, or is zero. */
export function durationMinutes(duration: string, dayMinutes: number, weekDays: number): number {
  const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration);
  const [weeks, days, hours, minutes] = (found ?? []).slice(1).map((part) => Number(part ?? 0));
  const total = ((weeks ?? 0) * weekDays + (days ?? 0)) * dayMinutes + (hours ?? 0) * 60 + (minutes ?? 0);
  if (!found || total === 0) {
    throw refuse(422, 'bad-duration', {
      vi: `Thời hạn '${duration}' không đúng dạng ISO 8601, ví dụ PT4H (4 giờ), P2D (2 ngày).`,
      en: `The duration '${duration}' is not ISO 8601 of weeks, days, hours, minutes: PT4H, P2D.`,
    });
  }
  return total;
}

/** The clock's budget in minutes of its kind; a working day is as long as the calendar says at the start. */
export function budgetMinutes(clock: Clock, calendar: WorkingCalendar): number {
  if (clock.kind === 'calendar') return durationMinutes(clock.budget, 24 * 60, 7);
  const day = dayOf(clock.startedAt);
  const week = calendar.data.hours.find(
    (one) => (one.validFrom === null || one.validFrom <= day) && (one.validTo === null || day < one.validTo),
  );
  return durationMinutes(clock.budget, calendar.dayMinutes(day), week?.weekdays.length ?? 5);
}

/** When the clock ran: from start to stop without its suspensions; the last run may be open (`to` null). */
function runs(clock: Clock): { from: Date; to: Date | null }[] {
  const found: { from: Date; to: Date | null }[] = [];
  const end = clock.stoppedAt ?? null;
  let from: Date | null = clock.startedAt;
  for (const pause of clock.suspensions.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    if (from === null) break;
    if (end && pause.from >= end) break;
    if (pause.from > from) found.push({ from, to: pause.from });
    // Suspensions that overlap count once.
    from = pause.to === null ? null : pause.to > from ? pause.to : from;
  }
  if (from !== null && (end === null || from < end)) found.push({ from, to: end });
  return found;
}

function between(clock: Clock, a: Date, b: Date, calendar: WorkingCalendar): number {
  if (clock.kind === 'working') return workingBetween(a, b, calendar);
  return Math.max(0, b.getTime() - a.getTime()) / MINUTE_MS;
}

/** Minutes used until the instant. */
export function usedAt(clock: Clock, now: Date, calendar: WorkingCalendar): number {
  let used = 0;
  for (const run of runs(clock)) {
    if (run.from >= now) break;
    used += between(clock, run.from, run.to && run.to < now ? run.to : now, calendar);
  }
  return used;
}

/** The instant at which `percent` of the budget is (or was) used up; null where the clock stands or stopped before. */
export function usedUpAt(clock: Clock, percent: number, calendar: WorkingCalendar): Date | null {
  let left = (budgetMinutes(clock, calendar) * percent) / 100;
  for (const run of runs(clock)) {
    const length = run.to ? between(clock, run.from, run.to, calendar) : Infinity;
    if (left <= length) {
      return clock.kind === 'working'
        ? addWorking(run.from, left, calendar)
        : new Date(run.from.getTime() + left * MINUTE_MS);
    }
    left -= length;
  }
  return null;
}

/** When the budget ends; null while the clock is suspended (nobody can say) and where it stopped in time. */
export function deadlineOf(clock: Clock, calendar: WorkingCalendar): Date | null {
  return usedUpAt(clock, 100, calendar);
}

/** The rungs reached by now with the instant of each; who tells people fires each once. */
export function rungsDue(clock: Clock, now: Date, calendar: WorkingCalendar): { rung: Rung; at: Date }[] {
  return rungs.flatMap((rung) => {
    const at = usedUpAt(clock, rung, calendar);
    return at && at <= now ? [{ rung, at }] : [];
  });
}

/** Suspends from the instant on. Refuses 409 where it stands already, was stopped, or the time runs backwards. */
export function suspend(clock: Clock, at: Date, reason: Text): Clock {
  const last = clock.suspensions.at(-1);
  if (clock.stoppedAt) throw wrongState('đã dừng hẳn', 'has stopped');
  if (last && last.to === null) throw wrongState('đang tạm dừng', 'is suspended already');
  if (at < clock.startedAt || (last?.to && at < last.to)) throw wrongState('chưa chạy lúc ấy', 'did not run then');
  return { ...clock, suspensions: [...clock.suspensions, { from: at, to: null, reason }] };
}

/** Ends the open suspension. Refuses 409 where there is none. */
export function resume(clock: Clock, at: Date): Clock {
  const last = clock.suspensions.at(-1);
  if (!last || last.to !== null) throw wrongState('không tạm dừng', 'is not suspended');
  if (at < last.from) throw wrongState('tạm dừng sau thời điểm ấy', 'was suspended after that');
  return { ...clock, suspensions: [...clock.suspensions.slice(0, -1), { ...last, to: at }] };
}

function wrongState(vi: string, en: string) {
  return refuse(409, 'clock-state', { vi: `Đồng hồ thời hạn ${vi}.`, en: `The clock ${en}.` });
}
