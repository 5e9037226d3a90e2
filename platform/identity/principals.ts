import type { Db, Tx } from '../database/index.ts';
import { covers, type Grant, type Permission, type Placed, type Principal, type Scope } from '../rights/index.ts';
import { localDay } from '../territory/index.ts';
import { type OrganisationTree, treeOf } from './organisation-tree.ts';
import { type Assignment, loadOrganisations, type Reach, readAssignments, readUsers, type User } from './store.ts';

/** The area codes that a grant on one reaches: itself, those below and their predecessors (made by `territory`). */
export type AreaClosure = (code: string) => readonly string[] | Promise<readonly string[]>;

export type Signed = { principal: Principal; user: User; assignments: Assignment[] };

export type Principals = {
  tree(): Promise<OrganisationTree>;
  /** The organisations as this transaction sees them. */
  treeIn(tx: Tx): Promise<OrganisationTree>;
  /** The rows that a reach covers, now. */
  resolve(reach: Reach, tree?: OrganisationTree): Promise<Scope>;
  /** A user with all that is valid now; null where there is no such user or the account is closed. */
  signed(userId: string): Promise<Signed | null>;
  /** Active users whose grant of the permission covers the row: whom to tell, whom to offer as assignee. */
  holders(permission: Permission, row: Placed): Promise<User[]>;
  /** Forgets what was remembered: after each change, here or in another process. */
  forget(): void;
};

const REMEMBER_MS = 5_000;

export function createPrincipals(options: { db: Db; now: () => Date; areaClosure: AreaClosure }): Principals {
  const { db, now, areaClosure } = options;
  let remembered: { tree: Promise<OrganisationTree>; until: number } | null = null;

  const tree = (): Promise<OrganisationTree> => {
    const at = now();
    if (remembered && remembered.until > at.getTime()) return remembered.tree;
    const loading = loadOrganisations(db).then((all) => treeOf(all, localDay(at)));
    const mine = { tree: loading, until: at.getTime() + REMEMBER_MS };
    remembered = mine;
    loading.catch(() => {
      if (remembered === mine) remembered = null;
    });
    return loading;
  };

  const resolve = async (reach: Reach, given?: OrganisationTree): Promise<Scope> => {
    if (reach.scope === 'all') return { all: true };
    if (reach.scope === 'area')
      return { all: false, organisations: [], areas: [...(await areaClosure(reach.areaCode))] };
    return { all: false, organisations: (given ?? (await tree())).reach(reach.organisationId), areas: [] };
  };

  const valid = (of: { userId?: string; permission?: Permission }): Promise<Assignment[]> =>
    readAssignments(db, { ...of, begunBy: now(), endingAfter: now() });

  const principalFrom = async (user: User, assignments: readonly Assignment[]): Promise<Principal> => {
    const grants: Grant[] = [];
    // Whoever still has the password that an administrator knows may do nothing but change it.
    if (!user.mustChangePassword) {
      for (const { role, reach } of assignments) {
        const scope = await resolve(reach);
        for (const permission of role.permissions) grants.push({ permission, scope });
      }
    }
    return { kind: 'user', id: user.id, name: user.name, organisationId: user.organisationId, grants };
  };

  return {
    tree,
    treeIn: async (tx) => treeOf(await loadOrganisations(tx), localDay(now())),
    resolve,
    async signed(userId) {
      const user = (await readUsers(db, [userId])).get(userId);
      if (!user?.active) return null;
      const assignments = await valid({ userId });
      return { user, assignments, principal: await principalFrom(user, assignments) };
    },
    async holders(permission, row) {
      const byUser = Map.groupBy(await valid({ permission }), (assignment) => assignment.userId);
      const users = await readUsers(db, [...byUser.keys()]);
      const found: User[] = [];
      for (const [id, assignments] of byUser) {
        const user = users.get(id);
        if (!user?.active) continue;
        if (covers(await principalFrom(user, assignments), permission, { ...row, isPublic: false })) found.push(user);
      }
      return found;
    },
    forget() {
      remembered = null;
    },
  };
}
