import { randomUUID } from 'node:crypto';
import type { Tx } from '../database/index.ts';
import { demand, forbidden, type Principal, visible } from '../rights/index.ts';
import { notFound, refuse, type Text } from '../words/index.ts';
import { demandOpen, setItem } from './checklist.ts';
import { resumeClocks, startClock, stopClocks } from './clocks.ts';
import { isDuration } from './declared.ts';
import { localTime } from './local-time.ts';
import { noOrganisation } from './open.ts';
import { actOf, organisationName, type Parts, typeOf } from './parts.ts';
import {
  type CaseRow,
  lockCase,
  lockCaseOfTask,
  noSuchCase,
  placeOfCase,
  record,
  type TaskRow,
  taskEvent,
} from './record.ts';
import { claim } from './requests.ts';
import type { CasesTables } from './tables.ts';
import { cancelTask, mayOnTask, maySeeTask, notInThisState, type TaskAct, taskActs } from './task-states.ts';
import type { Place, TaskProposal } from './types.ts';

/** With `checklistItemId`, whatever is absent is taken from the task that the procedure proposes there. */
export type NewTask = {
  title?: string;
  text?: string;
  organisationId?: string;
  /** a person of that organisation; every officer of it may still act */
  userId?: string;
  /** ISO 8601 duration from now, of the kind of the case's clock */
  dueWithin?: string;
  checklistItemId?: string;
};

export type NewAnswer = {
  text: string;
  photoFileIds: readonly string[];
  location?: Place;
  /** when it was seen on the spot */
  measuredAt?: Date;
};

export const noSuchTask = () => notFound({ vi: 'nhiệm vụ', en: 'task' });

/** The organisation that a proposal means for this case; null where the area has none. */
export async function proposedOrganisation(
  parts: Parts,
  proposal: Pick<TaskProposal, 'to'>,
  areaCode: string | null,
): Promise<string | null> {
  if (proposal.to !== 'commune-of-entity') return proposal.to;
  if (areaCode === null) return null;
  return (await parts.identity.organisationFor(areaCode, 'commune'))?.id ?? null;
}

/** Gives a task to an organisation and starts its clock. The same `requestId` again answers with the first task. */
export async function assignTask(
  parts: Parts,
  principal: Principal,
  caseId: string,
  input: NewTask,
  requestId: string | undefined,
): Promise<string> {
  const at = parts.now();
  const full = await fill(parts, principal, caseId, input);
  const name = await organisationName(parts, full.organisationId);
  return parts.db.transaction().execute(async (tx) => {
    const row = await lockCase(tx, principal, caseId);
    demand(principal, actOf(parts, row.type), placeOfCase(row));
    const id = randomUUID();
    const content = { caseId, ...input };
    const earlier = await claim(tx, principal, requestId, { what: 'task.assign', subject: id, content }, at);
    if (earlier) return earlier;
    demandOpen(parts, row);
    const dueAt = await createTask(tx, parts, principal, row, id, input, full, at);
    const task = await taskRow(tx, id);
    await record(tx, parts, principal, row, {
      what: 'task-assigned',
      taskId: id,
      text: {
        vi: `Giao nhiệm vụ “${full.title}” cho ${name.vi}, hạn ${dueAt ? localTime(dueAt) : '–'}`,
        en: `Task “${full.title}” given to ${name.en}, due ${dueAt ? localTime(dueAt) : '–'}`,
      },
      audit: { action: 'task.assign', subject: `task:${id}` },
      detail: { organisationId: full.organisationId, dueAt: dueAt?.toISOString() ?? null },
    });
    await parts.log.append(tx, [taskEvent('task.assigned', task, row, principal, { text: full.text })]);
    return id;
  });
}

type FullTask = { title: string; text: string; organisationId: string; dueWithin: string };

/**
 * Completes a new task from the procedure's proposal, and refuses what is still missing. Before the transaction: the
 * place of a case and the text of its checklist do not change.
 */
