import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import { allPermissions, type Permission, type Visible } from '../rights/index.ts';
import { plain, type Text } from '../words/index.ts';
import type { Organisation } from './organisation-tree.ts';
import type { IdentityTables } from './tables.ts';

/** How far an assignment reaches, as it was given. */
export type Reach =
  | { scope: 'all' }
  | { scope: 'organisation'; organisationId: string }
  | { scope: 'area'; areaCode: string };

export type Role = { code: string; name: Text; permissions: Permission[]; edited: boolean; version: number };

export type Assignment = {
  id: string;
  userId: string;
  role: { code: string; name: Text; permissions: Permission[] };
  reach: Reach;
  validFrom: Date;
  validTo: Date | null;
};

export type User = {
  id: string;
  loginName: string;
  name: string;
  organisationId: string | null;
  /** of the organisation: where this user's row stands for administrators of an area */
  areaCode: string | null;
  email: string | null;
  phone: string | null;
  active: boolean;
  mustChangePassword: boolean;
  createdAt: Date;
  version: number;
};

export type UserQuery = { q?: string; organisationId?: string; active?: boolean; limit: number; offset: number };

const known = new Set<string>(allPermissions);
/** A permission that the program no longer has is worth nothing. */
const permissionsOf = (stored: readonly string[]): Permission[] =>
  stored.filter((one): one is Permission => known.has(one));

/** One changer of users, roles or organisations at a time: the rules look at several rows. */
export async function lockIdentity(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${2520_0828})`.execute(tx);
}

export async function loadOrganisations(db: Db): Promise<Organisation[]> {
  const rows = await db.withTables<IdentityTables>().selectFrom('organisations').selectAll().execute();
  return rows.map((row) => ({
    id: row.id,
    name: { vi: row.name_vi, en: row.name_en },
    kind: row.kind,
    parentId: row.parent_id,
    areaCode: row.area_code,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    successorIds: row.successor_ids,
    version: row.version,
  }));
}

/** The columns of an organisation without its id and version. */
export function organisationColumns(one: Omit<Organisation, 'version' | 'id'>) {
  return {
    name_vi: one.name.vi.normalize('NFC'),
    name_en: one.name.en.normalize('NFC'),
    name_plain: plain(`${one.name.vi} ${one.name.en}`),
    kind: one.kind,
    parent_id: one.parentId,
    area_code: one.areaCode,
    valid_from: one.validFrom,
    valid_to: one.validTo,
    successor_ids: one.successorIds,
  };
}

const users = (db: Db) =>
  db
    .withTables<IdentityTables>()
    .selectFrom('users as u')
    .leftJoin('organisations as o', 'o.id', 'u.organisation_id')
    .select([
      'u.id',
      'u.login_name',
      'u.name',
      'u.organisation_id',
      'o.area_code',
      'u.email',
      'u.phone',
      'u.active',
      'u.must_change_password',
      'u.created_at',
      'u.version',
    ]);

type UserRow = Awaited<ReturnType<ReturnType<typeof users>['execute']>>[number];

const asUser = (row: UserRow): User => ({
  id: row.id,
  loginName: row.login_name,
  name: row.name,
  organisationId: row.organisation_id,
  areaCode: row.area_code,
  email: row.email,
  phone: row.phone,
  active: row.active,
  mustChangePassword: row.must_change_password,
  createdAt: row.created_at,
  version: row.version,
});

/** For this room itself (sessions, principals): no rights asked. */
export async function readUsers(db: Db, ids: readonly string[]): Promise<Map<string, User>> {
  if (ids.length === 0) return new Map();
  const rows = await users(db).where('u.id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, asUser(row)]));
}

const place = { area: 'o.area_code', organisation: 'u.organisation_id' };

export async function findUser(db: Db, rights: Visible, id: string): Promise<User | null> {
  const row = await users(db).where('u.id', '=', id).where(rights.where(place)).executeTakeFirst();
  return row ? asUser(row) : null;
}

export async function findUsers(db: Db, rights: Visible, query: UserQuery): Promise<{ items: User[]; total: number }> {
  let found = users(db).where(rights.where(place));
  for (const word of plain(query.q ?? '')
    .split(/\s+/)
    .filter(Boolean)) {
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    found = found.where((eb) => eb.or([eb('u.name_plain', 'like', pattern), eb('u.login_name', 'like', pattern)]));
  }
  if (query.organisationId !== undefined) found = found.where('u.organisation_id', '=', query.organisationId);
  if (query.active !== undefined) found = found.where('u.active', '=', query.active);
  const counted = await found.clearSelect().select(sql<number>`count(*)`.as('n')).executeTakeFirst();
  const rows = await found.orderBy('u.name_plain').orderBy('u.id').limit(query.limit).offset(query.offset).execute();
  return { items: rows.map(asUser), total: counted?.n ?? 0 };
}

export async function readRoles(db: Db): Promise<Role[]> {
  const rows = await db.withTables<IdentityTables>().selectFrom('roles').selectAll().orderBy('code').execute();
  return rows.map((row) => ({
    code: row.code,
    name: { vi: row.name_vi, en: row.name_en },
    permissions: permissionsOf(row.permissions),
    edited: row.edited,
    version: row.version,
  }));
}

/**
 * Assignments with their roles.
 * @param of.endingAfter leaves out those that had ended by then
 * @param of.begunBy leaves out those that had not begun by then
 */
export async function readAssignments(
  db: Db,
  of: { userId?: string; permission?: Permission; endingAfter?: Date; begunBy?: Date; id?: string },
): Promise<Assignment[]> {
  let found = db
    .withTables<IdentityTables>()
    .selectFrom('assignments as a')
    .innerJoin('roles as r', 'r.code', 'a.role_code')
    .selectAll('a')
    .select(['r.name_vi', 'r.name_en', 'r.permissions']);
  const { userId, permission, endingAfter, begunBy, id } = of;
  if (userId !== undefined) found = found.where('a.user_id', '=', userId);
  if (id !== undefined) found = found.where('a.id', '=', id);
  if (permission !== undefined) found = found.where(sql<boolean>`${permission} = any(r.permissions)`);
  if (begunBy) found = found.where('a.valid_from', '<=', begunBy);
  if (endingAfter) {
    found = found.where((eb) => eb.or([eb('a.valid_to', 'is', null), eb('a.valid_to', '>', endingAfter)]));
  }
  const rows = await found.orderBy('a.valid_from').orderBy('a.id').execute();
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    role: {
      code: row.role_code,
      name: { vi: row.name_vi, en: row.name_en },
      permissions: permissionsOf(row.permissions),
    },
    reach:
      row.scope === 'organisation' && row.organisation_id !== null
        ? { scope: 'organisation', organisationId: row.organisation_id }
        : row.scope === 'area' && row.area_code !== null
          ? { scope: 'area', areaCode: row.area_code }
          : { scope: 'all' },
    validFrom: row.valid_from,
    validTo: row.valid_to,
  }));
}
