import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Audit, createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { covers, type Principal, visible } from '../rights/index.ts';
import { Refusal } from '../words/index.ts';
import { createIdentity, type Identity, type NewOrganisation, type Reach } from './index.ts';

const PASSWORD = 'mùa gặt năm nay';

describe('managing users and rights', () => {
  let database: TestDatabase;
  let identity: Identity;
  let audit: Audit;
  let clock: number;
  const announced: { subject: string; payload: Record<string, unknown> }[] = [];
  const now = (): Date => new Date(clock);
  /** Two communes; the second was formed from an older one as well. */
  const areas: Record<string, string[]> = {
    '33': ['33', '12433', '12440', '12441'],
    '12433': ['12433'],
    '12440': ['12440', '12441'],
  };

  const organisation = (id: string, parentId: string | null, areaCode: string | null = null) => ({
    id,
    name: { vi: id, en: id },
    kind: areaCode ? ('commune' as const) : ('department' as const),
    parentId,
    areaCode,
  });
  const user = (loginName: string, organisationId: string | null) => ({
    loginName,
    name: loginName,
    organisationId,
    password: PASSWORD,
  });
  const to = (loginName: string, roleCode: string, reach: Reach) => ({ loginName, roleCode, reach });

  beforeEach(async () => {
    database = await testDatabase();
    clock = Date.UTC(2026, 10, 23, 1, 0);
    announced.length = 0;
    audit = createAudit({ db: database.db, now });
    identity = createIdentity({
      db: database.db,
      now,
      audit,
      announce: async (_tx, events) => {
        announced.push(...events);
      },
      areaClosure: (code) => areas[code] ?? [],
    });
    await identity.seed({
      organisations: [
        organisation('ubnd-tinh', null),
        organisation('so-nnmt', 'ubnd-tinh'),
        organisation('tram', 'so-nnmt'),
        organisation('so-yte', 'ubnd-tinh'),
        organisation('ubnd-12433', 'ubnd-tinh', '12433'),
        organisation('ubnd-12440', 'ubnd-tinh', '12440'),
      ],
      users: [
        user('root', null),
        user('root2', 'so-nnmt'),
        user('dept-admin', 'so-nnmt'),
        user('area-admin', 'ubnd-12433'),
        user('worker', 'tram'),
        user('doctor', 'so-yte'),
        user('neighbour', 'ubnd-12440'),
        user('villager', 'ubnd-12433'),
      ],
      assignments: [
        to('root', 'administrator', { scope: 'all' }),
        to('root2', 'administrator', { scope: 'all' }),
        to('dept-admin', 'administrator', { scope: 'organisation', organisationId: 'so-nnmt' }),
        to('area-admin', 'administrator', { scope: 'area', areaCode: '12433' }),
        to('worker', 'officer', { scope: 'organisation', organisationId: 'tram' }),
      ],
    });
  });
  afterEach(async () => database.close());

  const idOf = async (loginName: string): Promise<string> =>
    (await database.pool.query('select id from users where login_name = $1', [loginName])).rows[0].id;
  const as = async (loginName: string): Promise<Principal> => {
    identity.forget();
    const principal = await identity.principalOf(await idOf(loginName));
    if (!principal) throw new Error(`${loginName} cannot sign in`);
    return principal;
  };
  const versionOf = async (loginName: string): Promise<number> =>
    (await database.pool.query('select version from users where login_name = $1', [loginName])).rows[0].version;
  /** The refusal's code, or 'done'. */
  const outcome = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
      return 'done';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  };
  const grant = async (actor: string, target: string, roleCode: string, reach: Reach) =>
    outcome(identity.grant(await as(actor), await idOf(target), { roleCode, reach }));

  it('resolves an organisation with all below it, and an area with its predecessors', async () => {
    const admin = await as('dept-admin');
    expect(covers(admin, 'case:act', { organisationId: 'tram', areaCode: null })).toBe(true);
    expect(covers(admin, 'case:act', { organisationId: 'so-yte', areaCode: null })).toBe(false);
    await grant('root', 'neighbour', 'commune-officer', { scope: 'area', areaCode: '12440' });
    const officer = await as('neighbour');
    expect(covers(officer, 'task:act', { organisationId: null, areaCode: '12441' })).toBe(true);
    expect(covers(officer, 'task:act', { organisationId: null, areaCode: '12433' })).toBe(false);
    expect(covers(officer, 'case:act', { organisationId: null, areaCode: '12440' })).toBe(false);
  });

  it('counts a right only while it is valid', async () => {
    const reach: Reach = { scope: 'all' };
    const validFrom = new Date(clock + 60_000);
    const validTo = new Date(clock + 120_000);
    await identity.grant(await as('root'), await idOf('villager'), { roleCode: 'auditor', reach, validFrom, validTo });
    const reads = async () => (await as('villager')).grants.length;
    expect(await reads()).toBe(0);
    clock += 60_000;
    expect(await reads()).toBe(2);
    clock += 60_000;
    expect(await reads()).toBe(0);
  });

  it('shows an administrator of a part only its users, counts included', async () => {
    const seenBy = async (loginName: string) => {
      const found = await identity.users(visible(await as(loginName), 'user:manage'), { limit: 50, offset: 0 });
      expect(found.total).toBe(found.items.length);
      return found.items.map((one) => one.loginName).sort();
    };
    expect(await seenBy('dept-admin')).toEqual(['dept-admin', 'root2', 'worker']);
    expect(await seenBy('area-admin')).toEqual(['area-admin', 'villager']);
    expect(await seenBy('worker')).toEqual([]);
    expect(await seenBy('root')).toHaveLength(8);
    const byName = await identity.users(visible(await as('root'), 'user:manage'), {
      q: 'village_',
      limit: 5,
      offset: 0,
    });
    expect(byName.total).toBe(0);
  });

  it("refuses to give rights beyond one's own part, or to see who is outside it", async () => {
    const all: Reach = { scope: 'all' };
    expect(await grant('dept-admin', 'worker', 'leader', all)).toBe('more-than-own');
    expect(await grant('dept-admin', 'worker', 'leader', { scope: 'organisation', organisationId: 'so-yte' })).toBe(
      'more-than-own',
    );
    expect(await grant('dept-admin', 'worker', 'leader', { scope: 'organisation', organisationId: 'ubnd-tinh' })).toBe(
      'more-than-own',
    );
    expect(await grant('dept-admin', 'worker', 'leader', { scope: 'area', areaCode: '33' })).toBe('more-than-own');
    expect(await grant('dept-admin', 'doctor', 'leader', { scope: 'organisation', organisationId: 'tram' })).toBe(
      'not-found',
    );
    expect(await grant('area-admin', 'villager', 'leader', { scope: 'area', areaCode: '33' })).toBe('more-than-own');
    expect(
      await grant('area-admin', 'villager', 'leader', { scope: 'organisation', organisationId: 'ubnd-12433' }),
    ).toBe('more-than-own');
    expect(await grant('worker', 'worker', 'leader', { scope: 'organisation', organisationId: 'tram' })).toBe(
      'not-found',
    );
    expect(await grant('dept-admin', 'worker', 'leader', { scope: 'organisation', organisationId: 'tram' })).toBe(
      'done',
    );
    expect(await grant('area-admin', 'villager', 'commune-officer', { scope: 'area', areaCode: '12433' })).toBe('done');
  });

  it('refuses to give a permission that the giver has not', async () => {
    await identity.saveRole(await as('root'), 'people-admin', {
      name: { vi: 'Quản lý nhân sự', en: 'People' },
      permissions: ['user:manage', 'case:read'],
    });
    const reach: Reach = { scope: 'organisation', organisationId: 'so-nnmt' };
    await grant('root', 'root2', 'people-admin', reach);
    const first = (await identity.assignments(await idOf('root2'))).find((one) => one.role.code !== 'people-admin');
    await identity.endAssignment(await as('root'), first?.id ?? '');
    expect(await grant('root2', 'worker', 'officer', reach)).toBe('more-than-own');
    expect(await grant('root2', 'worker', 'people-admin', reach)).toBe('done');
  });

  it('refuses rights on an area or organisation that is not there, also one that only begins later', async () => {
    expect(await grant('root', 'worker', 'leader', { scope: 'area', areaCode: '99999' })).toBe('reaches-nothing');
    expect(await grant('root', 'worker', 'leader', { scope: 'organisation', organisationId: 'so-la' })).toBe(
      'reaches-nothing',
    );
    await identity.createOrganisation(await as('root'), {
      ...organisation('so-moi', 'ubnd-tinh'),
      validFrom: '2027-01-01',
      validTo: null,
      successorIds: [],
    });
    const later: Reach = { scope: 'organisation', organisationId: 'so-moi' };
    expect(await grant('dept-admin', 'worker', 'leader', later)).toBe('reaches-nothing');
  });

  it('lets nobody give rights to himself', async () => {
    expect(await grant('root', 'root', 'auditor', { scope: 'all' })).toBe('own-rights');
    expect(
      await grant('dept-admin', 'dept-admin', 'auditor', { scope: 'organisation', organisationId: 'so-nnmt' }),
    ).toBe('own-rights');
  });

  it("does not let a part's administrator take over an account with wider rights that sits in his part", async () => {
    const admin = await as('dept-admin');
    const id = await idOf('root2');
    const version = await versionOf('root2');
    expect(await outcome(identity.resetPassword(admin, id))).toBe('above-you');
    expect(await outcome(identity.changeUser(admin, id, { active: false, version }))).toBe('above-you');
    expect(await outcome(identity.changeUser(admin, id, { email: 'x@example.vn', version }))).toBe('above-you');
    expect(await outcome(identity.signOutEverywhere(admin, id))).toBe('above-you');
    const [assignment] = await identity.assignments(id);
    expect(await outcome(identity.endAssignment(admin, assignment?.id ?? ''))).toBe('more-than-own');
    const may = await identity.mayOnUser(admin, id, assignment ? [assignment] : []);
    expect(may).toEqual({ user: ['grant'], assignments: new Map([[assignment?.id, []]]) });
    expect(await outcome(identity.resetPassword(admin, await idOf('worker')))).toBe('done');
  });

  it('counts rights that begin later when it asks who is above', async () => {
    const validFrom = new Date(clock + 86_400_000);
    const leader = { roleCode: 'leader', reach: { scope: 'all' }, validFrom } as const;
    await identity.grant(await as('root'), await idOf('worker'), leader);
    expect(await outcome(identity.resetPassword(await as('dept-admin'), await idOf('worker')))).toBe('above-you');
  });

  it("moves and makes users only within one's own part", async () => {
    const admin = await as('dept-admin');
    const worker = await idOf('worker');
    const move = async (organisationId: string | null) =>
      outcome(identity.changeUser(admin, worker, { organisationId, version: await versionOf('worker') }));
    expect(await move('so-yte')).toBe('forbidden');
    expect(await move(null)).toBe('forbidden');
    expect(await move('so-khong-co')).toBe('no-such-organisation');
    expect(await move('so-nnmt')).toBe('done');
    const make = (loginName: string, organisationId: string | null) =>
      outcome(identity.createUser(admin, { loginName, name: 'Mới', organisationId }));
    expect(await make('moi.1', 'so-yte')).toBe('forbidden');
    expect(await make('moi.1', null)).toBe('forbidden');
    expect(await make('moi.1', 'tram')).toBe('done');
    expect(await make('MOI.1', 'tram')).toBe('login-name-taken');
    expect(await make('mới', 'tram')).toBe('bad-login-name');
    expect(await make('../etc', 'tram')).toBe('bad-login-name');
  });

  it('gives a new account nothing until its temporary password is changed', async () => {
    const root = await as('root');
    const { user: made, password } = await identity.createUser(root, {
      loginName: 'moi',
      name: 'Mới',
      organisationId: 'tram',
    });
    await identity.grant(root, made.id, {
      roleCode: 'officer',
      reach: { scope: 'organisation', organisationId: 'tram' },
    });
    expect(password).toHaveLength(19);
    expect(made.mustChangePassword).toBe(true);
    expect((await as('moi')).grants).toEqual([]);
    const stored = await database.pool.query('select detail::text from audit_entries');
    expect(JSON.stringify(stored.rows)).not.toContain(password);
  });

  it('ends all sessions of an account that is closed or gets a new password', async () => {
    const worker = await idOf('worker');
    const put = () =>
      database.pool.query(
        `insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at) values (sha256('t'), $1, $2, $2, $2)`,
        [worker, now()],
      );
    const sessions = async () => (await database.pool.query('select 1 from sessions')).rowCount;
    await put();
    await identity.resetPassword(await as('dept-admin'), worker);
    expect(await sessions()).toBe(0);
    await put();
    await identity.changeUser(await as('dept-admin'), worker, { active: false, version: await versionOf('worker') });
    expect(await sessions()).toBe(0);
    expect(await identity.principalOf(worker)).toBeNull();
    expect(announced.at(-1)).toEqual({
      kind: 'identity.changed',
      subject: `user:${worker}`,
      payload: { userIds: [worker] },
    });
  });

  it('keeps one administrator of the whole system, also when two take one another away at the same time', async () => {
    const [one, two] = [await as('root'), await as('root2')];
    const close = async (actor: Principal, target: string) =>
      outcome(identity.changeUser(actor, await idOf(target), { active: false, version: 1 }));
    expect((await Promise.all([close(one, 'root2'), close(two, 'root')])).sort()).toEqual([
      'done',
      'last-administrator',
    ]);
    const { rows } = await database.pool.query(`select login_name from users where active and login_name like 'root%'`);
    const [left] = rows;
    const [assignment] = await identity.assignments(await idOf(left.login_name));
    const actor = await as(left.login_name);
    expect(await outcome(identity.endAssignment(actor, assignment?.id ?? ''))).toBe('last-administrator');
    const role = (await identity.roles()).find((found) => found.code === 'administrator');
    const emptied = { name: { vi: 'x', en: 'x' }, permissions: ['case:read' as const], version: role?.version ?? 0 };
    expect(await outcome(identity.saveRole(actor, 'administrator', emptied))).toBe('last-administrator');
    expect(await outcome(identity.changeUser(actor, actor.id, { active: false, version: 1 }))).toBe('own-account');
  });

  it('lets only those who manage everything change what a role may do', async () => {
    const leader = (await identity.roles()).find((role) => role.code === 'leader');
    const wanted = {
      name: { vi: 'Lãnh đạo', en: 'Leader' },
      permissions: ['user:manage' as const],
      version: leader?.version ?? 0,
    };
    expect(await outcome(identity.saveRole(await as('dept-admin'), 'leader', wanted))).toBe('forbidden');
    expect(await outcome(identity.saveRole(await as('root'), 'leader', { ...wanted, version: 99 }))).toBe(
      'changed-meanwhile',
    );
    expect(await outcome(identity.saveRole(await as('root'), 'leader', wanted))).toBe('done');
  });

  it('refuses to overwrite what somebody else has just changed', async () => {
    const root = await as('root');
    const id = await idOf('worker');
    expect(await outcome(identity.changeUser(root, id, { name: 'Một', version: 1 }))).toBe('done');
    expect(await outcome(identity.changeUser(root, id, { name: 'Hai', version: 1 }))).toBe('changed-meanwhile');
    expect(await outcome(identity.changeOrganisation(root, 'tram', { kind: 'centre', version: 1 }))).toBe('done');
    expect(await outcome(identity.changeOrganisation(root, 'tram', { kind: 'other', version: 1 }))).toBe(
      'changed-meanwhile',
    );
  });

  it("changes organisations only within one's own part, and never into a circle", async () => {
    const admin = await as('dept-admin');
    const alter = (id: string, more: object) =>
      outcome(identity.changeOrganisation(admin, id, { version: 1, ...more }));
    expect(await alter('so-yte', { parentId: 'so-nnmt' })).toBe('forbidden');
    expect(await alter('tram', { parentId: 'so-yte' })).toBe('forbidden');
    expect(await alter('tram', { parentId: null })).toBe('forbidden');
    expect(await alter('tram', { areaCode: '12440' })).toBe('forbidden');
    expect(await alter('so-nnmt', { parentId: 'tram' })).toBe('bad-organisation');
    expect(await alter('tram', { successorIds: ['so-la'] })).toBe('bad-organisation');
    expect(await alter('tram', { validFrom: '2026-01-02', validTo: '2026-01-01' })).toBe('bad-organisation');
    const below = (id: string, parentId: string | null): NewOrganisation => ({
      ...organisation(id, parentId),
      validFrom: null,
      validTo: null,
      successorIds: [],
    });
    expect(await outcome(identity.createOrganisation(admin, below('doi-1', 'so-yte')))).toBe('forbidden');
    expect(await outcome(identity.createOrganisation(admin, below('doi-1', null)))).toBe('forbidden');
    expect(await outcome(identity.createOrganisation(admin, below('doi-1', 'tram')))).toBe('done');
    expect(await outcome(identity.createOrganisation(admin, below('doi-1', 'tram')))).toBe('organisation-exists');
    expect(covers(await as('worker'), 'case:act', { organisationId: 'doi-1', areaCode: null })).toBe(true);
  });

  it('knows whom to tell: active users whose right reaches the row', async () => {
    const told = async (organisationId: string | null, areaCode: string | null) =>
      (await identity.holders('case:act', { organisationId, areaCode })).map((one) => one.loginName).sort();
    expect(await told('tram', null)).toEqual(['dept-admin', 'root', 'root2', 'worker']);
    expect(await told(null, '12433')).toEqual(['area-admin', 'root', 'root2']);
    await identity.changeUser(await as('root'), await idOf('worker'), { active: false, version: 1 });
    expect(await told('tram', null)).toEqual(['dept-admin', 'root', 'root2']);
  });

  it('does not stand still when more people change things at once than there are connections', async () => {
    const root = await as('root');
    const made = Array.from({ length: 14 }, (_, index) =>
      identity.createUser(root, { loginName: `hang.loat.${index}`, name: 'Hàng loạt', organisationId: 'tram' }),
    );
    expect(await Promise.all(made)).toHaveLength(14);
  });

  it('writes each change into the audit log under the place of the one it concerns', async () => {
    await identity.changeUser(await as('dept-admin'), await idOf('worker'), { phone: '0912345678', version: 1 });
    const found = await audit.find(visible(await as('dept-admin'), 'audit:read'), {
      action: 'user.change',
      limit: 5,
      offset: 0,
    });
    expect(found.items).toMatchObject([
      { actor: { name: 'dept-admin' }, organisationId: 'tram', detail: { fields: ['phone'] } },
    ]);
    expect(JSON.stringify(found.items)).not.toContain('0912345678');
  });
});
