import type { Tx } from '../database/index.ts';
import { covers, type Principal, scopeOf } from '../rights/index.ts';
import { refuse, type Text } from '../words/index.ts';
import { stopClocks } from './clocks.ts';
import { localTime } from './local-time.ts';
import { actOf, type Parts } from './parts.ts';
import { type CaseRow, placeOfCase, type TaskRow } from './record.ts';
import type { CasesTables } from './tables.ts';
import type { TaskState } from './types.ts';

/** A task in one of these still stands in the way of closing its case. */
export const openTaskStates = ['assigned', 'accepted', 'answered', 'returned'] as const satisfies TaskState[];

/** What can be done with a task, from which states, and by whom: the organisation it was given to, or the giver. */
export const taskActs = {
  accept: { from: ['assigned', 'returned'], to: 'accepted', side: 'assignee' },
  answer: { from: ['assigned', 'accepted', 'returned'], to: 'answered', side: 'assignee' },
  return: { from: ['answered'], to: 'returned', side: 'giver' },
  approve: { from: ['answered'], to: 'approved', side: 'giver' },
  cancel: { from: [...openTaskStates], to: 'cancelled', side: 'giver' },
} as const satisfies Record<string, { from: readonly TaskState[]; to: TaskState; side: 'assignee' | 'giver' }>;

export type TaskAct = keyof typeof taskActs;

type OfTask = Pick<TaskRow, 'organisation_id' | 'state'>;
type OfCase = Pick<CaseRow, 'type' | 'area_code' | 'organisation_id'>;

/**
 * The organisations for which the principal carries out tasks: the own one and those below it. A right over an area,
 * or over the whole province, is not a part in the tasks of every unit there.
 */
export function organisationsOf(principal: Principal): string[] {
  const scope = scopeOf(principal, 'task:act');
  if (!scope) return [];
  const below = scope.all ? [] : scope.organisations;
  return [...new Set([...(principal.organisationId === null ? [] : [principal.organisationId]), ...below])];
}

export function isAssignee(principal: Principal, task: OfTask): boolean {
  return organisationsOf(principal).includes(task.organisation_id);
}

export function maySeeTask(principal: Principal, task: OfTask, row: OfCase): boolean {
  return isAssignee(principal, task) || covers(principal, 'case:read', placeOfCase(row));
}

/** The acts open to this principal now; the same function lets them pass. */
export function mayOnTask(parts: Pick<Parts, 'declared'>, principal: Principal, task: OfTask, row: OfCase): TaskAct[] {
  const sides = {
    assignee: isAssignee(principal, task),
    giver: covers(principal, actOf(parts, row.type), placeOfCase(row)),
  };
  return (Object.keys(taskActs) as TaskAct[]).filter((act) => {
    const { from, side } = taskActs[act];
    return sides[side] && (from as readonly TaskState[]).includes(task.state);
  });
}

const stateNames: Record<TaskState, Text> = {
  assigned: { vi: 'mới giao', en: 'assigned' },
  accepted: { vi: 'đã nhận', en: 'accepted' },
  answered: { vi: 'đã trả lời, chờ duyệt', en: 'answered, waiting for approval' },
  approved: { vi: 'đã duyệt', en: 'approved' },
  returned: { vi: 'trả lại để làm tiếp', en: 'returned' },
  cancelled: { vi: 'đã hủy', en: 'cancelled' },
};

export function notInThisState(task: TaskRow) {
  const name = stateNames[task.state];
  const when = localTime(task.updated_at);
  return refuse(409, 'task-state', {
    vi: `Nhiệm vụ “${task.title}” đang ở trạng thái ${name.vi} (từ ${when}), không làm việc này được nữa. Hãy tải lại.`,
    en: `Task “${task.title}” is ${name.en} (since ${when}); this cannot be done any more. Load it again.`,
  });
}

/** Cancels a task of a locked case; the timeline entry and the event are the caller's. */
export async function cancelTask(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  row: CaseRow,
  task: TaskRow,
  reason: string,
): Promise<void> {
  const at = parts.now();
  await tx
    .withTables<CasesTables>()
    .updateTable('tasks')
    .set({ state: 'cancelled', verdict: reason, closed_at: at, updated_at: at })
    .where('id', '=', task.id)
    .execute();
  await stopClocks(tx, { caseId: row.id, taskId: task.id }, at);
  await parts.audit.record(tx, {
    principal,
    action: 'task.cancel',
    subject: `task:${task.id}`,
    areaCode: row.area_code,
    organisationId: row.organisation_id,
    detail: { number: row.number, reason },
  });
}
