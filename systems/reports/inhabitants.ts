import { sql } from 'kysely';
import { inTransaction } from '../../platform/database/index.ts';
import { forbidden, type Principal, scopeOf } from '../../platform/rights/index.ts';
import { type Parts, tablesOf } from './parts.ts';

export type Inhabitants = {
  areaCode: string;
  areaName: string;
  inhabitants: number | null;
  year: number | null;
  source: string | null;
};

/** Every commune of today, with what was entered for it: of the year, or the newest there is. */
export async function listInhabitants(parts: Parts, year?: number): Promise<Inhabitants[]> {
  const rows = await inhabitantsIn(parts, year);
  return parts.territory.units({ level: 'commune' }).map((unit) => {
    const row = rows.find((one) => one.area_code === unit.code);
    return {
      areaCode: unit.code,
      areaName: unit.name,
      inhabitants: row?.inhabitants ?? null,
      year: row?.year ?? null,
      source: row?.source ?? null,
    };
  });
}

/** For each commune the newest number that is not of a later year than asked, else the oldest of those after it. */
export async function inhabitantsIn(
  parts: Pick<Parts, 'db'>,
  year = 9999,
): Promise<{ area_code: string; inhabitants: number; year: number; source: string }[]> {
  const found = await sql<{ area_code: string; inhabitants: number; year: number; source: string }>`
    select distinct on (area_code) area_code, inhabitants, year, source from report_inhabitants
    order by area_code, year > ${year}, abs(year - ${year})`.execute(parts.db);
  return found.rows;
}

/** Enters them all or none; a code that is none is refused. */
export async function saveInhabitants(
  parts: Parts,
  principal: Principal,
  given: { year: number; source: string; items: readonly { areaCode: string; inhabitants: number }[] },
): Promise<void> {
  if (!scopeOf(principal, 'report:manage')?.all) throw forbidden('report:manage');
  for (const { areaCode } of given.items) parts.territory.unit(areaCode);
  await inTransaction(parts.db, async (tx) => {
    for (const { areaCode, inhabitants } of given.items) {
      const set = {
        inhabitants,
        year: given.year,
        source: given.source.normalize('NFC').trim(),
        updated_at: parts.now(),
        updated_by: principal.id,
      };
      await tablesOf(tx)
        .insertInto('report_inhabitants')
        .values({ area_code: areaCode, ...set })
        .onConflict((conflict) => conflict.columns(['area_code', 'year']).doUpdateSet(set))
        .execute();
    }
    await parts.audit.record(tx, {
      principal,
      action: 'report-inhabitants.enter',
      subject: 'report-inhabitants:all',
      detail: { year: given.year, source: given.source, communes: given.items.length },
    });
  });
}
