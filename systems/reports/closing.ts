/** Answered reports end by themselves when the time for reopening is over. */
import { sql } from 'kysely';
import { type Principal, systemPrincipal } from '../../platform/rights/index.ts';
import { lockReport, type Parts, tablesOf } from './parts.ts';
import { changed } from './record.ts';
import { terms } from './terms.ts';

const A_ROUND = 500;
const closer: Principal = systemPrincipal('reports', ['case:read', 'report:act']);

/** Closes what is due, each in its own transaction. @returns how many were closed */
export async function closeAnswered(parts: Parts, signal?: AbortSignal): Promise<number> {
  const at = parts.now();
  // One that was reopened once has no time of its own: it gets as many days as the first answer had.
  const due = await sql<{ case_id: string }>`select case_id from reports
    where step = 'published' and coalesce(reopen_until, answered_at + ${terms.reopenDays} * interval '1 day') <= ${at}
    order by answered_at limit ${A_ROUND}`.execute(parts.db);
  let closed = 0;
  for (const { case_id: id } of due.rows) {
    if (signal?.aborted) break;
    await parts.db.transaction().execute(async (tx) => {
      await parts.cases.work(tx).lock(closer, id);
      const report = await lockReport(tx, id);
      // Reopened by its sender in the meantime.
      if (report.step !== 'published') return;
      const { case: moved } = await parts.cases.work(tx).move(closer, id, 'closed', {
        note: 'hết thời hạn mở lại',
      });
      await changed(tx, parts, report, closer, { step: moved.step, what: 'closed' });
      closed += 1;
    });
  }
  return closed;
}

/** Photos and videos that were uploaded whole and never sent with a report, of whose file ids these are still wanted. */
export async function usedPhotos(parts: Parts, fileIds: readonly string[]): Promise<Set<string>> {
  const own = tablesOf(parts.db);
  const rows = await own
    .selectFrom('report_photos')
    .select('file_id')
    .where('file_id', 'in', [...fileIds])
    .unionAll(
      own
        .selectFrom('report_videos')
        .select('file_id')
        .where('file_id', 'in', [...fileIds]),
    )
    .execute();
  return new Set(rows.map((row) => row.file_id));
}
