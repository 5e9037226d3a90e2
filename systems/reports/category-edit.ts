/** How administrators change the tree of categories. What was used is never deleted: it is closed with a date. */
import { sql } from 'kysely';
import { Compile } from 'typebox/compile';
import { inTransaction } from '../../platform/database/index.ts';
import { forbidden, type Principal, scopeOf, visible } from '../../platform/rights/index.ts';
import { notFound, refuse, type Text } from '../../platform/words/index.ts';
import { asCategory, columnsOf, type StoredCategory } from './catalogue.ts';
import { type Parts, tablesOf } from './parts.ts';
import type { Category } from './types.ts';

export type CategoryEdit = Omit<StoredCategory, 'code' | 'parent' | 'active'>;
export type NewCategory = Omit<CategoryEdit, 'version'> & Pick<Category, 'code' | 'parent'>;
/** What a change of it touches: reports that are open, those of them that the public reads, and all there ever were. */
export type CategoryInUse = StoredCategory & {
  unitName: Text | null;
  open: number;
  openPublic: number;
  received: number;
};

const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

export function demandManager(principal: Principal): void {
  if (!scopeOf(principal, 'report:manage')?.all) throw forbidden('report:manage');
}

/** All of them, also those that are closed, with what hangs on each; a family counts its leaves' reports. */
export async function listCategories(parts: Parts, principal: Principal): Promise<CategoryInUse[]> {
  const seen = visible(principal, 'report:manage').where({ area: 'rights_area', organisation: 'organisation_id' });
  const [all, tree, counts] = await Promise.all([
    parts.catalogue.all(),
    parts.identity.tree(),
    sql<{ key: string; open: number; open_public: number; received: number }>`
      select coalesce(category, family) as key, count(*) filter (where closed_at is null)::int as open,
        count(*) filter (where closed_at is null and published_at is not null)::int as open_public,
        count(*)::int as received
      from reports where ${seen} group by grouping sets ((category), (family))`.execute(parts.db),
  ]);
  return all.map((one) => {
    const found = counts.rows.find((row) => row.key === one.code);
    return {
      ...one,
      unitName: one.unit.to === 'organisation' ? (tree.get(one.unit.id)?.name ?? null) : null,
      open: found?.open ?? 0,
      openPublic: found?.open_public ?? 0,
      received: found?.received ?? 0,
    };
  });
}

/** Adds a family, or a leaf to a family that is there; it comes last among its kind. */
export async function addCategory(parts: Parts, principal: Principal, given: NewCategory): Promise<StoredCategory> {
  demandManager(principal);
  const all = await parts.catalogue.all();
  const { code, parent } = given;
  if (all.some((one) => one.code === code)) throw codeTaken(code);
  if (parent !== null && !all.some((one) => one.code === parent && one.parent === null)) throw noSuchFamily(parent);
  if (parent !== null && !code.startsWith(`${parent}.`)) throw codeOutsideFamily(parent);
  await demandRight(parts, given);
  await inTransaction(parts.db, async (tx) => {
    await tablesOf(tx)
      .insertInto('report_categories')
      .values((eb) => ({
        code,
        ...columnsOf(given),
        ...termsOf(given),
        n: eb
          .selectFrom('report_categories')
          .select((inner) => inner.fn.coalesce(sql<number>`max(n) + 1`, sql<number>`0`).as('n')),
        // Not the program's own: no start puts another text over it.
        version: 1,
        updated_at: parts.now(),
        updated_by: principal.id,
      }))
      .execute();
    const detail = { title: given.title, parent };
    await parts.audit.record(tx, {
      principal,
      action: 'report-category.add',
      subject: `report-category:${code}`,
      detail,
    });
  });
  return again(parts, code);
}

