import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp, type Http } from '../http/index.ts';
import { createIdentity, serveIdentity } from './index.ts';

const PASSWORD = 'mùa gặt năm nay';

describe('the addresses of users, roles and organisations', () => {
  let database: TestDatabase;
  let http: Http;
  const now = (): Date => new Date(Date.UTC(2026, 10, 23, 1, 0));
  const cookies = new Map<string, string>();

  beforeEach(async () => {
    database = await testDatabase();
    cookies.clear();
    const audit = createAudit({ db: database.db, now });
    const identity = createIdentity({
      db: database.db,
      now,
      audit,
      announce: async () => undefined,
      areaClosure: (code) => [code],
    });
    http = await createHttp({ logger: false, authenticators: [identity.authenticate], version: '0' });
    serveIdentity(http, database.db, identity, audit);
    const person = (loginName: string, organisationId: string | null) => ({
      loginName,
      name: loginName,
      organisationId,
      password: PASSWORD,
      phone: '0912345678',
    });
    await identity.seed({
      organisations: [
        { id: 'so-nnmt', name: { vi: 'Sở Nông nghiệp và Môi trường', en: 'Agriculture' }, kind: 'department' },
        { id: 'ubnd-12433', name: { vi: 'UBND xã Đông Hưng', en: 'Dong Hung' }, kind: 'commune', areaCode: '12433' },
      ],
      users: [person('root', null), person('dept', 'so-nnmt'), person('officer', 'ubnd-12433')],
      assignments: [
        { loginName: 'root', roleCode: 'administrator', reach: { scope: 'all' } },
        { loginName: 'dept', roleCode: 'administrator', reach: { scope: 'organisation', organisationId: 'so-nnmt' } },
        { loginName: 'officer', roleCode: 'commune-officer', reach: { scope: 'area', areaCode: '12433' } },
      ],
    });
    for (const name of ['root', 'dept', 'officer']) await signIn(name, PASSWORD);
  });
  afterEach(async () => {
    await http.app.close();
    await database.close();
  });

  const call = (who: string, method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, payload?: object) =>
    http.app.inject({
      method,
      url,
      headers: { 'x-requested-with': 'dttm', cookie: cookies.get(who) ?? '' },
      ...(payload ? { payload } : {}),
    });
  const signIn = async (loginName: string, password: string) => {
    const answer = await call('', 'POST', '/api/session', { loginName, password });
    cookies.set(loginName, `dttm_session=${answer.cookies[0]?.value}`);
    return answer;
  };
  const idOf = async (loginName: string): Promise<string> =>
    (await database.pool.query('select id from users where login_name = $1', [loginName])).rows[0].id;

  it('are closed to strangers and, where they manage, to officers', async () => {
    const id = await idOf('root');
    for (const { method, url, access } of http.served()) {
      if (access === 'public') continue;
      const path = url.replace(':id', url.includes('organisations') ? 'so-nnmt' : id).replace(':code', 'leader');
      const ask = (who: string) =>
        call(who, method as 'GET', path, method === 'GET' || method === 'DELETE' ? undefined : {});
      expect([path, (await ask('stranger')).statusCode]).toEqual([path, 401]);
      if (access !== 'signed-in') expect([path, (await ask('officer')).statusCode]).toEqual([path, 403]);
    }
  });

  it('refuse a change without the header that only our own pages send', async () => {
    const answer = await http.app.inject({
      method: 'DELETE',
      url: `/api/users/${await idOf('officer')}/sessions`,
      headers: { cookie: cookies.get('root') ?? '' },
    });
    expect(answer.json().code).toBe('cross-site');
  });

  it('take a new user through: temporary password, nothing but changing it, then his rights', async () => {
    const made = await call('dept', 'POST', '/api/users', {
      loginName: 'moi',
      name: 'Người mới',
      organisationId: 'so-nnmt',
    });
    expect(made.statusCode).toBe(200);
    const { user, password } = made.json();
    expect(user).toMatchObject({
      mustChangePassword: true,
      may: ['edit', 'sign-out', 'reset-password', 'close', 'grant'],
    });
    const granted = await call('dept', 'POST', `/api/users/${user.id}/assignments`, {
      roleCode: 'auditor',
      reach: { scope: 'organisation', organisationId: 'so-nnmt' },
    });
    expect(granted.json().assignments).toMatchObject([{ role: { code: 'auditor' }, may: ['end'] }]);

    const first = await signIn('moi', password);
    expect(first.json()).toMatchObject({ mustChangePassword: true, permissions: {} });
    const changed = await call('moi', 'POST', '/api/session/password', {
      current: password,
      next: 'đê biển vững vàng',
    });
    expect(changed.json()).toMatchObject({
      mustChangePassword: false,
      permissions: { 'audit:read': { all: false, organisations: 1, areas: 0 } },
    });
    const ended = await call('dept', 'DELETE', `/api/assignments/${granted.json().assignments[0].id}`);
    expect(ended.statusCode).toBe(200);
    cookies.set('moi', `dttm_session=${changed.cookies[0]?.value}`);
    expect((await call('moi', 'GET', '/api/session')).json().permissions).toEqual({});
  });

  it('do not tell an administrator of a part whether somebody outside it exists', async () => {
    const hidden = await call('dept', 'GET', `/api/users/${await idOf('officer')}`);
    const missing = await call('dept', 'GET', `/api/users/${crypto.randomUUID()}`);
    expect(hidden.statusCode).toBe(404);
    expect({ ...hidden.json(), instance: '' }).toEqual({ ...missing.json(), instance: '' });
    const list = (await call('dept', 'GET', '/api/users')).json();
    expect(list).toMatchObject({ total: 1, items: [{ loginName: 'dept' }] });
  });

  it('never answer with a password hash, and write down who read personal data', async () => {
    const one = await call('root', 'GET', `/api/users/${await idOf('officer')}`);
    expect(one.json().phone).toBe('0912345678');
    expect(one.body + (await call('root', 'GET', '/api/users')).body).not.toContain('argon2');
    const { rows } = await database.pool.query(
      `select action, subject from audit_entries where action in ('user.read', 'user.list') order by id`,
    );
    expect(rows).toEqual([
      { action: 'user.read', subject: `user:${await idOf('officer')}` },
      { action: 'user.list', subject: null },
    ]);
  });

  it('find organisations for everybody who is signed in, with and without diacritics', async () => {
    const find = async (q: string) =>
      (await call('officer', 'GET', `/api/organisations?q=${encodeURIComponent(q)}`)).json();
    expect(await find('dong hung')).toMatchObject({
      total: 1,
      items: [{ id: 'ubnd-12433', areaCode: '12433', may: [] }],
    });
    expect(await find('MÔI TRƯỜNG')).toMatchObject({ total: 1, items: [{ id: 'so-nnmt', kind: 'department' }] });
    expect((await call('root', 'GET', '/api/organisations/so-nnmt')).json().may).toEqual(['edit', 'add-below']);
    expect((await call('root', 'GET', '/api/organisations/so-la')).statusCode).toBe(404);
  });

  it('take an organisation and a role from the administrator of everything, and check what they are given', async () => {
    const organisation = {
      id: 'tram-1',
      name: { vi: 'Trạm quan trắc', en: 'Station' },
      kind: 'centre',
      parentId: 'so-nnmt',
      areaCode: null,
      validFrom: '2026-01-01',
      validTo: null,
      successorIds: [],
    };
    expect((await call('root', 'POST', '/api/organisations', { ...organisation, id: 'Trạm 1' })).statusCode).toBe(400);
    expect((await call('root', 'POST', '/api/organisations', organisation)).json()).toMatchObject({ version: 1 });
    const changed = await call('dept', 'PATCH', '/api/organisations/tram-1', { kind: 'other', version: 1 });
    expect(changed.json()).toMatchObject({ kind: 'other', version: 2, validFrom: '2026-01-01' });
    const role = { name: { vi: 'Xem', en: 'See' }, permissions: ['case:read'] };
    expect((await call('root', 'PUT', '/api/roles/viewer', { ...role, permissions: ['case:all'] })).json().code).toBe(
      'no-such-permission',
    );
    expect((await call('root', 'PUT', '/api/roles/viewer', role)).json()).toMatchObject({ version: 1, may: ['edit'] });
    expect((await call('dept', 'PUT', '/api/roles/viewer', { ...role, version: 1 })).statusCode).toBe(403);
    // The eight roles of the program, and this one.
    expect((await call('root', 'GET', '/api/roles')).json().total).toBe(9);
  });
});
