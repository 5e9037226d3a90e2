import { randomUUID } from 'node:crypto';
import { inTransaction } from '../../platform/database/index.ts';
import type { Principal } from '../../platform/rights/index.ts';
import { notFound } from '../../platform/words/index.ts';
import { changedMeanwhile, demandManager, noSuchUnit } from './category-edit.ts';
import { type Parts, tablesOf } from './parts.ts';

export type StoredRoute = {
  id: string;
  n: number;
  category: string | null;
  areaCode: string | null;
  organisationId: string;
  reason: string;
  active: boolean;
  version: number;
};

/** The rules of routing in the order in which they are tried. */
export async function listRoutes(parts: Parts): Promise<StoredRoute[]> {
  const rows = await tablesOf(parts.db).selectFrom('report_routes').selectAll().orderBy('n').orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    n: row.n,
    category: row.category,
    areaCode: row.area_code,
    organisationId: row.organisation_id,
    reason: row.reason,
    active: row.active,
    version: row.version,
  }));
}

/** Adds a rule, or changes the one of the id at the version that the editor had before them. */
export async function saveRoute(
  parts: Parts,
  principal: Principal,
  given: Omit<StoredRoute, 'id' | 'version'> & { id?: string; version?: number },
): Promise<StoredRoute[]> {
  demandManager(principal);
  if (!(await parts.identity.exists(given.organisationId))) throw noSuchUnit(given.organisationId);
  const known = (await parts.catalogue.all()).some((one) => one.code === given.category);
  if (given.category !== null && !known) {
    throw notFound({ vi: `lĩnh vực “${given.category}”`, en: `category “${given.category}”` });
  }
  // Refuses a code that is none.
  if (given.areaCode !== null) parts.territory.unit(given.areaCode);
  await inTransaction(parts.db, async (tx) => {
    const tables = tablesOf(tx);
    const columns = {
      n: given.n,
      category: given.category,
      area_code: given.areaCode,
      organisation_id: given.organisationId,
      reason: given.reason.normalize('NFC').trim(),
      active: given.active,
      updated_at: parts.now(),
      updated_by: principal.id,
    };
    const id = given.id ?? randomUUID();
    if (given.id === undefined)
      await tables
        .insertInto('report_routes')
        .values({ id, ...columns })
        .execute();
    else {
      const changed = await tables
        .updateTable('report_routes')
        .set((eb) => ({ ...columns, version: eb('version', '+', 1) }))
        .where('id', '=', id)
        .where('version', '=', given.version ?? 0)
        .executeTakeFirst();
      if (changed.numUpdatedRows !== 1n) throw changedMeanwhile('');
    }
    await parts.audit.record(tx, {
      principal,
      action: given.id === undefined ? 'report-route.add' : 'report-route.edit',
      subject: `report-route:${id}`,
      detail: { ...columns, updated_at: null },
    });
  });
  return listRoutes(parts);
}
