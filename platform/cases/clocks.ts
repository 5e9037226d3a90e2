import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { type Calendar, type Clock as CalendarClock, resume, rungs, suspend } from '../calendar/index.ts';
import type { Db, Tx } from '../database/index.ts';
import type { Text } from '../words/index.ts';
import type { CasesTables } from './tables.ts';
import type { Clock, ClockKind, Suspension } from './types.ts';

/** The arithmetic of the working calendar. */
type ClockArithmetic = Pick<Calendar, 'usedUpAt'>;

export type ClockRow = Selectable<CasesTables['case_clocks']>;

export const factsOf = (row: Pick<ClockRow, 'kind' | 'budget' | 'started_at' | 'suspensions'>): CalendarClock => ({
  kind: row.kind,
  budget: row.budget,
  startedAt: row.started_at,
  suspensions: row.suspensions.map(({ from, to }) => ({ from: new Date(from), to: to === null ? null : new Date(to) })),
});

/** How much of a clock's time is used: the last of 0, 50, 80 and 100 % that it has passed. */
export function rungOf(arithmetic: ClockArithmetic, facts: CalendarClock, now: Date): number {
  return rungs.findLast((rung) => (arithmetic.usedUpAt(facts, rung) ?? Infinity) <= now) ?? 0;
}

/** Where a clock stands by the calendar: its deadline, and the next rung that has not been fired. */
export function placeOf(
  arithmetic: ClockArithmetic,
  facts: CalendarClock,
  fired: readonly number[],
): { due_at: Date | null; next_rung: number | null; next_rung_at: Date | null } {
  const next = rungs.find((rung) => !fired.includes(rung)) ?? null;
  return {
    due_at: arithmetic.usedUpAt(facts, 100),
    next_rung: next,
    next_rung_at: next === null ? null : arithmetic.usedUpAt(facts, next),
  };
}

type NewClock = { caseId: string; taskId?: string; name: string; kind: ClockKind; budget: string };

/** A clock as it stands at its start, not written yet. */
export function newClock(arithmetic: ClockArithmetic, clock: NewClock, at: Date) {
  const { kind, budget } = clock;
  return {
    id: randomUUID(),
    case_id: clock.caseId,
    task_id: clock.taskId ?? null,
    name: clock.name,
    kind,
    budget,
    started_at: at,
    suspensions: '[]',
    stopped_at: null,
    ...placeOf(arithmetic, { kind, budget, startedAt: at, suspensions: [] }, []),
  };
}

export async function insertClocks(tx: Tx, clocks: readonly ReturnType<typeof newClock>[]): Promise<void> {
  if (clocks.length > 0) await tx.withTables<CasesTables>().insertInto('case_clocks').values(clocks).execute();
}

/** Starts a clock and returns its deadline. */
export async function startClock(tx: Tx, arithmetic: ClockArithmetic, clock: NewClock, at: Date): Promise<Date | null> {
  const started = newClock(arithmetic, clock, at);
  await insertClocks(tx, [started]);
  return started.due_at;
}

type Which = { caseId: string; name?: string; prefix?: string; taskId?: string };

const which = (tx: Tx, { caseId, name, prefix, taskId }: Which) => {
  let query = tx.withTables<CasesTables>().selectFrom('case_clocks').selectAll().where('case_id', '=', caseId);
  query = taskId ? query.where('task_id', '=', taskId) : query.where('task_id', 'is', null);
  if (name) query = query.where('name', '=', name);
  if (prefix) query = query.where('name', 'like', `${prefix}%`);
  return query.forUpdate();
};

/** Stops clocks for good (until resumed). */
export async function stopClocks(tx: Tx, clocks: Which, at: Date): Promise<void> {
  const running = await which(tx, clocks).where('stopped_at', 'is', null).execute();
  if (running.length === 0) return;
  await tx
    .withTables<CasesTables>()
    .updateTable('case_clocks')
    .set({ stopped_at: at })
    .where(
      'id',
      'in',
      running.map((row) => row.id),
    )
    .execute();
}

