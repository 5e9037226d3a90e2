import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import { type Principal, visible } from '../rights/index.ts';
import type { Text } from '../words/index.ts';
import { mayOnCase } from './checklist.ts';
import { readClocks } from './clocks.ts';
import { asCase } from './find.ts';
import { nextSteps } from './move.ts';
import { organisationName, type Parts } from './parts.ts';
import { type CaseRow, noSuchCase, type TaskRow } from './record.ts';
import type { CasesTables } from './tables.ts';
import { mayOnTask, maySeeTask, openTaskStates, organisationsOf } from './task-states.ts';
import { noSuchTask, proposedOrganisation } from './tasks.ts';
import type { Answer, CaseView, ChecklistItem, Task, TaskState, TaskView, TimelineEntry } from './types.ts';

const asTask = (row: TaskRow, names: ReadonlyMap<string, Text>): Task => ({
  id: row.id,
  caseId: row.case_id,
  title: row.title,
  text: row.text,
  organisationId: row.organisation_id,
  organisationName: names.get(row.organisation_id) ?? { vi: row.organisation_id, en: row.organisation_id },
  userId: row.user_id,
  checklistItemId: row.checklist_item_id,
  state: row.state,
  assignedAt: row.assigned_at,
  assignedBy: row.assigned_by,
  assignedByName: row.assigned_by_name,
  acceptedAt: row.accepted_at,
  acceptedByName: row.accepted_by_name,
  closedAt: row.closed_at,
  verdict: row.verdict,
  dueAt: row.due_at,
});

async function namesOf(parts: Parts, ids: readonly (string | null)[]): Promise<Map<string, Text>> {
  const names = new Map<string, Text>();
  for (const id of new Set(ids)) if (id !== null) names.set(id, await organisationName(parts, id));
  return names;
}

/** One case with all that belongs to it; 404 where it may not be seen. */
export async function readCase(parts: Parts, principal: Principal, id: string): Promise<CaseView> {
  const { db } = parts;
  const tables = db.withTables<CasesTables>();
  const row = await tables
    .selectFrom('cases')
    .selectAll()
    .where('id', '=', id)
    .where(visible(principal, 'case:read').where({ area: 'area_code', organisation: 'organisation_id' }))
    .executeTakeFirst();
  if (!row) throw noSuchCase();
  const [alerts, tasks, timeline, clocks, checklist, entityName] = await Promise.all([
    tables.selectFrom('case_alerts').select('alert_id').where('case_id', '=', id).orderBy('linked_at').execute(),
    tables.selectFrom('tasks').selectAll().where('case_id', '=', id).orderBy('assigned_at').execute(),
    readTimeline(db, id),
    readClocks(db, id),
    readChecklist(parts, row),
    entityNameOf(parts, row),
  ]);
  const answers = await answersOf(
    db,
    tasks.map((task) => task.id),
  );
  const names = await namesOf(parts, [row.organisation_id, ...tasks.map((task) => task.organisation_id)]);
  const type = parts.declared.types.get(row.type);
  return {
    ...asCase(row),
    organisationName: row.organisation_id === null ? null : (names.get(row.organisation_id) ?? null),
    entityName,
    steps: Object.entries(type?.steps ?? {}).map(([name, step]) => ({
      name,
      title: step.title,
      closed: step.closed === true,
    })),
    next: type ? nextSteps(principal, type, row) : [],
    alertIds: alerts.map((one) => one.alert_id),
    checklist,
    tasks: tasks.map((task) => ({
      ...asTask(task, names),
      answers: answers.get(task.id) ?? [],
      may: mayOnTask(parts, principal, task, row),
    })),
    timeline,
    clocks,
    may: [...mayOnCase(principal, type, row), ...(type && nextSteps(principal, type, row).length > 0 ? ['move'] : [])],
  };
}

async function entityNameOf(parts: Parts, row: CaseRow): Promise<string | null> {
  if (row.entity_id === null) return null;
  return (await parts.context.read(parts.db, [row.entity_id])).get(row.entity_id)?.name ?? null;
}

async function readChecklist(parts: Parts, row: CaseRow): Promise<ChecklistItem[]> {
  const items = await parts.db
    .withTables<CasesTables>()
    .selectFrom('case_checklist')
    .selectAll()
    .where('case_id', '=', row.id)
    .orderBy('n')
    .execute();
  return Promise.all(
    items.map(async (item) => ({
      id: item.item_id,
      text: item.text,
      required: item.required,
      task: item.proposal
        ? {
            title: item.proposal.title,
            text: item.proposal.text ?? null,
            organisationId: await proposedOrganisation(parts, item.proposal, row.area_code),
            within: item.proposal.within,
          }
        : null,
      done: item.done,
      note: item.note,
      doneAt: item.done_at,
      doneByName: item.done_by_name,
    })),
  );
}

/** In the order in which it happened; what was learnt late stands where it happened and says when we knew. */
async function readTimeline(db: Db, caseId: string): Promise<TimelineEntry[]> {
  const rows = await db
    .withTables<CasesTables>()
    .selectFrom('case_timeline')
    .selectAll()
    .where('case_id', '=', caseId)
    .orderBy('happened_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    taskId: row.task_id,
    happenedAt: row.happened_at,
    knownAt: row.known_at,
    who: row.who,
    whoName: row.who_name,
    what: row.what,
    text: row.text,
    fileIds: row.file_ids,
    version: row.version,
  }));
}