async function fill(parts: Parts, principal: Principal, caseId: string, input: NewTask): Promise<FullTask> {
  const tables = parts.db.withTables<CasesTables>();
  const row = await tables
    .selectFrom('cases')
    .select(['id', 'type', 'area_code', 'organisation_id'])
    .where('id', '=', caseId)
    .where(visible(principal, 'case:read').where({ area: 'area_code', organisation: 'organisation_id' }))
    .executeTakeFirst();
  if (!row) throw noSuchCase();
  demand(principal, actOf(parts, row.type), placeOfCase(row));
  let proposal: TaskProposal | null = null;
  if (input.checklistItemId !== undefined) {
    const item = await tables
      .selectFrom('case_checklist')
      .select('proposal')
      .where('case_id', '=', row.id)
      .where('item_id', '=', input.checklistItemId)
      .executeTakeFirst();
    if (!item) throw notFound({ vi: `bước “${input.checklistItemId}”`, en: `item “${input.checklistItemId}”` });
    proposal = item.proposal;
  }
  const title = (input.title ?? proposal?.title.vi ?? '').normalize('NFC').trim();
  const organisationId =
    input.organisationId ?? (proposal ? await proposedOrganisation(parts, proposal, row.area_code) : null);
  const dueWithin = input.dueWithin ?? proposal?.within ?? '';
  const needed: Text = { vi: 'cần có', en: 'is needed' };
  const flaws = [
    ...(title ? [] : [{ at: '/title', reason: needed }]),
    ...(organisationId === null ? [{ at: '/organisationId', reason: needed }] : []),
    ...(isDuration(dueWithin)
      ? []
      : [{ at: '/dueWithin', reason: { vi: 'cần là thời hạn, ví dụ PT2H hoặc P1D', en: 'must be a duration: PT2H' } }]),
  ];
  if (flaws.length > 0 || organisationId === null) {
    const text = { vi: 'Nhiệm vụ còn thiếu; xem từng mục.', en: 'The task is not complete; see each field.' };
    throw refuse(422, 'task-incomplete', text, flaws);
  }
  if (!(await parts.identity.exists(organisationId))) throw noOrganisation();
  const text = (input.text ?? proposal?.text?.vi ?? '').normalize('NFC').trim();
  return { title, text, organisationId, dueWithin };
}

async function createTask(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  row: CaseRow,
  id: string,
  input: NewTask,
  full: FullTask,
  at: Date,
): Promise<Date | null> {
  const tables = tx.withTables<CasesTables>();
  await tables
    .insertInto('tasks')
    .values({
      id,
      case_id: row.id,
      title: full.title,
      text: full.text,
      organisation_id: full.organisationId,
      user_id: input.userId ?? null,
      checklist_item_id: input.checklistItemId ?? null,
      state: 'assigned',
      assigned_at: at,
      assigned_by: principal.id,
      assigned_by_name: principal.name,
      accepted_at: null,
      accepted_by: null,
      accepted_by_name: null,
      closed_at: null,
      verdict: null,
      due_at: null,
      updated_at: at,
    })
    .execute();
  const kind = typeOf(parts, row.type).clock?.kind ?? 'calendar';
  const clock = { caseId: row.id, taskId: id, name: 'task', kind, budget: full.dueWithin };
  const dueAt = await startClock(tx, parts.calendar, clock, at);
  await tables.updateTable('tasks').set({ due_at: dueAt }).where('id', '=', id).execute();
  return dueAt;
}

