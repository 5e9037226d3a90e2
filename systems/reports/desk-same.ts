/** Reports of the same thing: found for the officer, and closed as the same as one that goes on. */
import { sql } from 'kysely';
import { covers, forbidden, type Principal } from '../../platform/rights/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { act, refuseReport, type Seen } from './desk.ts';
import { deskRights, itemsOf } from './desk-find.ts';
import { seen } from './desk-view.ts';
import { lockReport, noSuchReport, type Parts, type ReportRow, tablesOf } from './parts.ts';
import { terms } from './terms.ts';

export type Same = {
  id: string;
  number: string;
  text: string;
  step: string;
  receivedAt: Date;
  meToo: number;
  metres: number;
  photoId: string | null;
};

const METRES_A_DEGREE = 111_320;
const MOST = 8;

/** Others of its family nearby that the officer may see, open or answered a short while ago; the nearest first. */
export async function findSame(parts: Parts, principal: Principal, id: string): Promise<Same[]> {
  const { family, lon, lat } = await seen(parts, principal, id);
  return sameNear(parts, deskRights(principal), { family, lon, lat, except: id });
}

/** @param rights which reports may be seen */
export async function sameNear(
  parts: Parts,
  rights: ReturnType<typeof deskRights>,
  report: { family: string; lon: number; lat: number; except?: string },
): Promise<Same[]> {
  const tall = terms.twinMetres / METRES_A_DEGREE;
  const wide = tall / Math.cos((report.lat * Math.PI) / 180);
  const since = new Date(parts.now().getTime() - terms.twinDays * 86_400_000);
  const metres = (row: ReportRow): number =>
    METRES_A_DEGREE * Math.hypot(row.lat - report.lat, (row.lon - report.lon) * Math.cos((report.lat * Math.PI) / 180));
  const rows = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where(rights)
    .where('family', '=', report.family)
    .$if(report.except !== undefined, (query) => query.where('case_id', '!=', report.except ?? ''))
    .where('step', '!=', 'refused')
    .where('lat', '>=', report.lat - tall)
    .where('lat', '<=', report.lat + tall)
    .where('lon', '>=', report.lon - wide)
    .where('lon', '<=', report.lon + wide)
    .where((eb) => eb.or([eb('answered_at', 'is', null), eb('answered_at', '>=', since)]))
    .orderBy(sql`(lat - ${report.lat}) ^ 2 + (lon - ${report.lon}) ^ 2`)
    .limit(MOST)
    .execute();
  const items = await itemsOf(parts, rows);
  return items.flatMap((item, n) => {
    const row = rows[n];
    if (!row || metres(row) > terms.twinMetres) return [];
    const { number, text, step, receivedAt, meToo, photoId } = item;
    return [{ id: item.id, number, text, step, receivedAt, meToo, metres: Math.round(metres(row)), photoId }];
  });
}

/**
 * Closes it as the same as another that is at work: its sender is told that one's number, and counts there as one more
 * whom it concerns.
 */
export async function closeAsSame(
  parts: Parts,
  principal: Principal,
  id: string,
  version: Seen,
  number: string,
): Promise<void> {
  const other = await tablesOf(parts.db)
    .selectFrom('reports')
    .select('case_id')
    .where('number', '=', number.trim().toUpperCase())
    .where(deskRights(principal))
    .executeTakeFirst();
  if (!other) throw noSuchReport();
  if (other.case_id === id) throw itself();
  await act(parts, principal, id, version, async (tx, report) => {
    const place = { areaCode: report.rights_area, organisationId: report.organisation_id };
    if (!covers(principal, 'report:moderate', place) && !covers(principal, 'report:approve', place)) {
      throw forbidden('report:approve');
    }
    await refuseReport(
      tx,
      parts,
      principal,
      report,
      `Trùng với phản ánh ${number.trim().toUpperCase()} đang được xử lý; kết quả được trả lời tại phản ánh đó.`,
    );
    const goes = await lockReport(tx, other.case_id);
    if (goes.closed_at !== null) throw closed(goes.number);
    await tablesOf(tx)
      .updateTable('reports')
      .set((eb) => ({ me_too: eb('me_too', '+', report.me_too + 1) }))
      .where('case_id', '=', other.case_id)
      .execute();
  });
}

function itself() {
  return refuse(422, 'same-itself', {
    vi: 'Đây là chính phản ánh này. Hãy chọn phản ánh khác.',
    en: 'This is the report itself. Choose another one.',
  });
}

function closed(number: string) {
  return refuse(409, 'same-closed', {
    vi: `${number} đã kết thúc, không gộp vào được. Hãy trả lời riêng phản ánh này.`,
    en: `${number} is closed and takes no more. Answer this one by itself.`,
  });
}
