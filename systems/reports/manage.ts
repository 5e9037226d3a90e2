import { randomUUID } from 'node:crypto';
import { Compile } from 'typebox/compile';
import { inTransaction } from '../../platform/database/index.ts';
import { forbidden, type Principal, scopeOf } from '../../platform/rights/index.ts';
import { notFound, refuse } from '../../platform/words/index.ts';
import { asCategory, columnsOf, type StoredCategory } from './catalogue.ts';
import { type Parts, tablesOf } from './parts.ts';
import type { Category } from './types.ts';

export type CategoryEdit = Omit<Category, 'code' | 'parent'> & { active: boolean; version: number };

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

function demandManager(principal: Principal): void {
  if (!scopeOf(principal, 'report:manage')?.all) throw forbidden('report:manage');
}

/** Saves an administrator's edit as the next version; the program's own text never goes over it again. */
export async function editCategory(
  parts: Parts,
  principal: Principal,
  code: string,
  edit: CategoryEdit,
): Promise<StoredCategory> {
  demandManager(principal);
  const { unit } = edit;
  if (unit.to === 'organisation' && !(await parts.identity.exists(unit.id))) throw noSuchUnit(unit.id);
  try {
    Compile(edit.form);
  } catch {
    throw wrongForm();
  }
  const saved = await inTransaction(parts.db, async (tx) => {
    const tables = tablesOf(tx);
    const row = await tables
      .selectFrom('report_categories')
      .selectAll()
      .where('code', '=', code)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw notFound({ vi: `lĩnh vực “${code}”`, en: `category “${code}”` });
    if (row.version !== edit.version) throw changedMeanwhile(row.updated_by);
    const at = parts.now();
    const version = row.version + 1;
    const content = JSON.stringify(asCategory(row));
    await tables
      .insertInto('report_category_versions')
      .values({ code, version: row.version, content, made_at: row.updated_at, made_by: row.updated_by })
      .execute();
    const columns = columnsOf({ ...edit, code, parent: row.parent });
    const after = await tables
      .updateTable('report_categories')
      .set({ ...columns, active: edit.active, version, updated_at: at, updated_by: principal.id })
      .where('code', '=', code)
      .returningAll()
      .executeTakeFirstOrThrow();
    await parts.audit.record(tx, {
      principal,
      action: 'report-category.edit',
      subject: `report-category:${code}`,
      detail: { version, before: asCategory(row), after: asCategory(after) },
    });
    return asCategory(after);
  });
  parts.catalogue.forget();
  return saved;
}

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

function noSuchUnit(id: string) {
  const text = {
    vi: `Đơn vị “${id}” không có hoặc đã hết hiệu lực.`,
    en: `The organisation “${id}” does not exist or is no longer valid.`,
  };
  return refuse(422, 'no-such-organisation', text, [{ at: '/organisationId', reason: text }]);
}

function wrongForm() {
  const text = { vi: 'Biểu mẫu không phải lược đồ hợp lệ.', en: 'The form is no valid schema.' };
  return refuse(422, 'wrong-form', text, [{ at: '/form', reason: text }]);
}

function changedMeanwhile(by: string) {
  return refuse(409, 'changed-meanwhile', {
    vi: `Mục này vừa được thay đổi${by ? ` (${by})` : ''}. Hãy tải lại rồi sửa.`,
    en: `This was just changed${by ? ` (${by})` : ''}. Load it again, then edit.`,
  });
}
