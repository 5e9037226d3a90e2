/** Ready texts of answers, questions, refusals and transfers: chosen, then made one's own before they go out. */
import { randomUUID } from 'node:crypto';
import { inTransaction } from '../../platform/database/index.ts';
import { forbidden, type Principal, scopeOf } from '../../platform/rights/index.ts';
import { notFound, refuse } from '../../platform/words/index.ts';
import { type Parts, tablesOf } from './parts.ts';
import type { TemplateKind } from './types.ts';

export type Template = {
  id: string;
  kind: TemplateKind;
  category: string | null;
  title: string;
  text: string;
  active: boolean;
  version: number;
};

/** Those of a kind that fit the category or its family; the closest fit first. */
export async function listTemplates(
  parts: Parts,
  query: { kind?: TemplateKind; category?: string; all?: boolean },
): Promise<Template[]> {
  const { kind, category } = query;
  const categories = await parts.catalogue.all();
  const family = categories.find((one) => one.code === category)?.parent;
  const fits = [category, family].filter((code) => code !== undefined && code !== null);
  let base = tablesOf(parts.db)
    .selectFrom('report_templates')
    .select(['id', 'kind', 'category', 'title', 'text', 'active', 'version']);
  if (!query.all) base = base.where('active', '=', true);
  if (kind) base = base.where('kind', '=', kind);
  if (category) base = base.where((eb) => eb.or([eb('category', 'is', null), eb('category', 'in', fits)]));
  const rows = await base.orderBy('kind').orderBy('title').orderBy('id').execute();
  const rank = (one: Template): number => (one.category === null ? 2 : one.category === category ? 0 : 1);
  return category ? rows.sort((a, b) => rank(a) - rank(b)) : rows;
}

/** Adds a text, or changes the one of the id at the version that the editor had before them. */
export async function saveTemplate(
  parts: Parts,
  principal: Principal,
  given: Omit<Template, 'id' | 'version'> & { id?: string; version?: number },
): Promise<void> {
  if (!scopeOf(principal, 'report:manage')?.all) throw forbidden('report:manage');
  const { category } = given;
  if (category !== null && !(await parts.catalogue.all()).some((one) => one.code === category)) {
    throw notFound({ vi: `lĩnh vực “${category}”`, en: `category “${category}”` });
  }
  await inTransaction(parts.db, async (tx) => {
    const tables = tablesOf(tx);
    const columns = {
      kind: given.kind,
      category,
      title: given.title.normalize('NFC').trim(),
      text: given.text.normalize('NFC').trim(),
      active: given.active,
      updated_at: parts.now(),
      updated_by: principal.id,
    };
    const id = given.id ?? randomUUID();
    if (given.id === undefined)
      await tables
        .insertInto('report_templates')
        .values({ id, ...columns })
        .execute();
    else {
      const saved = await tables
        .updateTable('report_templates')
        .set((eb) => ({ ...columns, version: eb('version', '+', 1) }))
        .where('id', '=', id)
        .where('version', '=', given.version ?? 0)
        .executeTakeFirst();
      if (saved.numUpdatedRows !== 1n) throw changedMeanwhile();
    }
    await parts.audit.record(tx, {
      principal,
      action: given.id === undefined ? 'report-template.add' : 'report-template.edit',
      subject: `report-template:${id}`,
      detail: { ...columns, updated_at: null },
    });
  });
}

function changedMeanwhile() {
  return refuse(409, 'changed-meanwhile', {
    vi: 'Mẫu này vừa được người khác sửa. Hãy tải lại rồi sửa.',
    en: 'Somebody else just changed this text. Load it again, then edit.',
  });
}
