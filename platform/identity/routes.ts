import type { FastifyRequest } from 'fastify';
import type { Audit } from '../audit/index.ts';
import { type Db, inTransaction } from '../database/index.ts';
import type { Http } from '../http/index.ts';
import { allPermissions, covers, type Permission, type Principal, scopeOf, visible } from '../rights/index.ts';
import { notFound, refuse } from '../words/index.ts';
import { organisationsApi, peopleApi, sessionApi } from './api.ts';
import type { Identity, Organisation, Role, Signed, User } from './index.ts';

export function serveIdentity(http: Http, db: Db, identity: Identity, audit: Pick<Audit, 'record'>): void {
  serveSessions(http, identity);
  servePeople(http, db, identity, audit);
  serveOrganisations(http, identity);
}

function serveSessions(http: Http, identity: Identity): void {
  const answer = async (signed: Signed | null) => {
    if (!signed) {
      const setupNeeded = await identity.needsFirstAdministrator();
      return { principal: null, setupNeeded, mustChangePassword: false, roles: [], permissions: {} };
    }
    const { user, principal, assignments } = signed;
    const organisation = user.organisationId === null ? null : await identity.organisation(user.organisationId);
    return {
      principal: {
        id: user.id,
        name: user.name,
        loginName: user.loginName,
        organisationId: user.organisationId,
        organisationName: organisation?.name ?? null,
      },
      setupNeeded: false,
      mustChangePassword: user.mustChangePassword,
      roles: assignments.map(({ role, reach }) => ({ code: role.code, name: role.name, reach })),
      permissions: reachOf(principal),
    };
  };

  http.serve('session', sessionApi, {
    'GET /api/session': async ({ request }) => answer(await identity.signedIn(request)),
    'POST /api/session': async ({ body, request, reply }) => {
      ownPage(request);
      return answer(await identity.signIn(body, request, reply));
    },
    'DELETE /api/session': async ({ principal, request, reply }) => {
      await identity.signOut(principal, request, reply);
      return { signedOut: true };
    },
    'POST /api/session/password': async ({ principal, body, request, reply }) =>
      answer(await identity.changeOwnPassword(principal, body, request, reply)),
    'POST /api/setup': async ({ body, request, reply }) => {
      ownPage(request);
      return answer(await identity.setUp(body, request, reply));
    },
  });
}

function servePeople(http: Http, db: Db, identity: Identity, audit: Pick<Audit, 'record'>): void {
  const detail = async (actor: Principal, user: User) => {
    const assignments = await identity.assignments(user.id);
    const may = await identity.mayOnUser(actor, user.id, assignments);
    return {
      ...row(user),
      may: may.user,
      assignments: assignments.map(({ id, role, reach, validFrom, validTo }) => ({
        id,
        role: { code: role.code, name: role.name },
        reach,
        validFrom: validFrom.toISOString(),
        validTo: validTo?.toISOString() ?? null,
        may: may.assignments.get(id) ?? [],
      })),
    };
  };
  const one = async (actor: Principal, id: string): Promise<User> => {
    const user = await identity.user(visible(actor, 'user:manage'), id);
    if (!user) throw notFound({ vi: 'người dùng này', en: 'user' });
    return user;
  };
  const roleAnswer = (actor: Principal, role: Role) => ({
    ...role,
    may: covers(actor, 'user:manage', { areaCode: null, organisationId: null }) ? ['edit'] : [],
  });

  http.serve('identity', peopleApi, {
    'GET /api/users': async ({ principal, query, request }) => {
      const found = await identity.users(visible(principal, 'user:manage'), query);
      await inTransaction(db, (tx) =>
        audit.record(tx, {
          principal,
          action: 'user.list',
          detail: { ...query, shown: found.items.length },
          requestId: request.id,
          ip: request.ip,
        }),
      );
      return { items: found.items.map(row), total: found.total };
    },
    'GET /api/users/:id': async ({ principal, params, request }) => {
      const user = await one(principal, params.id);
      await inTransaction(db, (tx) =>
        audit.record(tx, {
          principal,
          action: 'user.read',
          subject: `user:${user.id}`,
          areaCode: user.areaCode,
          organisationId: user.organisationId,
          requestId: request.id,
          ip: request.ip,
        }),
      );
      return detail(principal, user);
    },
    'POST /api/users': async ({ principal, body }) => {
      const { user, password } = await identity.createUser(principal, body);
      return { user: await detail(principal, user), password };
    },
    'PATCH /api/users/:id': async ({ principal, params, body }) =>
      detail(principal, await identity.changeUser(principal, params.id, body)),
    'POST /api/users/:id/password': ({ principal, params }) => identity.resetPassword(principal, params.id),
    'DELETE /api/users/:id/sessions': async ({ principal, params }) => {
      await identity.signOutEverywhere(principal, params.id);
      return { signedOut: true };
    },
    'POST /api/users/:id/assignments': async ({ principal, params, body }) => {
      const { validFrom, validTo, ...rest } = body;
      await identity.grant(principal, params.id, {
        ...rest,
        ...(validFrom === undefined ? {} : { validFrom: new Date(validFrom) }),
        ...(validTo == null ? {} : { validTo: new Date(validTo) }),
      });
      return detail(principal, await one(principal, params.id));
    },
    'DELETE /api/assignments/:id': async ({ principal, params }) => {
      await identity.endAssignment(principal, params.id);
      return { ended: true };
    },
    'GET /api/roles': async ({ principal }) => {
      const items = (await identity.roles()).map((role) => roleAnswer(principal, role));
      return { items, total: items.length };
    },
    'PUT /api/roles/:code': async ({ principal, params, body }) => {
      const unknown = body.permissions.filter((name) => !isPermission(name));
      if (unknown.length > 0) {
        throw refuse(422, 'no-such-permission', {
          vi: `Không có quyền ${unknown.join(', ')}.`,
          en: `There is no permission ${unknown.join(', ')}.`,
        });
      }
      const { name, version } = body;
      const permissions = body.permissions.filter(isPermission);
      const given = { name, permissions, ...(version === undefined ? {} : { version }) };
      return roleAnswer(principal, await identity.saveRole(principal, params.code, given));
    },
  });
}

