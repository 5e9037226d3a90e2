import type { BodyOf } from '../../platform/http/endpoints.ts';
import type { Principal } from '../../platform/rights/index.ts';
import { Refusal, type Text } from '../../platform/words/index.ts';
import type { reportsBulkApi } from './bulk-api.ts';
import * as desk from './desk.ts';
import { deskRights } from './desk-find.ts';
import { noSuchReport, type Parts, type ReportRow, tablesOf } from './parts.ts';

type Bulk = BodyOf<(typeof reportsBulkApi)['POST /api/reports/desk/bulk']>;
export type BulkResult = { id: string; number: string | null; done: boolean; reason: Text | null };

/**
 * The same act on many reports, one after another, each in a transaction of its own and by the same rules as on its own
 * page: what one refuses does not stop the others, and says why.
 */
export async function actOnMany(parts: Parts, principal: Principal, { items, act }: Bulk): Promise<BulkResult[]> {
  const rows = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where(deskRights(principal))
    .where(
      'case_id',
      'in',
      items.map((one) => one.id),
    )
    .execute();
  const results: BulkResult[] = [];
  for (const { id, seenAt } of items) {
    const row = rows.find((one) => one.case_id === id);
    try {
      if (!row) throw noSuchReport();
      await one(parts, principal, row, new Date(seenAt), act);
      results.push({ id, number: row.number, done: true, reason: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      results.push({ id, number: row?.number ?? null, done: false, reason: error.text });
    }
  }
  return results;
}

async function one(parts: Parts, principal: Principal, row: ReportRow, seen: Date, act: Bulk['act']): Promise<void> {
  const id = row.case_id;
  switch (act.kind) {
    case 'begin':
      return desk.begin(parts, principal, id, seen);
    case 'publish': {
      // The masked text as it stands, and no photo: a person has to look at each photo before the public does.
      const given = { decision: 'publish' as const, text: row.public_text ?? row.text, photos: [] };
      return desk.moderate(parts, principal, id, seen, given);
    }
    case 'keep':
      return desk.moderate(parts, principal, id, seen, { decision: 'keep', reason: act.reason });
    case 'refuse':
      return desk.refuseByUnit(parts, principal, id, seen, act.reason);
    case 'transfer':
      await desk.transfer(parts, principal, id, seen, act);
      return;
    case 'assign':
      await desk.assign(parts, principal, id, act, undefined);
  }
}
