/** What the functions of this system share. */
import type { Selectable } from 'kysely';
import type { Db, Tx } from '../../platform/database/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import { type Principal, systemPrincipal } from '../../platform/rights/index.ts';
import { notFound } from '../../platform/words/index.ts';
import type { Catalogue } from './catalogue.ts';
import type { Keyed } from './keyed.ts';
import type { Photos } from './photos.ts';
import type { ReportsTables } from './tables.ts';

export type Parts = Platform & { catalogue: Catalogue; photos: Photos; keyed: Keyed };

export type ReportRow = Selectable<ReportsTables['reports']>;
export type FollowerRow = Selectable<ReportsTables['report_followers']>;

export const tablesOf = (db: Db | Tx) => db.withTables<ReportsTables>();

/** Who acts where a citizen does: nobody's account, and named so in timelines. */
export const citizen: Principal = {
  ...systemPrincipal('reports', ['case:read', 'report:act', 'report:approve']),
  name: 'Người dân',
};

export const noSuchReport = () => notFound({ vi: 'phản ánh', en: 'report' });

/** A report locked for a change. */
export async function lockReport(tx: Tx, caseId: string): Promise<ReportRow> {
  const row = await tablesOf(tx)
    .selectFrom('reports')
    .selectAll()
    .where('case_id', '=', caseId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw noSuchReport();
  return row;
}
