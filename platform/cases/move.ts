import type { Tx } from '../database/index.ts';
import { covers, demand, type Principal } from '../rights/index.ts';
import { refuse, type Text } from '../words/index.ts';
import { refreshDue, resumeClocks, startClock, stopClocks } from './clocks.ts';
import { type Parts, typeOf } from './parts.ts';
import { type CaseRow, demandVersion, lockCase, placeOfCase, record, taskEvent } from './record.ts';
import type { CasesTables } from './tables.ts';
import { cancelTask, openTaskStates } from './task-states.ts';
import type { ClockKind, NamedCaseType } from './types.ts';

/** The steps that this principal may bring the case into from where it stands. */
export function nextSteps(principal: Principal, type: NamedCaseType, row: CaseRow): string[] {
  return (type.steps[row.step]?.to ?? []).filter((to) => {
    const step = type.steps[to];
    return step !== undefined && covers(principal, step.may, placeOfCase(row));
  });
}

export type MoveOptions = {
  note?: string | undefined;
  /** the case's version that the mover had before them */
  expectedVersion?: number | undefined;
  /** a case that is reopened gets this clock instead of what was left of the first */
  clock?: { budget: string; kind: ClockKind };
};

/**
 * Moves a case as its type declares. Closing is refused while something required is open, unless a note says why;
 * the tasks still open are cancelled then. Refuses with 409 where the case changed since `expectedVersion`.
 */
export async function moveCase(
  parts: Parts,
  principal: Principal,
  id: string,
  to: string,
  options: MoveOptions,
): Promise<void> {
  await parts.db.transaction().execute((tx) => moveIn(tx, parts, principal, id, to, options));
}

/** The same in the caller's transaction; returns the case after it. */
export async function moveIn(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  id: string,
  to: string,
  { note, expectedVersion, clock }: MoveOptions,
): Promise<CaseRow> {
  const at = parts.now();
  const row = await lockCase(tx, principal, id);
  const type = typeOf(parts, row.type);
  if (expectedVersion !== undefined) await demandVersion(tx, row, expectedVersion);
  const from = type.steps[row.step];
  const target = type.steps[to];
  if (!target || !from?.to.includes(to)) throw noSuchMove(type, row, to);
  demand(principal, target.may, placeOfCase(row));
  const refused = type.refuse?.(row.step, to, row.form);
  if (refused) throw refuse(422, 'move-refused', refused);

  const closing = target.closed === true && from.closed !== true;
  const reopening = from.closed === true && target.closed !== true;
  const reason = note?.trim() || null;
  const left = closing ? await openThings(tx, id) : { items: [], tasks: [] };
  const leftOpen = left.items.length + left.tasks.length > 0;
  if (leftOpen && !reason) throw stillOpen(left);
  for (const task of left.tasks) await cancelTask(tx, parts, principal, row, task, reason ?? '');

  await stopClocks(tx, { caseId: id, prefix: 'step:' }, at);
  if (closing) await stopClocks(tx, { caseId: id, name: 'case' }, at);
  if (reopening && clock) await startClock(tx, parts.calendar, { caseId: id, name: 'case', ...clock }, at);
  else if (reopening) {
    await resumeClocks(
      tx,
      parts.calendar,
      { caseId: id, name: 'case' },
      { vi: 'đã đóng rồi mở lại', en: 'closed, then reopened' },
      at,
    );
  }
  if (target.within) {
    const kind = type.clock?.kind ?? 'calendar';
    await startClock(tx, parts.calendar, { caseId: id, name: `step:${to}`, kind, budget: target.within }, at);
  }
  await refreshDue(tx, id);
  const alertIds = closing ? await alertsOf(tx, id) : [];
  const moved = await record(tx, parts, principal, row, {
    what: 'moved',
    event: 'case.moved',
    text: movedText(from.title, target.title, reason, left),
    set: {
      step: to,
      ...(closing ? { closed_at: at, close_reason: leftOpen ? reason : null } : {}),
      ...(reopening ? { closed_at: null, close_reason: null } : {}),
    },
    detail: {
      from: row.step,
      to,
      closed: target.closed === true,
      ...(reason ? { note: reason } : {}),
      ...(alertIds.length > 0 ? { alertIds } : {}),
      ...(leftOpen ? { leftOpen: [...left.items.map((item) => item.item_id), ...left.tasks.map((t) => t.id)] } : {}),
    },
  });
  await parts.log.append(
    tx,
    left.tasks.map((task) => taskEvent('task.cancelled', { ...task, state: 'cancelled' }, row, principal, { reason })),
  );
  return moved;
}

