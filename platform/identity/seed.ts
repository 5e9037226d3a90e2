import type { Tx } from '../database/index.ts';
import { systemPrincipal } from '../rights/index.ts';
import { change, changed, type Parts } from './authority.ts';
import { insertAssignment, seedRoles } from './grants.ts';
import type { NewOrganisation } from './organisations.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { organisationColumns, type Reach } from './store.ts';
import type { IdentityTables } from './tables.ts';
import { insertUser, loginNameOf, type NewUser } from './users.ts';

export type Seed = {
  /** in any order; a parent may stand in the database already */
  organisations?: readonly (Partial<NewOrganisation> & Pick<NewOrganisation, 'id' | 'name' | 'kind'>)[];
  /** passwords in plain text: hashed, and only when the user is new */
  users?: readonly (NewUser & { password: string; mustChangePassword?: boolean })[];
  assignments?: readonly { loginName: string; roleCode: string; reach: Reach }[];
};

export type Seeded = { organisations: number; users: number; assignments: number };

/**
 * Puts in what is not there yet, by id, login name, and (user, role, reach). Nothing that exists is changed, and an
 * assignment that somebody ended does not come back. Roles of the program come first.
 */
export async function seed(parts: Parts, given: Seed): Promise<Seeded> {
  const { organisations = [], users = [], assignments = [] } = given;
  const names = users.map((user) => loginNameOf(user.loginName));
  const present = new Set(
    names.length === 0
      ? []
      : (
          await parts.db
            .withTables<IdentityTables>()
            .selectFrom('users')
            .select('login_name')
            .where('login_name', 'in', names)
            .execute()
        ).map((row) => row.login_name),
  );
  const fresh = users.filter((user) => !present.has(loginNameOf(user.loginName)));
  // Hashing takes its time; other changes need not wait for it.
  const hashes = new Map<string, string>();
  for (const user of fresh) {
    const name = loginNameOf(user.loginName);
    checkPassword(user.password, name, user.name);
    hashes.set(name, await hashPassword(user.password));
  }

  return change(parts, async (tx) => {
    await seedRoles(tx);
    const seeded: Seeded = { organisations: await seedOrganisations(tx, organisations), users: 0, assignments: 0 };
    const actor = systemPrincipal('identity', []);
    const tables = tx.withTables<IdentityTables>();
    const idOf = async (loginName: string): Promise<string | undefined> =>
      (await tables.selectFrom('users').select('id').where('login_name', '=', loginName).executeTakeFirst())?.id;
    for (const { password: _password, mustChangePassword = false, ...user } of fresh) {
      const passwordHash = hashes.get(loginNameOf(user.loginName));
      if (!passwordHash || (await idOf(loginNameOf(user.loginName)))) continue;
      const id = await insertUser(parts, tx, { ...user, passwordHash, mustChangePassword });
      await parts.audit.record(tx, {
        principal: actor,
        action: 'user.create',
        subject: `user:${id}`,
        organisationId: user.organisationId,
        detail: { loginName: loginNameOf(user.loginName), seeded: true },
      });
      seeded.users += 1;
    }
    const touched: string[] = [];
    for (const { loginName, roleCode, reach } of assignments) {
      const userId = await idOf(loginNameOf(loginName));
      if (!userId) throw new Error(`the seed assigns ${roleCode} to ${loginName}, who does not exist`);
      const organisationId = reach.scope === 'organisation' ? reach.organisationId : null;
      const areaCode = reach.scope === 'area' ? reach.areaCode : null;
      const known = await tables
        .selectFrom('assignments')
        .select('id')
        .where('user_id', '=', userId)
        .where('role_code', '=', roleCode)
        .where('scope', '=', reach.scope)
        .where('organisation_id', organisationId === null ? 'is' : '=', organisationId)
        .where('area_code', areaCode === null ? 'is' : '=', areaCode)
        .executeTakeFirst();
      if (known) continue;
      const id = await insertAssignment(tx, actor, userId, { roleCode, reach, validFrom: parts.now() });
      await parts.audit.record(tx, {
        principal: actor,
        action: 'assignment.grant',
        subject: `user:${userId}`,
        organisationId,
        areaCode,
        detail: { assignment: id, role: roleCode, ...reach, seeded: true },
      });
      touched.push(userId);
      seeded.assignments += 1;
    }
    if (touched.length > 0 || seeded.organisations > 0) await changed(parts, tx, 'seed', touched);
    return seeded;
  });
}

async function seedOrganisations(tx: Tx, given: NonNullable<Seed['organisations']>): Promise<number> {
  if (given.length === 0) return 0;
  const result = await tx
    .withTables<IdentityTables>()
    .insertInto('organisations')
    .values(
      given.map((one) => ({
        id: one.id,
        ...organisationColumns({
          name: one.name,
          kind: one.kind,
          parentId: one.parentId ?? null,
          areaCode: one.areaCode ?? null,
          validFrom: one.validFrom ?? null,
          validTo: one.validTo ?? null,
          successorIds: one.successorIds ?? [],
        }),
      })),
    )
    .onConflict((on) => on.column('id').doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n);
}