async function taskRow(tx: Tx, id: string): Promise<TaskRow> {
  return tx.withTables<CasesTables>().selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/**
 * Locks a task with its case (the case first, always) where the principal may see it: 404 where not.
 */
export async function lockTask(tx: Tx, principal: Principal, taskId: string): Promise<{ task: TaskRow; row: CaseRow }> {
  const tables = tx.withTables<CasesTables>();
  const known = await tables.selectFrom('tasks').select('case_id').where('id', '=', taskId).executeTakeFirst();
  if (!known) throw noSuchTask();
  const row = await lockCaseOfTask(tx, known.case_id);
  const task = await tables
    .selectFrom('tasks')
    .selectAll()
    .where('id', '=', taskId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (!maySeeTask(principal, task, row)) throw noSuchTask();
  return { task, row };
}

/** Refuses an act that this principal may not do (403), or that the task's state does not let (409). */
export function demandTaskAct(
  parts: Pick<Parts, 'declared'>,
  principal: Principal,
  act: TaskAct,
  task: TaskRow,
  row: CaseRow,
): void {
  if (mayOnTask(parts, principal, task, row).includes(act)) return;
  const inState = { ...task, state: taskActs[act].from[0] };
  if (!mayOnTask(parts, principal, inState, row).includes(act)) {
    throw forbidden(taskActs[act].side === 'assignee' ? 'task:act' : actOf(parts, row.type));
  }
  throw notInThisState(task);
}

async function setTask(tx: Tx, task: TaskRow, set: Partial<TaskRow>, at: Date): Promise<TaskRow> {
  return tx
    .withTables<CasesTables>()
    .updateTable('tasks')
    .set({ ...set, updated_at: at })
    .where('id', '=', task.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The assignee says: seen, we are on it. */
export async function acceptTask(parts: Parts, principal: Principal, taskId: string): Promise<void> {
  const at = parts.now();
  await parts.db.transaction().execute(async (tx) => {
    const { task, row } = await lockTask(tx, principal, taskId);
    // A double tap on 'accept' is no mistake worth a message.
    if (task.state === 'accepted' && task.accepted_by === principal.id) return;
    demandTaskAct(parts, principal, 'accept', task, row);
    const accepted = { accepted_at: at, accepted_by: principal.id, accepted_by_name: principal.name };
    const after = await setTask(tx, task, { state: 'accepted', ...accepted }, at);
    await record(tx, parts, principal, row, {
      what: 'task-accepted',
      taskId,
      text: { vi: `Nhận nhiệm vụ “${task.title}”`, en: `Accepted the task “${task.title}”` },
      audit: { action: 'task.accept', subject: `task:${taskId}` },
    });
    await parts.log.append(tx, [taskEvent('task.accepted', after, row, principal)]);
  });
}

/** The assignee answers, with photos taken before by `photos`. The same `requestId` again changes nothing. */
export async function answerTask(
  parts: Parts,
  principal: Principal,
  taskId: string,
  input: NewAnswer,
  requestId: string | undefined,
): Promise<void> {
  const at = parts.now();
  if (input.measuredAt && input.measuredAt > at) {
    throw refuse(422, 'not-yet', {
      vi: 'Thời điểm kiểm tra không thể ở tương lai.',
      en: 'The time of inspection cannot lie in the future.',
    });
  }
  await parts.db.transaction().execute(async (tx) => {
    const { task, row } = await lockTask(tx, principal, taskId);
    const content = { taskId, ...input };
    const id = randomUUID();
    const earlier = await claim(tx, principal, requestId, { what: 'task.answer', subject: id, content }, at);
    if (earlier) return;
    demandTaskAct(parts, principal, 'answer', task, row);
    const fileIds = [...new Set(input.photoFileIds)];
    await demandPhotos(tx, taskId, fileIds);
    const text = input.text.normalize('NFC').trim();
    await tx
      .withTables<CasesTables>()
      .insertInto('task_answers')
      .values({
        id,
        task_id: taskId,
        text,
        lon: input.location?.lon ?? null,
        lat: input.location?.lat ?? null,
        measured_at: input.measuredAt ?? null,
        file_ids: fileIds,
        answered_at: at,
        answered_by: principal.id,
        answered_by_name: principal.name,
      })
      .execute();
    const accepted = task.accepted_at
      ? {}
      : { accepted_at: at, accepted_by: principal.id, accepted_by_name: principal.name };
    const after = await setTask(tx, task, { state: 'answered', ...accepted }, at);
    await stopClocks(tx, { caseId: row.id, taskId }, at);
    await record(tx, parts, principal, row, {
      what: 'task-answered',
      taskId,
      fileIds,
      happenedAt: input.measuredAt ?? at,
      text: {
        vi: `Trả lời nhiệm vụ “${task.title}”: ${text}`,
        en: `Answered the task “${task.title}”: ${text}`,
      },
      audit: { action: 'task.answer', subject: `task:${taskId}` },
      detail: { photos: fileIds.length },
    });
    await parts.log.append(tx, [taskEvent('task.answered', after, row, principal, { text, photos: fileIds.length })]);
  });
}

async function demandPhotos(tx: Tx, taskId: string, fileIds: readonly string[]): Promise<void> {
  if (fileIds.length === 0) return;
  const own = await tx
    .withTables<CasesTables>()
    .selectFrom('task_photos')
    .select('file_id')
    .where('task_id', '=', taskId)
    .where('file_id', 'in', [...fileIds])
    .execute();
  const flaws = fileIds
    .filter((id) => !own.some((one) => one.file_id === id))
    .map((id) => ({
      at: '/photoFileIds',
      reason: { vi: `ảnh ${id} không thuộc nhiệm vụ này`, en: `photo ${id} is not of this task` },
    }));
  if (flaws.length === 0) return;
  const text = { vi: 'Có ảnh không thuộc nhiệm vụ này.', en: 'Some photos are not of this task.' };
  throw refuse(422, 'not-of-this-task', text, flaws);
}

/** Back to the assignee with a word what is missing; the clock runs on from where it stood. */
export async function returnTask(parts: Parts, principal: Principal, taskId: string, reason: string): Promise<void> {
  const at = parts.now();
  await parts.db.transaction().execute(async (tx) => {
    const { task, row } = await lockTask(tx, principal, taskId);
    demandTaskAct(parts, principal, 'return', task, row);
    const waited: Text = { vi: 'chờ duyệt trả lời', en: 'waiting for approval of the answer' };
    const dueAt = await resumeClocks(tx, parts.calendar, { caseId: row.id, taskId }, waited, at);
    const after = await setTask(tx, task, { state: 'returned', verdict: reason, due_at: dueAt }, at);
    await record(tx, parts, principal, row, {
      what: 'task-returned',
      taskId,
      text: {
        vi: `Trả lại nhiệm vụ “${task.title}”: ${reason}`,
        en: `Returned the task “${task.title}”: ${reason}`,
      },
      audit: { action: 'task.return', subject: `task:${taskId}` },
      detail: { reason },
    });
    await parts.log.append(tx, [taskEvent('task.returned', after, row, principal, { reason })]);
  });
}

/** The answer is good: the task is settled, and the checklist item it served is done. */
export async function approveTask(
  parts: Parts,
  principal: Principal,
  taskId: string,
  note: string | undefined,
): Promise<void> {
  const at = parts.now();
  await parts.db.transaction().execute(async (tx) => {
    const { task, row } = await lockTask(tx, principal, taskId);
    demandTaskAct(parts, principal, 'approve', task, row);
    const words = note?.trim() || null;
    const after = await setTask(tx, task, { state: 'approved', verdict: words, closed_at: at }, at);
    const changed = await record(tx, parts, principal, row, {
      what: 'task-approved',
      taskId,
      text: {
        vi: `Duyệt trả lời của nhiệm vụ “${task.title}”${words ? `: ${words}` : ''}`,
        en: `Approved the answer to “${task.title}”${words ? `: ${words}` : ''}`,
      },
      audit: { action: 'task.approve', subject: `task:${taskId}` },
    });
    await parts.log.append(tx, [taskEvent('task.approved', after, row, principal)]);
    if (task.checklist_item_id) {
      await setItem(tx, parts, principal, changed, task.checklist_item_id, true, task.title);
    }
  });
}

/** The task is not needed any more. */
export async function dropTask(parts: Parts, principal: Principal, taskId: string, reason: string): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    const { task, row } = await lockTask(tx, principal, taskId);
    demandTaskAct(parts, principal, 'cancel', task, row);
    await cancelTask(tx, parts, principal, row, task, reason);
    await record(tx, parts, principal, row, {
      what: 'task-cancelled',
      taskId,
      text: { vi: `Hủy nhiệm vụ “${task.title}”: ${reason}`, en: `Cancelled the task “${task.title}”: ${reason}` },
    });
    const after = await taskRow(tx, taskId);
    await parts.log.append(tx, [taskEvent('task.cancelled', after, row, principal, { reason })]);
  });
}