type Left = Awaited<ReturnType<typeof openThings>>;

/** What stands in the way of closing: required items not done, and tasks not settled. */
async function openThings(tx: Tx, caseId: string) {
  const tables = tx.withTables<CasesTables>();
  const items = await tables
    .selectFrom('case_checklist')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('required', '=', true)
    .where('done', '=', false)
    .orderBy('n')
    .execute();
  const tasks = await tables
    .selectFrom('tasks')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('state', 'in', [...openTaskStates])
    .orderBy('assigned_at')
    .forUpdate()
    .execute();
  return { items, tasks };
}

async function alertsOf(tx: Tx, caseId: string): Promise<string[]> {
  const rows = await tx
    .withTables<CasesTables>()
    .selectFrom('case_alerts')
    .select('alert_id')
    .where('case_id', '=', caseId)
    .execute();
  return rows.map((row) => row.alert_id);
}

function movedText(from: Text, to: Text, reason: string | null, left: Left): Text {
  const open = left.items.length + left.tasks.length;
  const vi = open > 0 ? ` (còn ${left.items.length} bước bắt buộc, ${left.tasks.length} nhiệm vụ chưa xong)` : '';
  const en = open > 0 ? ` (${left.items.length} required items, ${left.tasks.length} tasks not finished)` : '';
  return {
    vi: `Chuyển từ “${from.vi}” sang “${to.vi}”${vi}${reason ? `: ${reason}` : ''}`,
    en: `Moved from “${from.en}” to “${to.en}”${en}${reason ? `: ${reason}` : ''}`,
  };
}

function noSuchMove(type: NamedCaseType, row: CaseRow, to: string) {
  const from = type.steps[row.step]?.title ?? { vi: row.step, en: row.step };
  const goal = type.steps[to]?.title ?? { vi: to, en: to };
  const open = (type.steps[row.step]?.to ?? []).map((name) => type.steps[name]?.title);
  const list = (language: keyof Text): string => open.map((title) => `“${title?.[language]}”`).join(', ') || '–';
  return refuse(422, 'no-such-move', {
    vi: `${row.number} đang ở “${from.vi}”, không chuyển được sang “${goal.vi}”. Có thể chuyển sang: ${list('vi')}.`,
    en: `${row.number} is at “${from.en}” and cannot move to “${goal.en}”. It may move to: ${list('en')}.`,
  });
}

function stillOpen(left: Left) {
  const flaws = [
    ...left.items.map((item) => ({
      at: `/checklist/${item.item_id}`,
      reason: { vi: `chưa xong: ${item.text.vi}`, en: `not done: ${item.text.en}` },
    })),
    ...left.tasks.map((task) => ({
      at: `/tasks/${task.id}`,
      reason: { vi: `nhiệm vụ chưa xong: ${task.title}`, en: `task not settled: ${task.title}` },
    })),
  ];
  const text = {
    vi: `Còn ${left.items.length} bước bắt buộc và ${left.tasks.length} nhiệm vụ chưa xong. Hãy hoàn thành, hoặc ghi rõ lý do vẫn đóng.`,
    en: `${left.items.length} required items and ${left.tasks.length} tasks are not finished. Finish them, or say why it is closed nevertheless.`,
  };
  return refuse(422, 'still-open', text, flaws);
}
