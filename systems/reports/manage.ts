import { randomUUID } from 'node:crypto';
import { inTransaction } from '../../platform/database/index.ts';
import type { Principal } from '../../platform/rights/index.ts';
import { notFound, refuse, type Text } from '../../platform/words/index.ts';
import type { StoredCategory } from './catalogue.ts';
import { changedMeanwhile, demandManager, noSuchUnit } from './category-edit.ts';
import { type Parts, tablesOf } from './parts.ts';
import { solvedBefore } from './proposals.ts';
import type { Routed } from './routing.ts';
import { routeOf } from './submit.ts';
import { suggest } from './suggest.ts';

export type StoredRoute = {
  id: string;
  n: number;
  category: string | null;
  areaCode: string | null;
  /** null: whoever solved the like at the place before */
  organisationId: string | null;
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
  if (given.organisationId !== null && !(await parts.identity.exists(given.organisationId)))
    throw noSuchUnit(given.organisationId);
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
      by_history: given.organisationId === null,
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

export type Tried = {
  /** as given, or the first that the text suggests */
  category: StoredCategory;
  isSuggested: boolean;
  areaCode: string;
  areaName: string;
  routed: Routed;
  organisationName: Text | null;
  rule: StoredRoute | null;
  /** how many of the category the unit solved here, where that decided */
  solved: number | null;
};

/** Who would get a report, and why: the very function that routes a real one, and nothing is stored. */
export async function tryRoutes(
  parts: Parts,
  principal: Principal,
  given: { text?: string; category?: string; areaCode: string; aboutOrganisationId?: string },
): Promise<Tried> {
  demandManager(principal);
  const all = await parts.catalogue.all();
  const leaves = all.filter((one) => one.active && one.parent !== null);
  const code = given.category ?? suggest(given.text ?? '', leaves)[0]?.code;
  if (code === undefined) throw nothingSuggested();
  const category = await parts.catalogue.leaf(code);
  const area = parts.territory.unit(given.areaCode);
  const routed = await routeOf(parts, category, area.code, given.aboutOrganisationId);
  const unit = routed.organisationId === null ? null : await parts.identity.organisation(routed.organisationId);
  const solved =
    routed.why === 'history'
      ? (await solvedBefore(parts, { category: category.code, areaCode: area.code })).find(
          (one) => one.organisation_id === routed.organisationId,
        )
      : undefined;
  return {
    category,
    isSuggested: given.category === undefined,
    areaCode: area.code,
    areaName: area.name,
    routed,
    organisationName: unit?.name ?? null,
    rule: (await listRoutes(parts)).find((one) => one.id === routed.ruleId) ?? null,
    solved: solved?.solved ?? null,
  };
}

function nothingSuggested() {
  const text = {
    vi: 'Nội dung này không gợi ý loại phản ánh nào. Hãy chọn loại phản ánh.',
    en: 'This text suggests no category. Choose one.',
  };
  return refuse(422, 'nothing-suggested', text, [{ at: '/text', reason: text }]);
}
