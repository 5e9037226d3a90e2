import { sql } from 'kysely';
import { rungs } from '../calendar/index.ts';
import type { Tx } from '../database/index.ts';
import type { Follower } from '../events/index.ts';
import { systemPrincipal } from '../rights/index.ts';
import type { Text } from '../words/index.ts';
import { type ClockRow, factsOf, firedOf, placeOf, refreshDue, rungOf } from './clocks.ts';
import { localTime } from './local-time.ts';
import type { Parts } from './parts.ts';
import { type CaseRow, lockCaseOfTask, record, type TaskRow, taskEvent } from './record.ts';
import type { CasesTables } from './tables.ts';

const ringer = systemPrincipal('cases', ['case:read', 'case:act']);
const CLOCKS_A_ROUND = 200;

/**
 * Tells of every rung (50, 80, 100 % of a budget) that running clocks have passed: timeline, `clock.rung` event,
 * audit; each once, whoever else runs this at the same time. Call it every few seconds. Returns how many it told of.
 */
export async function ringClocks(parts: Parts, now: Date): Promise<number> {
  let told = 0;
  for (;;) {
    const due = await sql<{ id: string; case_id: string }>`select id, case_id from case_clocks
      where stopped_at is null and next_rung is not null and next_rung_at <= ${now}
      order by next_rung_at limit ${CLOCKS_A_ROUND}`.execute(parts.db);
    for (const { id, case_id } of due.rows) {
      told += await parts.db.transaction().execute((tx) => ringOne(tx, parts, case_id, id, now));
    }
    if (due.rows.length < CLOCKS_A_ROUND) return told;
  }
}