/** Saves an administrator's edit as the next version; the program's own text never goes over it again. */
export async function editCategory(
  parts: Parts,
  principal: Principal,
  code: string,
  edit: CategoryEdit,
): Promise<StoredCategory> {
  demandManager(principal);
  await demandRight(parts, edit);
  await inTransaction(parts.db, async (tx) => {
    const tables = tablesOf(tx);
    const row = await tables
      .selectFrom('report_categories')
      .selectAll()
      .where('code', '=', code)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw notFound({ vi: `lĩnh vực “${code}”`, en: `category “${code}”` });
    if (row.version !== edit.version) throw changedMeanwhile(row.updated_by);
    const version = row.version + 1;
    const content = JSON.stringify(asCategory(row));
    await tables
      .insertInto('report_category_versions')
      .values({ code, version: row.version, content, made_at: row.updated_at, made_by: row.updated_by })
      .execute();
    const columns = { ...columnsOf({ ...edit, code, parent: row.parent }), ...termsOf(edit) };
    const after = await tables
      .updateTable('report_categories')
      .set({ ...columns, version, updated_at: parts.now(), updated_by: principal.id })
      .where('code', '=', code)
      .returningAll()
      .executeTakeFirstOrThrow();
    await parts.audit.record(tx, {
      principal,
      action: 'report-category.edit',
      subject: `report-category:${code}`,
      detail: { version, before: asCategory(row), after: asCategory(after) },
    });
  });
  return again(parts, code);
}

const termsOf = ({
  activeFrom,
  activeUntil,
  needsApproval,
}: Pick<CategoryEdit, 'activeFrom' | 'activeUntil' | 'needsApproval'>) => ({
  active_from: activeFrom,
  active_until: activeUntil,
  needs_approval: needsApproval,
});

async function again(parts: Parts, code: string): Promise<StoredCategory> {
  parts.catalogue.forget();
  return parts.catalogue.of({ category: code });
}

async function demandRight(parts: Parts, given: Omit<CategoryEdit, 'version'>): Promise<void> {
  const { unit, form, activeFrom, activeUntil } = given;
  if (unit.to === 'organisation' && !(await parts.identity.exists(unit.id))) throw noSuchUnit(unit.id);
  const names = Object.keys(form.properties ?? {});
  if (names.some((name) => RESERVED.has(name))) throw wrongForm();
  if ((form.required ?? []).some((name) => !names.includes(name))) throw wrongForm();
  try {
    Compile(form);
  } catch {
    throw wrongForm();
  }
  if (activeFrom !== null && activeUntil !== null && activeUntil < activeFrom) throw endsBeforeItBegins();
  // What is said of an officer is not answered by the officer alone.
  if (given.aboutUnit && !given.needsApproval) throw approvalNeeded();
}

export function noSuchUnit(id: string) {
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

function codeTaken(code: string) {
  const text = { vi: `Mã “${code}” đã có. Hãy đặt mã khác.`, en: `The code “${code}” is taken. Choose another.` };
  return refuse(409, 'code-taken', text, [{ at: '/code', reason: text }]);
}

function noSuchFamily(parent: string) {
  const text = { vi: `Không có nhóm lĩnh vực “${parent}”.`, en: `There is no family “${parent}”.` };
  return refuse(422, 'no-such-family', text, [{ at: '/parent', reason: text }]);
}

function codeOutsideFamily(parent: string) {
  const text = {
    vi: `Mã của lĩnh vực trong nhóm này bắt đầu bằng “${parent}.”.`,
    en: `The code of a category of this family begins with “${parent}.”.`,
  };
  return refuse(422, 'code-outside-family', text, [{ at: '/code', reason: text }]);
}

function endsBeforeItBegins() {
  const text = {
    vi: 'Ngày kết thúc phải từ ngày bắt đầu trở đi.',
    en: 'The last day must not lie before the first.',
  };
  return refuse(422, 'ends-before-it-begins', text, [{ at: '/activeUntil', reason: text }]);
}

function approvalNeeded() {
  const text = {
    vi: 'Phản ánh về đơn vị, cán bộ thì trả lời phải được lãnh đạo duyệt.',
    en: 'Answers to what is about a unit or an officer must be approved.',
  };
  return refuse(422, 'approval-needed', text, [{ at: '/needsApproval', reason: text }]);
}

export function changedMeanwhile(by: string) {
  return refuse(409, 'changed-meanwhile', {
    vi: `Mục này vừa được thay đổi${by ? ` (${by})` : ''}. Hãy tải lại rồi sửa.`,
    en: `This was just changed${by ? ` (${by})` : ''}. Load it again, then edit.`,
  });
}
