import { sql } from 'kysely';
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import { type Permission, type Principal, permissions, type Scope, scopeOf } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import type { OrganisationTree } from './organisation-tree.ts';
import type { Principals } from './principals.ts';
import type { Sessions } from './sessions.ts';
import { type Assignment, lockIdentity, type Reach, readAssignments } from './store.ts';

/** Writes events in the transaction of the change (the log's `append`, handed in: the log is a later room). */
export type Announce = (
  tx: Tx,
  events: readonly { kind: string; subject: string; payload: Record<string, unknown> }[],
) => Promise<void>;

/** What the functions of this room share. */
export type Parts = {
  db: Db;
  now: () => Date;
  audit: Pick<Audit, 'record'>;
  announce: Announce;
  principals: Principals;
  sessions: Sessions;
  /** Forgets remembered sessions and organisations of this process. */
  forget(): void;
};

/**
 * Runs a change of users, roles or organisations: one at a time over all processes, seen by this process as soon as
 * it is committed, and by streams through `identity.changed`.
 */
export async function change<R>(parts: Parts, work: (tx: Tx, tree: OrganisationTree) => Promise<R>): Promise<R> {
  const result = await inTransaction(parts.db, async (tx) => {
    await lockIdentity(tx);
    // Read after the lock and on this connection: one that waits for another of the pool while others wait for the
    // lock would wait for ever.
    return work(tx, await parts.principals.treeIn(tx));
  });
  parts.forget();
  return result;
}

export function changed(parts: Parts, tx: Tx, subject: string, userIds: readonly string[]): Promise<void> {
  return parts.announce(tx, [{ kind: 'identity.changed', subject, payload: { userIds: [...userIds] } }]);
}

/** Whether everything that the reach covers lies within the actor's own grant of the permission. */
function within(inner: Scope, reach: Reach, outer: Scope | null): boolean {
  if (!outer) return false;
  if (outer.all) return true;
  if (inner.all || reach.scope === 'all') return false;
  // The root by name too: an organisation that begins tomorrow reaches nothing today.
  const root =
    reach.scope === 'organisation'
      ? outer.organisations.includes(reach.organisationId)
      : outer.areas.includes(reach.areaCode);
  const organisations = new Set(outer.organisations);
  const areas = new Set(outer.areas);
  return root && inner.organisations.every((id) => organisations.has(id)) && inner.areas.every((one) => areas.has(one));
}

/** The permissions of this reach that the actor has not himself; nobody gives, takes or takes over more than he has. */
async function beyond(
  parts: Parts,
  tree: OrganisationTree,
  actor: Principal,
  wanted: readonly Permission[],
  reach: Reach,
): Promise<Permission[]> {
  const inner = await parts.principals.resolve(reach, tree);
  const asked = new Set<Permission>(['user:manage', ...wanted]);
  return [...asked].filter((permission) => !within(inner, reach, scopeOf(actor, permission)));
}

/** Refuses with 403 to give (or end) rights that reach beyond the actor's own. */
export async function demandOwn(
  parts: Parts,
  tree: OrganisationTree,
  actor: Principal,
  wanted: readonly Permission[],
  reach: Reach,
): Promise<void> {
  const missing = await beyond(parts, tree, actor, wanted, reach);
  if (missing.length === 0) return;
  throw refuse(403, 'more-than-own', {
    vi: `Bạn chỉ được trao hoặc thu hồi quyền mà chính bạn có, trong phạm vi của bạn. Còn thiếu: ${missing.map((one) => permissions[one].vi).join('; ')}.`,
    en: `You can only give or end rights that you have yourself, within your own reach. Missing: ${missing.map((one) => permissions[one].en).join('; ')}.`,
  });
}

/**
 * Refuses to change the account of somebody with more rights than the actor: who may set a password can sign in with
 * it. Rights that begin later count too.
 */
export async function demandNotAbove(
  parts: Parts,
  tx: Tx,
  tree: OrganisationTree,
  actor: Principal,
  userId: string,
): Promise<void> {
  if (!(await isAbove(parts, tx, tree, actor, userId))) return;
  throw refuse(403, 'above-you', {
    vi: 'Tài khoản này có quyền rộng hơn quyền của bạn, nên chỉ quản trị viên cấp trên được sửa.',
    en: 'This account has wider rights than yours; only an administrator above may change it.',
  });
}

/** Whether somebody holds, or will hold, any right that the actor does not. */
async function isAbove(
  parts: Parts,
  db: Db,
  tree: OrganisationTree,
  actor: Principal,
  userId: string,
): Promise<boolean> {
  if (actor.id === userId) return false;
  for (const { role, reach } of await readAssignments(db, { userId, endingAfter: parts.now() })) {
    if ((await beyond(parts, tree, actor, role.permissions, reach)).length > 0) return true;
  }
  return false;
}

/** What the actor may do with a user whom he sees, and with each of the user's assignments. */
export async function mayOnUser(
  parts: Parts,
  actor: Principal,
  userId: string,
  assignments: readonly Assignment[],
): Promise<{ user: string[]; assignments: Map<string, string[]> }> {
  const tree = await parts.principals.tree();
  const above = await isAbove(parts, parts.db, tree, actor, userId);
  const self = actor.id === userId;
  const ends = new Map<string, string[]>();
  for (const { id, role, reach } of assignments) {
    ends.set(id, (await beyond(parts, tree, actor, role.permissions, reach)).length === 0 ? ['end'] : []);
  }
  const user = [
    ...(above ? [] : ['edit', 'sign-out']),
    ...(above || self ? [] : ['reset-password', 'close']),
    ...(self ? [] : ['grant']),
  ];
  return { user, assignments: ends };
}

/** Whether anybody is left who may manage all users for good. */
export async function someoneManages(tx: Tx, at: Date): Promise<boolean> {
  const { rows } = await sql`select from assignments a join roles r on r.code = a.role_code
    join users u on u.id = a.user_id where u.active and a.scope = 'all' and 'user:manage' = any(r.permissions)
      and a.valid_from <= ${at} and a.valid_to is null limit 1`.execute(tx);
  return rows.length > 0;
}

/** Runs a change that takes something away, and refuses it where it would leave nobody to manage users. */
export async function keepingAManager<R>(parts: Parts, tx: Tx, work: () => Promise<R>): Promise<R> {
  const before = await someoneManages(tx, parts.now());
  const result = await work();
  if (before && !(await someoneManages(tx, parts.now()))) {
    throw refuse(409, 'last-administrator', {
      vi: 'Đây là quản trị viên toàn hệ thống cuối cùng. Hãy trao quyền đó cho một người khác trước.',
      en: 'This is the last administrator of the whole system. Give that right to somebody else first.',
    });
  }
  return result;
}

export function conflict(what: { vi: string; en: string }) {
  return refuse(409, 'changed-meanwhile', {
    vi: `Có người vừa sửa ${what.vi}. Hãy tải lại, xem thay đổi rồi sửa tiếp.`,
    en: `Somebody has just changed this ${what.en}. Load it again, look, and go on.`,
  });
}