/** Lets stopped clocks run on; the time in between goes into the ledger with its reason. Returns the last deadline. */
export async function resumeClocks(
  tx: Tx,
  arithmetic: ClockArithmetic,
  clocks: Which,
  reason: Text,
  at: Date,
): Promise<Date | null> {
  let dueAt: Date | null = null;
  for (const row of await which(tx, clocks).where('stopped_at', 'is not', null).execute()) {
    if (!row.stopped_at) continue;
    const suspensions: Suspension[] = [
      ...row.suspensions,
      { from: row.stopped_at.toISOString(), to: at.toISOString(), reason },
    ];
    const place = placeOf(arithmetic, factsOf({ ...row, suspensions }), await firedOf(tx, row.id));
    await tx
      .withTables<CasesTables>()
      .updateTable('case_clocks')
      .set({ ...place, stopped_at: null, suspensions: JSON.stringify(suspensions) })
      .where('id', '=', row.id)
      .execute();
    dueAt = place.due_at;
  }
  return dueAt;
}

/**
 * Lets the running clocks of the case itself stand (`reason`), or run on where they stand (null): its step goes on
 * meanwhile, only the time does not count. Tasks keep their own time. Refuses with 409 where it is so already.
 */
export async function holdClocks(
  tx: Tx,
  arithmetic: ClockArithmetic,
  caseId: string,
  reason: Text | null,
  at: Date,
): Promise<void> {
  for (const row of await which(tx, { caseId }).where('stopped_at', 'is', null).execute()) {
    const facts = reason ? suspend(factsOf(row), at, reason) : resume(factsOf(row), at);
    const suspensions: Suspension[] = facts.suspensions.map(({ from, to }, n) => ({
      from: from.toISOString(),
      to: to?.toISOString() ?? null,
      reason: row.suspensions[n]?.reason ?? reason ?? { vi: '', en: '' },
    }));
    const place = placeOf(arithmetic, facts, await firedOf(tx, row.id));
    await tx
      .withTables<CasesTables>()
      .updateTable('case_clocks')
      .set({ ...place, suspensions: JSON.stringify(suspensions) })
      .where('id', '=', row.id)
      .execute();
  }
  await refreshDue(tx, caseId);
}

/** Gives the case another budget from its start on (another category, another urgency); what was used stays used. */
export async function rebudgetClock(
  tx: Tx,
  arithmetic: ClockArithmetic,
  caseId: string,
  budget: { budget: string; kind: ClockKind },
): Promise<void> {
  for (const row of await which(tx, { caseId, name: 'case' }).where('stopped_at', 'is', null).execute()) {
    const place = placeOf(arithmetic, factsOf({ ...row, ...budget }), await firedOf(tx, row.id));
    await tx
      .withTables<CasesTables>()
      .updateTable('case_clocks')
      .set({ ...budget, ...place })
      .where('id', '=', row.id)
      .execute();
  }
  await refreshDue(tx, caseId);
}

export async function firedOf(db: Db | Tx, clockId: string): Promise<number[]> {
  const fired = await db
    .withTables<CasesTables>()
    .selectFrom('case_clock_rungs')
    .select('rung')
    .where('clock_id', '=', clockId)
    .execute();
  return fired.map((row) => row.rung);
}

/** Keeps the case's own `due_at`, by which lists are ordered, equal to its earliest running clock. */
export async function refreshDue(tx: Tx, caseId: string): Promise<void> {
  await sql`update cases set due_at = (
      select min(due_at) from case_clocks where case_id = ${caseId} and task_id is null and stopped_at is null)
    where id = ${caseId}`.execute(tx);
}

export async function readClocks(db: Db | Tx, caseId: string): Promise<Clock[]> {
  const tables = db.withTables<CasesTables>();
  const rows = await tables
    .selectFrom('case_clocks')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('started_at')
    .execute();
  if (rows.length === 0) return [];
  const fired = await tables
    .selectFrom('case_clock_rungs')
    .selectAll()
    .where(
      'clock_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('rung')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    taskId: row.task_id,
    kind: row.kind,
    budget: row.budget,
    startedAt: row.started_at,
    stoppedAt: row.stopped_at,
    dueAt: row.due_at,
    suspensions: row.suspensions,
    rungs: fired.filter((one) => one.clock_id === row.id).map((one) => ({ rung: one.rung, firedAt: one.fired_at })),
  }));
}
