/** The officer at the place, with or without a network: what is to be looked at, and what was found. */
import { randomUUID } from 'node:crypto';
import { demand, type Principal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { type DeskItem, deskRights, itemsOf } from './desk-find.ts';
import { lockReport, type Parts, tablesOf } from './parts.ts';

/** What a phone keeps: more is no day's work, and photos of more do not fit into it. */
const MOST = 60;
const LONGEST_LATE_MS = 14 * 86_400_000;

export type FieldItem = DeskItem & { photos: { fileId: string; part: string }[] };

/** The open reports of the officer's own unit that wait for its work, worst clock first. */
export async function fieldList(parts: Parts, principal: Principal): Promise<FieldItem[]> {
  if (principal.organisationId === null) return [];
  const rows = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where(deskRights(principal))
    .where('organisation_id', '=', principal.organisationId)
    .where('closed_at', 'is', null)
    .where('step', 'in', ['assigned', 'in-progress', 'reopened', 'asked'])
    .orderBy('rung', 'desc')
    .orderBy('due_at')
    .limit(MOST)
    .execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.case_id);
  const [items, photos] = await Promise.all([
    itemsOf(parts, rows),
    tablesOf(parts.db)
      .selectFrom('report_photos')
      .select(['case_id', 'file_id', 'part'])
      .where('case_id', 'in', ids)
      .orderBy('n')
      .execute(),
  ]);
  return items.map((item) => ({
    ...item,
    photos: photos
      .filter((photo) => photo.case_id === item.id)
      .map((photo) => ({ fileId: photo.file_id, part: photo.part })),
  }));
}

/** Records what was found at the place; sent again it is one record. Both times are kept: there, and here. */
export async function inspect(
  parts: Parts,
  principal: Principal,
  id: string,
  given: { text: string; at: string; lon?: number; lat?: number; requestId: string },
): Promise<void> {
  const knownAt = parts.now();
  const at = new Date(given.at);
  // The phone's clock may go a little ahead.
  if (at.getTime() > knownAt.getTime() + 300_000) throw notYet();
  if (at.getTime() < knownAt.getTime() - LONGEST_LATE_MS) throw tooOld();
  const text = given.text.normalize('NFC').trim();
  await parts.db.transaction().execute(async (tx) => {
    const work = parts.cases.work(tx);
    await work.lock(principal, id);
    const report = await lockReport(tx, id);
    demand(principal, 'report:act', { areaCode: report.rights_area, organisationId: report.organisation_id });
    const kept = await tablesOf(tx)
      .insertInto('report_inspections')
      .values({
        id: randomUUID(),
        case_id: id,
        request_id: given.requestId,
        at,
        known_at: knownAt,
        text,
        lon: given.lon ?? null,
        lat: given.lat ?? null,
        by_id: principal.id,
        by_name: principal.name,
      })
      .onConflict((conflict) => conflict.column('request_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!kept) return;
    await work.tell(principal, id, {
      // A note leaves the case's version: it does not get in the way of the answer that is written beside it.
      what: 'note',
      text: { vi: `Kiểm tra tại chỗ: ${text}`, en: `Inspected at the place: ${text}` },
    });
    await parts.audit.record(tx, {
      principal,
      action: 'report.inspected',
      subject: `case:${id}`,
      areaCode: report.rights_area,
      organisationId: report.organisation_id,
      detail: { number: report.number },
    });
  });
}

function notYet() {
  return refuse(422, 'not-yet', {
    vi: 'Thời điểm kiểm tra ở tương lai. Hãy xem lại đồng hồ của máy.',
    en: 'The inspection lies in the future. Check the clock of the device.',
  });
}

function tooOld() {
  return refuse(422, 'too-old', {
    vi: 'Lần kiểm tra này đã quá 14 ngày, không ghi được nữa. Hãy ghi chú nội bộ.',
    en: 'This inspection is more than 14 days old and is not taken any more. Write an internal note.',
  });
}
