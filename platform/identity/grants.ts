import { randomUUID } from 'node:crypto';
import type { Tx } from '../database/index.ts';
import { allPermissions, demand, type Permission, type Principal, visible } from '../rights/index.ts';
import { notFound, refuse, type Text } from '../words/index.ts';
import { change, changed, conflict, demandOwn, keepingAManager, type Parts } from './authority.ts';
import { defaultRoles } from './default-roles.ts';
import type { OrganisationTree } from './organisation-tree.ts';
import { type Assignment, findUser, type Reach, type Role, readAssignments, readRoles } from './store.ts';
import type { IdentityTables } from './tables.ts';
import { seen, userPlace } from './users.ts';

export type NewAssignment = { roleCode: string; reach: Reach; validFrom?: Date; validTo?: Date | null };

/** Gives a role within a reach. Nobody gives more than he has, and nobody gives to himself. */
export async function grant(parts: Parts, actor: Principal, userId: string, given: NewAssignment): Promise<Assignment> {
  return change(parts, async (tx, tree) => {
    const user = await seen(tx, actor, userId);
    if (actor.id === userId) {
      throw refuse(403, 'own-rights', {
        vi: 'Không ai tự trao quyền cho mình. Hãy nhờ một quản trị viên khác.',
        en: 'Nobody gives rights to himself. Ask another administrator.',
      });
    }
    const role = (await readRoles(tx)).find((one) => one.code === given.roleCode);
    if (!role) {
      throw refuse(422, 'no-such-role', {
        vi: `Không có vai trò ${given.roleCode}.`,
        en: `There is no role ${given.roleCode}.`,
      });
    }
    await demandPresent(parts, tree, given.reach);
    await demandOwn(parts, tree, actor, role.permissions, given.reach);
    const validFrom = given.validFrom ?? parts.now();
    if (given.validTo && given.validTo <= validFrom) {
      throw refuse(422, 'ends-before-it-begins', {
        vi: 'Ngày kết thúc phải sau ngày bắt đầu.',
        en: 'The end must be after the beginning.',
      });
    }
    const id = await insertAssignment(tx, actor, userId, { ...given, validFrom });
    await parts.audit.record(tx, {
      principal: actor,
      action: 'assignment.grant',
      subject: `user:${userId}`,
      ...userPlace(user),
      detail: { assignment: id, role: role.code, ...given.reach, validTo: given.validTo ?? null },
    });
    await changed(parts, tx, `user:${userId}`, [userId]);
    const [made] = await readAssignments(tx, { id });
    if (!made) throw new Error(`assignment ${id} was not stored`);
    return made;
  });
}

export async function insertAssignment(
  tx: Tx,
  actor: Principal,
  userId: string,
  given: NewAssignment & { validFrom: Date },
): Promise<string> {
  const id = randomUUID();
  const { reach } = given;
  await tx
    .withTables<IdentityTables>()
    .insertInto('assignments')
    .values({
      id,
      user_id: userId,
      role_code: given.roleCode,
      scope: reach.scope,
      organisation_id: reach.scope === 'organisation' ? reach.organisationId : null,
      area_code: reach.scope === 'area' ? reach.areaCode : null,
      valid_from: given.validFrom,
      valid_to: given.validTo ?? null,
      granted_by: actor.id,
    })
    .execute();
  return id;
}

/** Ends an assignment now; it stays in the history. */
export async function endAssignment(parts: Parts, actor: Principal, id: string): Promise<void> {
  await change(parts, async (tx, tree) => {
    const [assignment] = await readAssignments(tx, { id });
    const user = assignment ? await findUser(tx, visible(actor, 'user:manage'), assignment.userId) : null;
    const at = parts.now();
    if (!assignment || !user || (assignment.validTo && assignment.validTo <= at)) {
      throw notFound({ vi: 'quyền đã trao này', en: 'assignment' });
    }
    await demandOwn(parts, tree, actor, assignment.role.permissions, assignment.reach);
    await keepingAManager(parts, tx, () =>
      tx
        .withTables<IdentityTables>()
        .updateTable('assignments')
        // One that has not begun ends where it would have begun: it never held.
        .set({ valid_to: new Date(Math.max(assignment.validFrom.getTime(), at.getTime())) })
        .where('id', '=', id)
        .execute(),
    );
    await parts.audit.record(tx, {
      principal: actor,
      action: 'assignment.end',
      subject: `user:${user.id}`,
      ...userPlace(user),
      detail: { assignment: id, role: assignment.role.code, ...assignment.reach },
    });
    await changed(parts, tx, `user:${user.id}`, [user.id]);
  });
}

/** Makes or changes a role, for everybody who has it: only for those who manage the whole system. */
export async function saveRole(
  parts: Parts,
  actor: Principal,
  code: string,
  given: { name: Text; permissions: Permission[]; version?: number },
): Promise<Role> {
  return change(parts, async (tx, tree) => {
    demand(actor, 'user:manage', { areaCode: null, organisationId: null });
    const before = (await readRoles(tx)).find((role) => role.code === code);
    if ((before?.version ?? undefined) !== given.version) throw conflict({ vi: 'vai trò này', en: 'role' });
    await demandOwn(parts, tree, actor, [...given.permissions, ...(before?.permissions ?? [])], { scope: 'all' });
    const permissions = allPermissions.filter((one) => given.permissions.includes(one));
    const row = { name_vi: given.name.vi, name_en: given.name.en, permissions, edited: true };
    await keepingAManager(parts, tx, () =>
      tx
        .withTables<IdentityTables>()
        .insertInto('roles')
        .values({ code, ...row })
        .onConflict((on) => on.column('code').doUpdateSet({ ...row, version: (before?.version ?? 0) + 1 }))
        .execute(),
    );
    await parts.audit.record(tx, {
      principal: actor,
      action: before ? 'role.change' : 'role.create',
      subject: `role:${code}`,
      detail: { from: before?.permissions ?? null, to: permissions },
    });
    await changed(parts, tx, `role:${code}`, []);
    const saved = (await readRoles(tx)).find((role) => role.code === code);
    if (!saved) throw new Error(`role ${code} was not stored`);
    return saved;
  });
}

/** Puts the program's roles in; one that an administrator edited is left alone. */
export async function seedRoles(tx: Tx): Promise<void> {
  const tables = tx.withTables<IdentityTables>();
  for (const { code, name, permissions } of defaultRoles) {
    const row = { name_vi: name.vi, name_en: name.en, permissions: [...permissions] };
    await tables
      .insertInto('roles')
      .values({ code, ...row })
      .onConflict((on) => on.column('code').doUpdateSet(row).where('roles.edited', '=', false))
      .execute();
  }
}

/** Refuses a reach that reaches nothing now: a mistyped area, an organisation that ended. */
export async function demandPresent(parts: Parts, tree: OrganisationTree, reach: Reach): Promise<void> {
  const scope = await parts.principals.resolve(reach, tree);
  if (scope.all || scope.organisations.length > 0 || scope.areas.length > 0) return;
  const what = reach.scope === 'organisation' ? reach.organisationId : reach.scope === 'area' ? reach.areaCode : '';
  const text: Text = {
    vi: `Không có đơn vị hoặc địa bàn ${what} đang có hiệu lực.`,
    en: `There is no organisation or area ${what} at present.`,
  };
  throw refuse(422, 'reaches-nothing', text, [{ at: 'reach', reason: text }]);
}