function serveOrganisations(http: Http, identity: Identity): void {
  const answer = (actor: Principal, one: Organisation) => ({
    ...one,
    may: covers(actor, 'user:manage', { areaCode: one.areaCode, organisationId: one.id }) ? ['edit', 'add-below'] : [],
  });

  http.serve('organisations', organisationsApi, {
    'GET /api/organisations': async ({ principal, query }) => {
      const found = await identity.organisations(query);
      return { items: found.items.map((one) => answer(principal, one)), total: found.total };
    },
    'GET /api/organisations/:id': async ({ principal, params }) => {
      const organisation = await identity.organisation(params.id);
      if (!organisation) throw notFound({ vi: 'đơn vị này', en: 'organisation' });
      return answer(principal, organisation);
    },
    'POST /api/organisations': async ({ principal, body }) =>
      answer(principal, await identity.createOrganisation(principal, body)),
    'PATCH /api/organisations/:id': async ({ principal, params, body }) =>
      answer(principal, await identity.changeOrganisation(principal, params.id, body)),
  });
}

const row = (user: User) => ({
  id: user.id,
  loginName: user.loginName,
  name: user.name,
  organisationId: user.organisationId,
  email: user.email,
  phone: user.phone,
  active: user.active,
  mustChangePassword: user.mustChangePassword,
  createdAt: user.createdAt.toISOString(),
  version: user.version,
});

/** How far each permission reaches, in numbers: enough for the shell to show and hide. */
function reachOf(principal: Principal): Record<string, { all: boolean; organisations: number; areas: number }> {
  const found: Record<string, { all: boolean; organisations: number; areas: number }> = {};
  for (const permission of allPermissions) {
    const scope = scopeOf(principal, permission);
    if (!scope) continue;
    found[permission] = scope.all
      ? { all: true, organisations: 0, areas: 0 }
      : { all: false, organisations: scope.organisations.length, areas: scope.areas.length };
  }
  return found;
}

function isPermission(name: string): name is Permission {
  return (allPermissions as readonly string[]).includes(name);
}

/** Open addresses that change something take only what a page of this system sent: no signing in by another site. */
function ownPage(request: FastifyRequest): void {
  if (request.headers['x-requested-with'] === 'dttm') return;
  throw refuse(403, 'cross-site', {
    vi: 'Yêu cầu không đến từ trang của hệ thống này.',
    en: 'The request does not come from a page of this system (header x-requested-with: dttm).',
  });
}