async function answersOf(db: Db, taskIds: readonly string[]): Promise<Map<string, Answer[]>> {
  const found = new Map<string, Answer[]>();
  if (taskIds.length === 0) return found;
  const rows = await db
    .withTables<CasesTables>()
    .selectFrom('task_answers')
    .selectAll()
    .where('task_id', 'in', [...taskIds])
    .orderBy('answered_at')
    .execute();
  for (const row of rows) {
    const list = found.get(row.task_id) ?? [];
    found.set(row.task_id, list);
    list.push({
      id: row.id,
      text: row.text,
      location: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
      measuredAt: row.measured_at,
      photoFileIds: row.file_ids,
      answeredAt: row.answered_at,
      answeredByName: row.answered_by_name,
    });
  }
  return found;
}

/** Task and case together, where the principal may see the task; null where not. */
export async function seenTask(
  parts: Parts,
  principal: Principal,
  taskId: string,
): Promise<{ task: TaskRow; row: CaseRow } | null> {
  const tables = parts.db.withTables<CasesTables>();
  const task = await tables.selectFrom('tasks').selectAll().where('id', '=', taskId).executeTakeFirst();
  if (!task) return null;
  const row = await tables.selectFrom('cases').selectAll().where('id', '=', task.case_id).executeTakeFirstOrThrow();
  return maySeeTask(principal, task, row) ? { task, row } : null;
}

/** A task with the part of its case that the one who does it needs; 404 where it may not be seen. */
export async function readTask(parts: Parts, principal: Principal, taskId: string): Promise<TaskView> {
  const seen = await seenTask(parts, principal, taskId);
  if (!seen) throw noSuchTask();
  const [view] = await asViews(parts, principal, [seen]);
  if (!view) throw noSuchTask();
  return view;
}

async function asViews(
  parts: Parts,
  principal: Principal,
  pairs: readonly { task: TaskRow; row: CaseRow }[],
): Promise<TaskView[]> {
  const ids = pairs.map(({ task }) => task.id);
  if (ids.length === 0) return [];
  const entityIds = [...new Set(pairs.flatMap(({ row }) => (row.entity_id === null ? [] : [row.entity_id])))];
  const names = await namesOf(
    parts,
    pairs.map(({ task }) => task.organisation_id),
  );
  const [answers, entities, photos] = await Promise.all([
    answersOf(parts.db, ids),
    parts.context.read(parts.db, entityIds),
    parts.db
      .withTables<CasesTables>()
      .selectFrom('task_photos')
      .select(['task_id', 'file_id'])
      .where('task_id', 'in', ids)
      .orderBy('uploaded_at')
      .execute(),
  ]);
  return pairs.map(({ task, row }) => ({
    ...asTask(task, names),
    case: {
      id: row.id,
      number: row.number,
      type: row.type,
      title: row.title,
      severity: row.severity,
      provenance: row.provenance,
    },
    place: {
      areaCode: row.area_code,
      entityId: row.entity_id,
      entityName: row.entity_id === null ? null : (entities.get(row.entity_id)?.name ?? null),
      location: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
    },
    answers: answers.get(task.id) ?? [],
    photoFileIds: photos.filter((one) => one.task_id === task.id).map((one) => one.file_id),
    may: mayOnTask(parts, principal, task, row),
  }));
}

export type TaskQuery = { state?: TaskState | 'open'; organisationId?: string; limit?: number; offset?: number };

/** The tasks given to the principal's organisations, the nearest deadline first, settled ones last. */
export async function tasksOf(
  parts: Parts,
  principal: Principal,
  query: TaskQuery,
): Promise<{ items: TaskView[]; total: number }> {
  const states: readonly TaskState[] | null =
    query.state === 'open' ? openTaskStates : query.state ? [query.state] : null;
  const tables = parts.db.withTables<CasesTables>();
  let base = tables
    .selectFrom('tasks')
    .where((eb) => eb('organisation_id', '=', eb.fn.any(eb.val(organisationsOf(principal)))));
  if (query.organisationId) base = base.where('organisation_id', '=', query.organisationId);
  if (states) base = base.where('state', 'in', [...states]);
  const [tasks, count] = await Promise.all([
    base
      .selectAll()
      .orderBy(sql`closed_at desc nulls first`)
      .orderBy(sql`due_at asc nulls last`)
      .orderBy('id')
      .limit(query.limit ?? 50)
      .offset(query.offset ?? 0)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  const caseIds = [...new Set(tasks.map((task) => task.case_id))];
  const rows = caseIds.length ? await tables.selectFrom('cases').selectAll().where('id', 'in', caseIds).execute() : [];
  const pairs = tasks.flatMap((task) => {
    const row = rows.find((one) => one.id === task.case_id);
    return row ? [{ task, row }] : [];
  });
  return { items: await asViews(parts, principal, pairs), total: count.n };
}
