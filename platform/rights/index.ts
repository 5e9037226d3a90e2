/**
 * Rights in one place: who acts (`Principal`), what they may do (`may`), and which rows they may see (`visible`,
 * `covers`). Promise: a row outside a principal's organisation and area is neither listed, counted nor changed,
 * because every reader of a protected table demands a `Visible`, and only this room makes one.
 */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { refuse } from '../words/index.ts';
import type { Permission } from './permissions.ts';

export { allPermissions, type Permission, permissions } from './permissions.ts';

/**
 * How far a grant reaches: the whole province, or the rows of some organisations (own and below) and of some areas
 * (unit codes, own and below, with their predecessors). Resolved once, when the session is read.
 */
export type Scope = { all: true } | { all: false; organisations: string[]; areas: string[] };

export type Grant = { permission: Permission; scope: Scope };

export type Principal = {
  kind: 'user' | 'device' | 'system' | 'public';
  /** user id, device id, `system:<room>` or `public` */
  id: string;
  name: string;
  organisationId: string | null;
  grants: Grant[];
};

/** The stranger: no log-in, sees what is public. */
export const publicPrincipal: Principal = {
  kind: 'public',
  id: 'public',
  name: 'Công chúng',
  organisationId: null,
  grants: [],
};

/** A named principal for background work of a room, so that the audit log never says 'nobody'. */
export function systemPrincipal(room: string, granted: readonly Permission[]): Principal {
  return {
    kind: 'system',
    id: `system:${room}`,
    name: `Hệ thống (${room})`,
    organisationId: null,
    grants: granted.map((permission) => ({ permission, scope: { all: true } })),
  };
}

/** The union of a principal's scopes for one permission; null where it has none. */
export function scopeOf(principal: Principal, permission: Permission): Scope | null {
  let found = false;
  const organisations = new Set<string>();
  const areas = new Set<string>();
  for (const grant of principal.grants) {
    if (grant.permission !== permission) continue;
    if (grant.scope.all) return { all: true };
    found = true;
    for (const id of grant.scope.organisations) organisations.add(id);
    for (const code of grant.scope.areas) areas.add(code);
  }
  return found ? { all: false, organisations: [...organisations], areas: [...areas] } : null;
}

/** Whether the principal has the permission anywhere at all (the first, coarse check of a route). */
export function may(principal: Principal, permission: Permission): boolean {
  return principal.grants.some((grant) => grant.permission === permission);
}

/** What a protected row says of itself. `isPublic` rows are seen by all, but changed only by right. */
export type Placed = { areaCode: string | null; organisationId: string | null; isPublic?: boolean };

/** Whether the principal's grant of the permission reaches this row. */
export function covers(principal: Principal, permission: Permission, row: Placed): boolean {
  return reaching(principal, permission)(row);
}

/** `covers` for many rows: the grants are looked through once. */
export function reaching(principal: Principal, permission: Permission): (row: Placed) => boolean {
  const scope = scopeOf(principal, permission);
  const reads = permission.endsWith(':read');
  return ({ areaCode, organisationId, isPublic }) =>
    (reads && isPublic === true) ||
    (scope !== null &&
      (scope.all ||
        (organisationId !== null && scope.organisations.includes(organisationId)) ||
        (areaCode !== null && scope.areas.includes(areaCode))));
}

/** Refuses with 403 where `covers` says no. Use after the row was found visible; else answer `notFound`. */
export function demand(principal: Principal, permission: Permission, row: Placed): void {
  if (!covers(principal, permission, row)) throw forbidden(permission);
}

export function forbidden(permission: Permission) {
  return refuse(403, 'forbidden', {
    vi: `Bạn không có quyền làm việc này (${permission}). Hãy liên hệ quản trị viên của đơn vị.`,
    en: `You may not do this (${permission}). Ask your unit's administrator.`,
  });
}

declare const brand: unique symbol;

/** A proof that rights were asked: only `visible` makes one, and readers of protected tables demand it. */
export type Visible = { readonly [brand]: true; readonly permission: Permission; where(columns: Columns): Where };

type Where = RawBuilder<SqlBool>;

/** Column names as they stand in the query, table alias included (constants of the caller, never input). */
export type Columns = { area: string; organisation: string; public?: string };

/**
 * The rows that a principal may see for a purpose, as one SQL predicate over the row's organisation and area. The
 * same predicate serves lists, counts, tiles, exports and streams.
 */
export function visible(principal: Principal, permission: Permission): Visible {
  const scope = scopeOf(principal, permission);
  const where = (columns: Columns): Where => {
    if (scope?.all) return sql<SqlBool>`true`;
    const organisations = scope?.organisations ?? [];
    const areas = scope?.areas ?? [];
    const own = sql<SqlBool>`(${sql.ref(columns.organisation)} = any(${organisations}::text[]) or ${sql.ref(columns.area)} = any(${areas}::text[]))`;
    if (!columns.public) return own;
    return sql<SqlBool>`(${sql.ref(columns.public)} or ${own})`;
  };
  return { permission, where } as Visible;
}
