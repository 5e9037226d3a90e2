import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createHttp, type Http } from '../http/index.ts';
import { createIdentity, type Identity, serveIdentity } from './index.ts';

const PASSWORD = 'mùa gặt năm nay';
const OTHER = 'đê biển vững vàng';

describe('signing in', () => {
  let database: TestDatabase;
  let identity: Identity;
  let http: Http;
  let clock: number;
  const announced: string[] = [];
  const now = (): Date => new Date(clock);
  const make = (): Identity =>
    createIdentity({
      db: database.db,
      now,
      audit: createAudit({ db: database.db, now }),
      announce: async (_tx, events) => {
        announced.push(...events.map((event) => `${event.kind} ${event.subject}`));
      },
      areaClosure: (code) => (code === '12433' ? ['12433', '12430'] : []),
    });
  const serve = async (one: Identity): Promise<Http> => {
    const made = await createHttp({ logger: false, authenticators: [one.authenticate], version: '0' });
    serveIdentity(made, database.db, one, createAudit({ db: database.db, now }));
    return made;
  };

  beforeEach(async () => {
    database = await testDatabase();
    clock = Date.UTC(2026, 10, 23, 1, 0);
    announced.length = 0;
    identity = make();
    http = await serve(identity);
  });
  afterEach(async () => {
    await http.app.close();
    await database.close();
  });

  const page = { 'x-requested-with': 'dttm', host: 'localhost' };
  const post = (url: string, payload: object, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    http.app.inject({ method: 'POST', url, payload, headers: { ...page, ...headers }, remoteAddress });
  const signIn = (loginName: string, password: string, from = '203.113.1.2', headers = {}) =>
    post('/api/session', { loginName, password }, headers, from);
  const cookieOf = (answer: { cookies: { name: string; value: string }[] }): string => {
    const cookie = answer.cookies.find((one) => one.name === 'dttm_session');
    if (!cookie) throw new Error('no session cookie');
    return `dttm_session=${cookie.value}`;
  };
  const session = async (cookie: string) =>
    (await http.app.inject({ url: '/api/session', headers: { cookie } })).json();
  const people = () =>
    identity.seed({
      organisations: [
        { id: 'ubnd-12433', name: { vi: 'UBND xã Vũ Thư', en: 'Vũ Thư commune' }, kind: 'commune', areaCode: '12433' },
      ],
      users: [{ loginName: 'nguyen.an', name: 'Nguyễn Văn An', organisationId: 'ubnd-12433', password: PASSWORD }],
      assignments: [
        { loginName: 'nguyen.an', roleCode: 'commune-officer', reach: { scope: 'area', areaCode: '12433' } },
      ],
    });
  const actions = async () =>
    (await database.pool.query('select action from audit_entries order by id')).rows.map((row) => row.action);

  it('gives a cookie that scripts cannot read, and stores only its hash', async () => {
    await people();
    const answer = await signIn(' Nguyen.AN ', PASSWORD);
    expect(answer.statusCode).toBe(200);
    expect(answer.cookies).toMatchObject([
      { name: 'dttm_session', httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 7 * 24 * 3600 },
    ]);
    expect(answer.cookies[0]).not.toHaveProperty('secure');
    const token = cookieOf(answer).split('=')[1] ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const stored = await database.pool.query(`select encode(token_hash, 'hex') as hash from sessions`);
    expect(JSON.stringify(stored.rows)).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
    expect(stored.rows[0].hash).toHaveLength(64);
    expect(await session(cookieOf(answer))).toMatchObject({
      principal: { name: 'Nguyễn Văn An', organisationId: 'ubnd-12433' },
      roles: [{ code: 'commune-officer', reach: { scope: 'area', areaCode: '12433' } }],
      permissions: { 'task:act': { all: false, organisations: 0, areas: 2 } },
      setupNeeded: false,
    });
    expect((await session(cookieOf(answer))).permissions).not.toHaveProperty('user:manage');
  });

  it('marks the cookie Secure where people come by https', async () => {
    await people();
    const behind = createIdentity({
      db: database.db,
      now,
      audit: createAudit({ db: database.db, now }),
      announce: async () => undefined,
      areaClosure: () => [],
      publicUrl: 'https://dttm.example.vn',
    });
    const secure = await serve(behind);
    const answer = await secure.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: page,
      payload: { loginName: 'nguyen.an', password: PASSWORD },
    });
    expect(answer.cookies[0]).toMatchObject({ secure: true });
    await secure.app.close();
  });

  it('answers an unknown name, a wrong password and a closed account in the same words', async () => {
    await people();
    const unknown = await signIn('ai.do', PASSWORD);
    const wrong = await signIn('nguyen.an', 'sai mật khẩu rồi');
    await database.pool.query('update users set active = false');
    const closed = await signIn('nguyen.an', PASSWORD);
    for (const answer of [unknown, wrong, closed]) {
      expect(answer.statusCode).toBe(401);
      expect({ ...answer.json(), instance: '' }).toEqual({ ...unknown.json(), instance: '' });
      expect(answer.cookies).toEqual([]);
    }
    const { rows } = await database.pool.query(
      `select detail->>'reason' as reason, subject is null as nobody from audit_entries where action = 'session.refuse' order by id`,
    );
    expect(rows).toEqual([
      { reason: 'unknown name', nobody: true },
      { reason: 'wrong password', nobody: false },
      { reason: 'account closed', nobody: false },
    ]);
    expect(JSON.stringify((await database.pool.query('select * from audit_entries')).rows)).not.toContain('ai.do');
  });

  it('slows guessing at one name from anywhere, for known and unknown names alike, and lets the owner in after it', async () => {
    await people();
    for (const name of ['nguyen.an', 'khong.co']) {
      for (let index = 0; index < 5; index++) {
        expect((await signIn(name, 'sai mật khẩu rồi', `203.113.${name.length}.${index}`)).statusCode).toBe(401);
      }
      const slowed = await signIn(name, PASSWORD, '198.51.100.7');
      expect(slowed.statusCode).toBe(429);
      expect(slowed.json().detail).toContain('đợi 5 giây');
    }
    clock += 5001;
    expect((await signIn('nguyen.an', PASSWORD, '198.51.100.7')).statusCode).toBe(200);
    // and the name starts anew
    expect((await signIn('nguyen.an', 'sai mật khẩu rồi', '198.51.100.7')).statusCode).toBe(401);
    expect((await signIn('nguyen.an', PASSWORD, '198.51.100.7')).statusCode).toBe(200);
  });

  it('slows one address that tries many names, but no other address', async () => {
    await people();
    for (let index = 0; index < 20; index++) {
      expect((await signIn(`ten.so.${index}`, 'sai mật khẩu rồi', '203.113.9.9')).statusCode).toBe(401);
    }
    expect((await signIn('nguyen.an', PASSWORD, '203.113.9.9')).statusCode).toBe(429);
    expect((await signIn('nguyen.an', PASSWORD, '203.113.9.10')).statusCode).toBe(200);
  });

  it('tries no more than five of many guesses sent at once', async () => {
    await people();
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, index) => signIn('nguyen.an', `mật khẩu đoán ${index}`, `198.51.100.${index}`)),
    );
    expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(5);
    expect(answers.filter((answer) => answer.statusCode === 429)).toHaveLength(10);
  });

  it('never takes over a session token that the browser brought, and ends that session', async () => {
    await people();
    const planted = `dttm_session=${'A'.repeat(43)}`;
    const first = await signIn('nguyen.an', PASSWORD, undefined, { cookie: planted });
    expect(cookieOf(first)).not.toBe(planted);
    expect((await session(planted)).principal).toBeNull();
    const second = await signIn('nguyen.an', PASSWORD, undefined, { cookie: cookieOf(first) });
    expect((await session(cookieOf(first))).principal).toBeNull();
    expect((await session(cookieOf(second))).principal).not.toBeNull();
  });

  it('does not sign in for a form of another site', async () => {
    await people();
    const payload = { loginName: 'nguyen.an', password: PASSWORD };
    const answer = await http.app.inject({ method: 'POST', url: '/api/session', payload });
    expect(answer.statusCode).toBe(403);
    expect(answer.json().code).toBe('cross-site');
  });

  it('ends a session after 12 idle hours, and after 7 days however busy', async () => {
    await people();
    const cookie = cookieOf(await signIn('nguyen.an', PASSWORD));
    clock += 12 * 3600_000 + 1000;
    expect((await session(cookie)).principal).toBeNull();
    const busy = cookieOf(await signIn('nguyen.an', PASSWORD));
    for (let hour = 0; hour < 7 * 24; hour += 8) {
      expect((await session(busy)).principal).not.toBeNull();
      clock += 8 * 3600_000;
    }
    expect((await session(busy)).principal).toBeNull();
    await identity.sweep();
    expect((await database.pool.query('select 1 from sessions')).rows).toEqual([]);
  });

  it('signs out at once, on the server too', async () => {
    await people();
    const cookie = cookieOf(await signIn('nguyen.an', PASSWORD));
    expect((await session(cookie)).principal).not.toBeNull();
    const answer = await http.app.inject({ method: 'DELETE', url: '/api/session', headers: { ...page, cookie } });
    expect(answer.statusCode).toBe(200);
    expect((await session(cookie)).principal).toBeNull();
    expect(await actions()).toContain('session.close');
    expect(announced.at(-1)).toMatch(/^identity.changed user:/);
  });

  it('changes a password only with the present one, ends the other sessions and changes the token', async () => {
    await people();
    const here = cookieOf(await signIn('nguyen.an', PASSWORD));
    const there = cookieOf(await signIn('nguyen.an', PASSWORD));
    const changing = (current: string, next: string) =>
      post('/api/session/password', { current, next }, { cookie: here });
    expect((await changing('sai mật khẩu rồi', OTHER)).json().code).toBe('wrong-password');
    expect((await changing(PASSWORD, 'ngắn')).json().code).toBe('weak-password');
    expect((await changing(PASSWORD, PASSWORD)).json().code).toBe('same-password');
    const done = await changing(PASSWORD, OTHER);
    expect(done.statusCode).toBe(200);
    expect((await session(here)).principal).toBeNull();
    expect((await session(there)).principal).toBeNull();
    expect((await session(cookieOf(done))).principal).not.toBeNull();
    expect((await signIn('nguyen.an', PASSWORD)).statusCode).toBe(401);
    expect((await signIn('nguyen.an', OTHER)).statusCode).toBe(200);
  });

  it('does not let a stolen session guess the present password', async () => {
    await people();
    const cookie = cookieOf(await signIn('nguyen.an', PASSWORD));
    const guess = () => post('/api/session/password', { current: 'sai mật khẩu rồi', next: OTHER }, { cookie });
    for (let index = 0; index < 5; index++) expect((await guess()).statusCode).toBe(422);
    expect((await guess()).statusCode).toBe(429);
  });

  it('hears of a change made by another process within 5 seconds, or at once when told', async () => {
    await people();
    const cookie = cookieOf(await signIn('nguyen.an', PASSWORD));
    const roles = async () => (await session(cookie)).roles.length;
    expect(await roles()).toBe(1);
    await database.pool.query('update assignments set valid_to = $1', [new Date(clock + 1)]);
    clock += 2000;
    expect(await roles()).toBe(1);
    identity.forget();
    expect(await roles()).toBe(0);
    await database.pool.query('update assignments set valid_to = null');
    clock += 5001;
    expect(await roles()).toBe(1);
  });

  describe('the first administrator', () => {
    const first = { loginName: 'quan.tri', name: 'Quản trị', password: PASSWORD };

    it('is made once from this machine, has all rights, and is signed in', async () => {
      expect((await session('')).setupNeeded).toBe(true);
      const answer = await post('/api/setup', first);
      expect(answer.statusCode).toBe(200);
      expect((await session(cookieOf(answer))).permissions['user:manage']).toEqual({
        all: true,
        organisations: 0,
        areas: 0,
      });
      expect((await session('')).setupNeeded).toBe(false);
      expect((await post('/api/setup', { ...first, loginName: 'ke.gian' })).json().code).toBe('set-up-already');
      expect(await actions()).toEqual(['user.first-administrator']);
    });

    it('is only one when several try at the same time', async () => {
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, index) => post('/api/setup', { ...first, loginName: `quan.tri${index}` })),
      );
      expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409, 409, 409, 409, 409]);
      expect((await database.pool.query('select count(*) as n from users')).rows[0].n).toBe(1);
    });

    it.each([
      ['another machine', {}, '203.113.1.2'],
      ['a proxy on this machine', { 'x-forwarded-for': '203.113.1.2' }, '127.0.0.1'],
      ['a foreign name that points here', { host: 'evil.example:8520' }, '127.0.0.1'],
    ])('needs the printed code from %s', async (_what, headers, address) => {
      const refused = await post('/api/setup', first, headers, address);
      expect(refused.json().code).toBe('setup-token-needed');
      const token = await identity.setupToken();
      const wrong = await post('/api/setup', { ...first, token: `${token?.slice(1)}x` }, headers, address);
      expect(wrong.statusCode).toBe(403);
      const answer = await post('/api/setup', { ...first, token }, headers, address);
      expect(answer.statusCode).toBe(200);
      expect(await identity.setupToken()).toBeNull();
      expect((await database.pool.query('select 1 from setup_tokens')).rows).toEqual([]);
    });

    it('does not take a weak password', async () => {
      expect((await post('/api/setup', { ...first, password: 'quan.tri' })).json().code).toBe('weak-password');
      expect(await identity.needsFirstAdministrator()).toBe(true);
    });
  });

  it('seeds once: the second time nothing is added, and what was edited or ended stays so', async () => {
    expect(await people()).toEqual({ organisations: 1, users: 1, assignments: 1 });
    await database.pool.query(`update organisations set name_vi = 'Tên đã sửa'`);
    await database.pool.query('update assignments set valid_to = valid_from');
    await database.pool.query(`update roles set permissions = '{case:read}', edited = true where code = 'leader'`);
    expect(await people()).toEqual({ organisations: 0, users: 0, assignments: 0 });
    await identity.prepare();
    identity.forget();
    expect((await identity.organisation('ubnd-12433'))?.name.vi).toBe('Tên đã sửa');
    expect((await identity.roles()).find((role) => role.code === 'leader')?.permissions).toEqual(['case:read']);
  });
});
