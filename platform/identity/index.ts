/**
 * Identity: organisations and their tree, users, roles, how far each role reaches, and sessions. Promise: a principal's
 * grants are those that hold now, at most 5 seconds old (at once in the process of the change, and in every process
 * that passes `identity.changed` to `forget`); nobody gives rights that he has not himself, nor takes over the account
 * of somebody with more; passwords and tokens are stored only as hashes; guessing is slowed per name and address; every
 * sign-in, failure and change is in the audit log.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import type { Authenticator } from '../http/index.ts';
import type { Permission, Placed, Principal, Visible } from '../rights/index.ts';
import { type Announce, mayOnUser, type Parts } from './authority.ts';
import { endAssignment, grant, type NewAssignment, saveRole, seedRoles } from './grants.ts';
import type { Organisation, OrganisationKind, OrganisationQuery, OrganisationTree } from './organisation-tree.ts';
import {
  changeOrganisation,
  createOrganisation,
  type NewOrganisation,
  type OrganisationChange,
} from './organisations.ts';
import { type AreaClosure, createPrincipals, type Signed } from './principals.ts';
import { type Seed, type Seeded, seed } from './seed.ts';
import { ABSOLUTE_MS, createSessions, type Where } from './sessions.ts';
import { changeOwnPassword, makeSetupToken, noUsersYet, type SignIn, setUp, signIn, signOut } from './sign-in.ts';
import {
  type Assignment,
  findUser,
  findUsers,
  type Role,
  readAssignments,
  readRoles,
  readUsers,
  type User,
  type UserQuery,
} from './store.ts';
import { forgetAttempts } from './throttle.ts';
import { changeUser, createUser, type NewUser, resetPassword, signOutEverywhere, type UserChange } from './users.ts';

export type { Announce } from './authority.ts';
export { defaultRoles } from './default-roles.ts';
export type { NewAssignment } from './grants.ts';
export {
  type Organisation,
  type OrganisationKind,
  type OrganisationQuery,
  type OrganisationTree,
  organisationKinds,
} from './organisation-tree.ts';
export type { NewOrganisation, OrganisationChange } from './organisations.ts';
export type { AreaClosure, Signed } from './principals.ts';
export { serveIdentity } from './routes.ts';
export type { Seed, Seeded } from './seed.ts';
export type { Assignment, Reach, Role, User, UserQuery } from './store.ts';
export type { NewUser, UserChange } from './users.ts';

export const SESSION_COOKIE = 'dttm_session';

export type Identity = {
  /** For `http`: the user of the session cookie, or null. */
  authenticate: Authenticator;
  /** The same with the user's row and assignments. */
  signedIn(request: FastifyRequest): Promise<Signed | null>;
  signIn(given: SignIn, request: FastifyRequest, reply: FastifyReply): Promise<Signed>;
  signOut(principal: Principal, request: FastifyRequest, reply: FastifyReply): Promise<void>;
  changeOwnPassword(
    principal: Principal,
    given: { current: string; next: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Signed>;

  /** Whether no user exists yet. */
  needsFirstAdministrator(): Promise<boolean>;
  /** A setup code for the server to print at its start; null once a user exists. */
  setupToken(): Promise<string | null>;
  setUp(
    given: SignIn & { name: string; token?: string | undefined },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Signed>;

  /** A user's principal with what holds now (background work in his name); null where the account is closed. */
  principalOf(userId: string): Promise<Principal | null>;
  /** Active users whose grant of the permission covers the row: whom to tell, whom to offer. */
  holders(permission: Permission, row: Placed): Promise<User[]>;
  /** Names for ids that stand in other rooms' rows (timelines); unknown ids are left out. */
  names(userIds: readonly string[]): Promise<Map<string, string>>;

  organisation(id: string): Promise<Organisation | null>;
  /** The valid organisation of a kind for exactly this area; `('12433', 'commune')` is its people's committee. */
  organisationFor(areaCode: string, kind: OrganisationKind): Promise<Organisation | null>;
  /** Whether the organisation exists and is valid today. */
  exists(id: string): Promise<boolean>;
  organisations(query: OrganisationQuery): Promise<{ items: Organisation[]; total: number }>;
  tree(): Promise<OrganisationTree>;
  createOrganisation(actor: Principal, given: NewOrganisation): Promise<Organisation>;
  changeOrganisation(actor: Principal, id: string, wanted: OrganisationChange): Promise<Organisation>;

  users(rights: Visible, query: UserQuery): Promise<{ items: User[]; total: number }>;
  user(rights: Visible, id: string): Promise<User | null>;
  createUser(actor: Principal, given: NewUser): Promise<{ user: User; password: string }>;
  changeUser(actor: Principal, id: string, wanted: UserChange): Promise<User>;
  resetPassword(actor: Principal, id: string): Promise<{ password: string }>;
  signOutEverywhere(actor: Principal, id: string): Promise<void>;

  roles(): Promise<Role[]>;
  saveRole(
    actor: Principal,
    code: string,
    given: Pick<Role, 'name' | 'permissions'> & { version?: number },
  ): Promise<Role>;
  /** Of one user, those that have not ended. */
  assignments(userId: string): Promise<Assignment[]>;
  grant(actor: Principal, userId: string, given: NewAssignment): Promise<Assignment>;
  /** What the actor may do with a user whom he sees, and with each assignment. */
  mayOnUser(
    actor: Principal,
    userId: string,
    assignments: readonly Assignment[],
  ): Promise<{ user: string[]; assignments: Map<string, string[]> }>;
  endAssignment(actor: Principal, id: string): Promise<void>;

  /** Puts the program's roles in; once at each start, after the migrations. */
  prepare(): Promise<void>;
  /** Idempotent: for the demo and for tests. */
  seed(given: Seed): Promise<Seeded>;
  /** Forgets what this process remembers; call it for each `identity.changed` of the log. */
  forget(): void;
  /** Deletes sessions and failures that are over; once a day or so. */
  sweep(): Promise<void>;
};

export type IdentityOptions = {
  db: Db;
  now: () => Date;
  audit: Pick<Audit, 'record'>;
  /** `log.append` */
  announce: Announce;
  /** `territory.areaClosure` */
  areaClosure: AreaClosure;
  /** Address under which people reach the platform: https makes the cookie Secure. */
  publicUrl?: string;
};

export function createIdentity(options: IdentityOptions): Identity {
  const { db, now, audit, announce } = options;
  const principals = createPrincipals({ db, now, areaClosure: options.areaClosure });
  const sessions = createSessions({ db, now, principals });
  const forget = (): void => {
    principals.forget();
    sessions.forget();
  };
  const parts: Parts = { db, now, audit, announce, principals, sessions, forget };

  const signedIn = (request: FastifyRequest): Promise<Signed | null> => sessions.read(request.cookies[SESSION_COOKIE]);
  const whereOf = (request: FastifyRequest): Where => ({
    ip: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
  });
  const cookie = (request: FastifyRequest) => ({
    path: '/',
    httpOnly: true,
    sameSite: 'lax' as const,
    secure: request.protocol === 'https' || (options.publicUrl?.startsWith('https:') ?? false),
  });
  /** Hands the new token to the browser and answers whose it is. */
  const handOver = async (token: string, request: FastifyRequest, reply: FastifyReply): Promise<Signed> => {
    const signed = await sessions.read(token);
    if (!signed) throw new Error('a session that was just opened cannot be read');
    reply.setCookie(SESSION_COOKIE, token, { ...cookie(request), maxAge: ABSOLUTE_MS / 1000 });
    return signed;
  };

  return {
    authenticate: async (request) => (await signedIn(request))?.principal ?? null,
    signedIn,
    async signIn(given, request, reply) {
      const where = { ...whereOf(request), oldToken: request.cookies[SESSION_COOKIE] };
      return handOver(await signIn(parts, given, where), request, reply);
    },
    async signOut(principal, request, reply) {
      const token = request.cookies[SESSION_COOKIE];
      if (token !== undefined) await signOut(parts, principal, token, request.ip);
      reply.clearCookie(SESSION_COOKIE, cookie(request));
    },
    async changeOwnPassword(principal, given, request, reply) {
      return handOver(await changeOwnPassword(parts, principal, given, whereOf(request)), request, reply);
    },

    needsFirstAdministrator: () => noUsersYet(parts),
    setupToken: () => makeSetupToken(parts),
    async setUp(given, request, reply) {
      const from = { ...whereOf(request), local: isLocal(request) };
      return handOver(await setUp(parts, given, from), request, reply);
    },

    principalOf: async (userId) => (await principals.signed(userId))?.principal ?? null,
    holders: (permission, row) => principals.holders(permission, row),
    async names(userIds) {
      const found = await readUsers(db, [...new Set(userIds.filter((id) => UUID.test(id)))]);
      return new Map([...found].map(([id, user]) => [id, user.name]));
    },

    organisation: async (id) => (await principals.tree()).get(id) ?? null,
    organisationFor: async (areaCode, kind) => (await principals.tree()).forArea(areaCode, kind),
    async exists(id) {
      const tree = await principals.tree();
      const one = tree.get(id);
      return one !== undefined && tree.isValid(one);
    },
    organisations: async (query) => (await principals.tree()).search(query),
    tree: () => principals.tree(),
    createOrganisation: (actor, given) => createOrganisation(parts, actor, given),
    changeOrganisation: (actor, id, wanted) => changeOrganisation(parts, actor, id, wanted),

    users: (rights, query) => findUsers(db, rights, query),
    user: (rights, id) => findUser(db, rights, id),
    createUser: (actor, given) => createUser(parts, actor, given),
    changeUser: (actor, id, wanted) => changeUser(parts, actor, id, wanted),
    resetPassword: (actor, id) => resetPassword(parts, actor, id),
    signOutEverywhere: (actor, id) => signOutEverywhere(parts, actor, id),

    roles: () => readRoles(db),
    saveRole: (actor, code, given) => saveRole(parts, actor, code, given),
    assignments: (userId) => readAssignments(db, { userId, endingAfter: now() }),
    grant: (actor, userId, given) => grant(parts, actor, userId, given),
    mayOnUser: (actor, userId, assignments) => mayOnUser(parts, actor, userId, assignments),
    endAssignment: (actor, id) => endAssignment(parts, actor, id),

    prepare: () => inTransaction(db, seedRoles),
    seed: (given) => seed(parts, given),
    forget,
    async sweep() {
      await sessions.sweep();
      await forgetAttempts(db, now());
    },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Whether the request was made on this machine: from loopback, not through a proxy on it, and under a local name (a
 * page of another site can point its own name at 127.0.0.1).
 */
function isLocal(request: FastifyRequest): boolean {
  const { headers } = request;
  const proxied = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some((one) => headers[one]);
  return !proxied && LOOPBACK.test(request.socket.remoteAddress ?? '') && LOCAL_HOST.test(headers.host ?? '');
}
