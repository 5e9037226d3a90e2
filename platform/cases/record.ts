import { type Selectable, sql, type Updateable } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { NewEvent } from '../events/index.ts';
import { type Principal, visible } from '../rights/index.ts';
import { notFound, refuse, type Text } from '../words/index.ts';
import { localTime } from './local-time.ts';
import type { Parts } from './parts.ts';
import type { CasesTables } from './tables.ts';

export type CaseRow = Selectable<CasesTables['cases']>;
export type TaskRow = Selectable<CasesTables['tasks']>;

export const placeOfCase = (row: Pick<CaseRow, 'area_code' | 'organisation_id'>) => ({
  areaCode: row.area_code,
  organisationId: row.organisation_id,
});

export const noSuchCase = () => notFound({ vi: 'hồ sơ', en: 'case' });

/** Locks a case that the principal may see; one change of a case at a time. */
export async function lockCase(tx: Tx, principal: Principal, id: string): Promise<CaseRow> {
  const row = await tx
    .withTables<CasesTables>()
    .selectFrom('cases')
    .selectAll()
    .where('id', '=', id)
    .where(visible(principal, 'case:read').where({ area: 'area_code', organisation: 'organisation_id' }))
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw noSuchCase();
  return row;
}

/** Locks the case of a task whose right was checked already: the officer of a task may not see the case itself. */
export async function lockCaseOfTask(tx: Tx, caseId: string): Promise<CaseRow> {
  return tx
    .withTables<CasesTables>()
    .selectFrom('cases')
    .selectAll()
    .where('id', '=', caseId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** Refuses with 409 where the case changed since it was read, and says who did what. */
export async function demandVersion(tx: Tx, row: CaseRow, expected: number): Promise<void> {
  if (row.version === expected) return;
  const changes = await tx
    .withTables<CasesTables>()
    .selectFrom('case_timeline')
    .selectAll()
    .where('case_id', '=', row.id)
    .where('version', '>', expected)
    .where('what', '!=', 'note')
    .orderBy('id')
    .limit(5)
    .execute();
  const say = (language: keyof Text): string =>
    changes.map((one) => `${one.who_name}, ${localTime(one.known_at)}: ${one.text[language]}`).join('; ');
  throw refuse(409, 'changed-meanwhile', {
    vi: `${row.number} vừa được thay đổi (${say('vi')}). Việc của bạn chưa được ghi; hãy xem lại rồi làm tiếp.`,
    en: `${row.number} was changed meanwhile (${say('en')}). Yours was not recorded; look again, then go on.`,
  });
}

export type Change = {
  /** the timeline's kind of entry, also the audit action `case.<what>` */
  what: string;
  text: Text;
  happenedAt?: Date;
  taskId?: string;
  fileIds?: readonly string[];
  set?: Updateable<CasesTables['cases']>;
  /** the case's event; `case.changed` where nothing else is said */
  event?: 'case.opened' | 'case.moved';
  detail?: Record<string, unknown>;
  audit?: { action: string; subject: string };
};

/**
 * Writes a change of a locked case: the row, its timeline, its event and its audit row, in the caller's transaction.
 * A change of kind `note` leaves the version as it is: talking about a case does not get in the way of working it.
 */
export async function record(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  row: CaseRow,
  change: Change,
): Promise<CaseRow> {
  const updated = await tx
    .withTables<CasesTables>()
    .updateTable('cases')
    .set({
      ...change.set,
      version: change.what === 'note' ? row.version : row.version + 1,
      updated_at: parts.now(),
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tell(tx, parts, principal, row, change, updated);
  return updated;
}

/** What goes with a change of the row: its timeline, its event and its audit row. A new case is not changed by it. */
export async function tell(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  row: CaseRow,
  change: Change,
  updated: CaseRow = row,
): Promise<void> {
  const at = parts.now();
  const { version } = updated;
  await tx
    .withTables<CasesTables>()
    .insertInto('case_timeline')
    .values({
      case_id: row.id,
      task_id: change.taskId ?? null,
      happened_at: change.happenedAt ?? at,
      known_at: at,
      who: principal.id,
      who_name: principal.name,
      what: change.what,
      text: JSON.stringify(change.text),
      file_ids: [...(change.fileIds ?? [])],
      version,
    })
    .execute();
  await parts.log.append(tx, [
    {
      kind: change.event ?? 'case.changed',
      subject: row.id,
      areaCode: row.area_code,
      organisationId: row.organisation_id,
      permission: 'case:read',
      payload: {
        what: change.what,
        caseId: row.id,
        number: row.number,
        type: row.type,
        title: row.title,
        severity: updated.severity,
        provenance: row.provenance,
        step: updated.step,
        version,
        text: change.text,
        by: principal.id,
        byName: principal.name,
        ...(change.taskId ? { taskId: change.taskId } : {}),
        ...change.detail,
      },
    },
  ]);
  await parts.audit.record(tx, {
    principal,
    action: change.audit?.action ?? `case.${change.what}`,
    subject: change.audit?.subject ?? `case:${row.id}`,
    areaCode: row.area_code,
    organisationId: row.organisation_id,
    detail: { number: row.number, step: updated.step, version, ...change.detail },
  });
}

/** An event of a task, heard by the organisation that is to do it. Readers of the case hear `case.changed`. */
export function taskEvent(
  kind: `task.${string}` | 'clock.rung',
  task: TaskRow,
  row: CaseRow,
  principal: Principal,
  more: Record<string, unknown> = {},
): NewEvent {
  return {
    kind,
    subject: task.id,
    organisationId: task.organisation_id,
    permission: 'task:act',
    payload: {
      taskId: task.id,
      caseId: row.id,
      number: row.number,
      type: row.type,
      title: task.title,
      caseTitle: row.title,
      severity: row.severity,
      provenance: row.provenance,
      state: task.state,
      dueAt: task.due_at?.toISOString() ?? null,
      organisationId: task.organisation_id,
      userId: task.user_id,
      assignedBy: task.assigned_by,
      caseOrganisationId: row.organisation_id,
      caseAreaCode: row.area_code,
      by: principal.id,
      byName: principal.name,
      ...more,
    },
  };
}

/**
 * The next number of a prefix in a year. Taken in a transaction of its own, so that cases do not queue for it, which
 * does not wait for the disk: a case that is committed later brings its number to the disk with it, and a number that a
 * fall of the server takes back was given to nobody.
 */
export async function takeNumber(db: Db, prefix: string, year: number): Promise<string> {
  const next = await sql<{ last: number }>`insert into case_numbers (prefix, year, last) values (${prefix}, ${year}, 1)
    on conflict (prefix, year) do update set last = case_numbers.last + 1
    returning last, set_config('synchronous_commit', 'off', true)`.execute(db);
  const last = next.rows[0]?.last;
  if (last === undefined) throw new Error('no number was given');
  return `${prefix}-${year}-${String(last).padStart(6, '0')}`;
}
