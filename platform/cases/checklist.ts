import type { Tx } from '../database/index.ts';
import { covers, demand, type Principal } from '../rights/index.ts';
import { notFound, refuse, type Text } from '../words/index.ts';
import { demandAlerts, tie } from './open.ts';
import { actOf, type Parts, typeOf } from './parts.ts';
import { type CaseRow, lockCase, placeOfCase, record } from './record.ts';
import type { CasesTables } from './tables.ts';
import type { NamedCaseType } from './types.ts';

/** What this principal may do with the case besides moving it; the functions below ask the same. */
export function mayOnCase(principal: Principal, type: NamedCaseType | undefined, row: CaseRow): string[] {
  if (!covers(principal, type?.own?.act ?? 'case:act', placeOfCase(row))) return [];
  const closed = type?.steps[row.step]?.closed ?? true;
  return closed ? ['note'] : ['note', 'tick', 'assign', 'link'];
}

/** Refuses work on a case that is closed: it must be reopened first, where its type lets it. */
export function demandOpen(parts: Parts, row: CaseRow): void {
  if (!typeOf(parts, row.type).steps[row.step]?.closed) return;
  throw refuse(409, 'case-closed', {
    vi: `${row.number} đã đóng. Hãy mở lại trước khi làm tiếp.`,
    en: `${row.number} is closed. Reopen it first.`,
  });
}

/** Marks an item of the checklist done or not done, with a word why. Saying the same twice changes nothing. */
export async function tickItem(
  parts: Parts,
  principal: Principal,
  caseId: string,
  itemId: string,
  done: boolean,
  note: string | undefined,
): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    const row = await lockCase(tx, principal, caseId);
    demand(principal, actOf(parts, row.type), placeOfCase(row));
    demandOpen(parts, row);
    await setItem(tx, parts, principal, row, itemId, done, note?.trim() || null);
  });
}

/** The same for a locked case whose rights were asked. Returns the case after it. */
export async function setItem(
  tx: Tx,
  parts: Parts,
  principal: Principal,
  row: CaseRow,
  itemId: string,
  done: boolean,
  note: string | null,
): Promise<CaseRow> {
  const tables = tx.withTables<CasesTables>();
  const item = await tables
    .selectFrom('case_checklist')
    .selectAll()
    .where('case_id', '=', row.id)
    .where('item_id', '=', itemId)
    .executeTakeFirst();
  if (!item) throw notFound({ vi: `bước “${itemId}” của ${row.number}`, en: `item “${itemId}” of ${row.number}` });
  if (item.done === done && item.note === note) return row;
  const at = parts.now();
  await tables
    .updateTable('case_checklist')
    .set({
      done,
      note,
      done_at: done ? at : null,
      done_by: done ? principal.id : null,
      done_by_name: done ? principal.name : null,
    })
    .where('case_id', '=', row.id)
    .where('item_id', '=', itemId)
    .execute();
  const text: Text = {
    vi: `${done ? 'Đã xong' : 'Chưa xong'}: ${item.text.vi}${note ? ` – ${note}` : ''}`,
    en: `${done ? 'Done' : 'Not done'}: ${item.text.en}${note ? ` – ${note}` : ''}`,
  };
  return record(tx, parts, principal, row, { what: 'ticked', text, detail: { itemId, done } });
}

/** A comment of the staff, never public. `happenedAt`: when it happened, where that is not now. */
export async function addNote(
  parts: Parts,
  principal: Principal,
  caseId: string,
  text: string,
  happenedAt: Date | undefined,
): Promise<void> {
  if (happenedAt && happenedAt > parts.now()) {
    throw refuse(422, 'not-yet', {
      vi: 'Thời điểm xảy ra không thể ở tương lai.',
      en: 'What happened cannot lie in the future.',
    });
  }
  await parts.db.transaction().execute(async (tx) => {
    const row = await lockCase(tx, principal, caseId);
    demand(principal, actOf(parts, row.type), placeOfCase(row));
    const words = text.normalize('NFC').trim();
    await record(tx, parts, principal, row, {
      what: 'note',
      text: { vi: words, en: words },
      ...(happenedAt ? { happenedAt } : {}),
    });
  });
}

/** Ties further alerts to a case at work. */
export async function linkAlertsTo(
  parts: Parts,
  principal: Principal,
  caseId: string,
  alertIds: readonly string[],
): Promise<void> {
  await demandAlerts(parts, principal, alertIds);
  await parts.db.transaction().execute(async (tx) => {
    const row = await lockCase(tx, principal, caseId);
    demand(principal, actOf(parts, row.type), placeOfCase(row));
    demandOpen(parts, row);
    const there = await tx
      .withTables<CasesTables>()
      .selectFrom('case_alerts')
      .select('alert_id')
      .where('case_id', '=', caseId)
      .execute();
    const fresh = [...new Set(alertIds)].filter((id) => !there.some((one) => one.alert_id === id));
    if (fresh.length === 0) return;
    await tie(parts, tx, principal, caseId, fresh, parts.now());
    await record(tx, parts, principal, row, {
      what: 'linked',
      text: { vi: `Gắn thêm ${fresh.length} cảnh báo`, en: `Linked ${fresh.length} more alerts` },
      detail: { alertIds: fresh },
    });
  });
}
