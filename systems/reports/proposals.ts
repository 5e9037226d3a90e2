/** To whom a report could go, by who solved the like before: a proposal, which a person follows or not. */
import { sql } from 'kysely';
import { demand, type Principal, visible } from '../../platform/rights/index.ts';
import type { Text } from '../../platform/words/index.ts';
import { noSuchReport, type Parts, tablesOf } from './parts.ts';
import { mayHave } from './routing.ts';

const DAYS = 730;
/** Fewer say more about chance. */
const LEAST = 3;
const MOST = 5;

export type Proposal = {
  organisationId: string;
  organisationName: Text;
  solved: number;
  inTime: number;
  medianHours: number;
};

/** Units that answered reports of the same category in the same commune, most first; never one that it is about. */
export async function proposeUnits(parts: Parts, principal: Principal, id: string): Promise<Proposal[]> {
  const report = await tablesOf(parts.db)
    .selectFrom('reports')
    .selectAll()
    .where('case_id', '=', id)
    .where(visible(principal, 'case:read').where({ area: 'rights_area', organisation: 'organisation_id' }))
    .executeTakeFirst();
  if (!report) throw noSuchReport();
  demand(principal, 'report:act', { areaCode: report.rights_area, organisationId: report.organisation_id });
  const found = await solvedBefore(parts, { category: report.category, areaCode: report.area_code, except: id });
  const tree = await parts.identity.tree();
  return found
    .flatMap((row) => {
      const unit = tree.get(row.organisation_id);
      if (!unit || !tree.isValid(unit)) return [];
      if (!mayHave(tree, unit.id, report.about_organisation_id)) return [];
      const { solved, in_time: inTime, hours: medianHours } = row;
      return [{ organisationId: unit.id, organisationName: unit.name, solved, inTime, medianHours }];
    })
    .slice(0, MOST);
}

type Solved = { organisation_id: string; solved: number; in_time: number; hours: number };

/** Who answered reports of the category in the commune, most first. */
export async function solvedBefore(
  parts: Pick<Parts, 'db' | 'now'>,
  like: { category: string; areaCode: string; except?: string },
): Promise<Solved[]> {
  const since = new Date(parts.now().getTime() - DAYS * 86_400_000);
  const found = await sql<Solved>`
    select organisation_id, count(*)::int as solved, count(*) filter (where in_time)::int as in_time,
      percentile_cont(0.5) within group (order by extract(epoch from answered_at - received_at) / 3600)::float8 as hours
    from reports
    where area_code = ${like.areaCode} and category = ${like.category} and received_at >= ${since}
      and answered_at is not null and organisation_id is not null
      and (${like.except ?? null}::uuid is null or case_id <> ${like.except ?? null})
    group by 1 having count(*) >= ${LEAST} order by 2 desc, 1`.execute(parts.db);
  return found.rows;
}