async function ringOne(tx: Tx, parts: Parts, caseId: string, clockId: string, now: Date): Promise<number> {
  let row = await lockCaseOfTask(tx, caseId);
  const tables = tx.withTables<CasesTables>();
  const clock = await tables
    .selectFrom('case_clocks')
    .selectAll()
    .where('id', '=', clockId)
    .where('stopped_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!clock) return 0;
  const facts = factsOf(clock);
  const fired = await firedOf(tx, clockId);
  let told = 0;
  for (const rung of rungs) {
    const at = parts.calendar.usedUpAt(facts, rung);
    if (fired.includes(rung) || at === null || at > now) continue;
    await tables.insertInto('case_clock_rungs').values({ clock_id: clockId, rung, fired_at: now }).execute();
    fired.push(rung);
    row = await tell(tx, parts, row, clock, rung, at);
    told += 1;
  }
  await setPlace(tx, parts, clock, fired);
  return told;
}

async function setPlace(tx: Tx, parts: Parts, clock: ClockRow, fired: readonly number[]): Promise<Date | null> {
  const place = placeOf(parts.calendar, factsOf(clock), fired);
  const tables = tx.withTables<CasesTables>();
  await tables.updateTable('case_clocks').set(place).where('id', '=', clock.id).execute();
  if (clock.task_id) {
    await tables.updateTable('tasks').set({ due_at: place.due_at }).where('id', '=', clock.task_id).execute();
  } else {
    await refreshDue(tx, clock.case_id);
  }
  return place.due_at;
}

async function tell(tx: Tx, parts: Parts, row: CaseRow, clock: ClockRow, rung: number, at: Date): Promise<CaseRow> {
  const task = clock.task_id ? await taskOf(tx, clock.task_id) : null;
  const text = rungText(parts, row, clock, task, rung);
  const dueAt = parts.calendar.usedUpAt(factsOf(clock), 100)?.toISOString() ?? null;
  // It happened when the budget was used up; that we tell of it later (a server that stood still) is the second time.
  const changed = await record(tx, parts, ringer, row, {
    what: 'rung',
    text,
    happenedAt: at,
    ...(clock.task_id ? { taskId: clock.task_id } : {}),
    detail: { clock: clock.name, rung, dueAt },
    audit: { action: 'clock.rung', subject: `case:${row.id}` },
  });
  const more = { clock: clock.name, rung, dueAt, text };
  await parts.log.append(tx, [
    task
      ? taskEvent('clock.rung', task, row, ringer, more)
      : {
          kind: 'clock.rung',
          subject: row.id,
          areaCode: row.area_code,
          organisationId: row.organisation_id,
          permission: 'case:read',
          payload: {
            ...more,
            caseId: row.id,
            number: row.number,
            type: row.type,
            title: row.title,
            severity: row.severity,
            provenance: row.provenance,
            caseOrganisationId: row.organisation_id,
            caseAreaCode: row.area_code,
            by: ringer.id,
          },
        },
  ]);
  return changed;
}

async function taskOf(tx: Tx, id: string): Promise<TaskRow> {
  return tx.withTables<CasesTables>().selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

function rungText(parts: Parts, row: CaseRow, clock: ClockRow, task: TaskRow | null, rung: number): Text {
  const step = clock.name.startsWith('step:') ? clock.name.slice('step:'.length) : null;
  const title = step ? (parts.declared.types.get(row.type)?.steps[step]?.title ?? { vi: step, en: step }) : null;
  const of: Text = task
    ? { vi: `nhiệm vụ “${task.title}”`, en: `task “${task.title}”` }
    : title
      ? { vi: `bước “${title.vi}”`, en: `step “${title.en}”` }
      : { vi: 'hồ sơ', en: 'the case' };
  return rung >= 100
    ? { vi: `Quá hạn: ${of.vi}`, en: `Overdue: ${of.en}` }
    : { vi: `Đã dùng ${rung} % thời hạn của ${of.vi}`, en: `${rung} % of the time for ${of.en} is used` };
}

/**
 * Makes the open deadlines in working time again, after the calendar was edited; where one moved, the timeline says
 * from when to when, and why. Returns how many moved.
 */
export async function redoDeadlines(tx: Tx, parts: Parts, reason: Text): Promise<number> {
  const tables = tx.withTables<CasesTables>();
  const open = await tables
    .selectFrom('case_clocks')
    .select(['id', 'case_id'])
    .where('stopped_at', 'is', null)
    .where('kind', '=', 'working')
    .orderBy('case_id')
    .execute();
  let moved = 0;
  for (const { id, case_id } of open) {
    const row = await lockCaseOfTask(tx, case_id);
    const clock = await tables
      .selectFrom('case_clocks')
      .selectAll()
      .where('id', '=', id)
      .where('stopped_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (!clock) continue;
    const dueAt = await setPlace(tx, parts, clock, await firedOf(tx, id));
    if (dueAt?.getTime() === clock.due_at?.getTime()) continue;
    const say = (at: Date | null): string => (at ? localTime(at) : '–');
    await record(tx, parts, ringer, row, {
      what: 'deadline-moved',
      ...(clock.task_id ? { taskId: clock.task_id } : {}),
      text: {
        vi: `Thời hạn đổi từ ${say(clock.due_at)} sang ${say(dueAt)}: ${reason.vi}`,
        en: `The deadline moved from ${say(clock.due_at)} to ${say(dueAt)}: ${reason.en}`,
      },
      detail: {
        clock: clock.name,
        from: clock.due_at?.toISOString() ?? null,
        to: dueAt?.toISOString() ?? null,
        rung: rungOf(parts.calendar, factsOf(clock), parts.now()),
      },
    });
    moved += 1;
  }
  return moved;
}

/** Follows edits of the working calendar, in whichever process they were made. */
export function deadlineFollower(parts: Parts): Follower {
  return {
    name: 'cases-deadlines',
    kinds: ['calendar.changed'],
    startAt: 'beginning',
    async handle(tx, events) {
      await parts.calendar.refresh();
      const why = events
        .map((event) => String(event.payload.why ?? ''))
        .filter(Boolean)
        .join('; ');
      await redoDeadlines(tx, parts, {
        vi: `lịch làm việc được sửa${why ? ` (${why})` : ''}`,
        en: `the working calendar was edited${why ? ` (${why})` : ''}`,
      });
    },
  };
}
