import type { Tx } from '../database/index.ts';
import { demand, type Principal } from '../rights/index.ts';
import { notFound, refuse, type Text } from '../words/index.ts';
import { change, changed, conflict, type Parts } from './authority.ts';
import type { Organisation, OrganisationTree } from './organisation-tree.ts';
import { organisationColumns } from './store.ts';
import type { IdentityTables } from './tables.ts';

export type NewOrganisation = Omit<Organisation, 'version'>;
export type OrganisationChange = Partial<Omit<Organisation, 'id' | 'version'>> & { version: number };

const place = (one: Pick<Organisation, 'id' | 'areaCode'>) => ({ areaCode: one.areaCode, organisationId: one.id });

/** Adds an organisation below one that the actor manages (or anywhere, for those who manage the whole system). */
export async function createOrganisation(
  parts: Parts,
  actor: Principal,
  given: NewOrganisation,
): Promise<Organisation> {
  return change(parts, async (tx, tree) => {
    demandParent(tree, actor, given.parentId);
    if (tree.get(given.id)) {
      throw refuse(409, 'organisation-exists', {
        vi: `Mã đơn vị ${given.id} đã có. Hãy chọn mã khác.`,
        en: `There is an organisation ${given.id} already. Choose another id.`,
      });
    }
    check(tree, given);
    await tx
      .withTables<IdentityTables>()
      .insertInto('organisations')
      .values({ id: given.id, ...organisationColumns(given) })
      .execute();
    await written(parts, tx, actor, 'organisation.create', given, { name: given.name.vi, parent: given.parentId });
    return { ...given, version: 1 };
  });
}

export async function changeOrganisation(
  parts: Parts,
  actor: Principal,
  id: string,
  wanted: OrganisationChange,
): Promise<Organisation> {
  return change(parts, async (tx, tree) => {
    const before = tree.get(id);
    if (!before) throw notFound({ vi: 'đơn vị này', en: 'organisation' });
    const { version, ...fields } = wanted;
    const after: Organisation = { ...before, ...fields, id, version: before.version + 1 };
    demand(actor, 'user:manage', place(before));
    // Where it goes must be the actor's as much as where it was; else rows would be carried out of his reach.
    if (after.parentId !== before.parentId) demandParent(tree, actor, after.parentId);
    if (after.areaCode !== before.areaCode) demand(actor, 'user:manage', { ...place(after), organisationId: null });
    check(tree, after);
    const result = await tx
      .withTables<IdentityTables>()
      .updateTable('organisations')
      .set({ ...organisationColumns(after), version: after.version })
      .where('id', '=', id)
      .where('version', '=', version)
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) throw conflict({ vi: 'đơn vị này', en: 'organisation' });
    await written(parts, tx, actor, 'organisation.change', before, fields);
    return after;
  });
}

async function written(
  parts: Parts,
  tx: Tx,
  actor: Principal,
  action: string,
  one: Pick<Organisation, 'id' | 'areaCode'>,
  detail: Record<string, unknown>,
): Promise<void> {
  await parts.audit.record(tx, { principal: actor, action, subject: `organisation:${one.id}`, ...place(one), detail });
  await changed(parts, tx, `organisation:${one.id}`, []);
}

/** A place below a parent is for those who manage the parent; a place at the top for those who manage everything. */
function demandParent(tree: OrganisationTree, actor: Principal, parentId: string | null): void {
  const parent = parentId === null ? null : tree.get(parentId);
  demand(actor, 'user:manage', parent ? place(parent) : { areaCode: null, organisationId: null });
}

/** Refuses what would make the tree wrong: an unknown parent or successor, a circle, an end before the beginning. */
function check(tree: OrganisationTree, one: NewOrganisation): void {
  const wrong = (at: string, text: Text) => refuse(422, 'bad-organisation', text, [{ at, reason: text }]);
  if (one.parentId !== null && !tree.get(one.parentId)) {
    throw wrong('parentId', {
      vi: `Không có đơn vị ${one.parentId}.`,
      en: `There is no organisation ${one.parentId}.`,
    });
  }
  const above = new Set<string>();
  for (let id: string | null = one.parentId; id !== null && !above.has(id); ) {
    above.add(id);
    id = tree.get(id)?.parentId ?? null;
  }
  if (above.has(one.id)) {
    throw wrong('parentId', {
      vi: 'Đơn vị không thể nằm dưới chính nó hoặc dưới đơn vị con của nó.',
      en: 'An organisation cannot stand below itself or one of its own.',
    });
  }
  for (const id of one.successorIds) {
    if (!tree.get(id) || id === one.id) {
      throw wrong('successorIds', { vi: `Không có đơn vị kế thừa ${id}.`, en: `There is no successor ${id}.` });
    }
  }
  if (one.validFrom !== null && one.validTo !== null && one.validTo <= one.validFrom) {
    throw wrong('validTo', { vi: 'Ngày kết thúc phải sau ngày bắt đầu.', en: 'The end must be after the beginning.' });
  }
}
