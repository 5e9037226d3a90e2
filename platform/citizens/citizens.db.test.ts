import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { createHttp, type Http } from '../http/index.ts';
import { createGuard } from '../ingest/index.ts';
import { createNotify, type Notify } from '../notify/index.ts';
import type { Principal } from '../rights/index.ts';
import { type Citizens, type CitizensOptions, createCitizens, serveCitizens } from './index.ts';
import { signInThere, startEId, type TestEId } from './testing.ts';

const officer: Principal = { kind: 'user', id: 'u-tho', name: 'Vũ Thọ', organisationId: 'ubnd', grants: [] };
const PLATFORM = 'http://127.0.0.1:8520';

describe('citizens', () => {
  let database: TestDatabase;
  let log: Log;
  let notify: Notify;
  let clock: number;
  const now = () => new Date(clock);
  const make = (more: Partial<CitizensOptions> = {}): Citizens =>
    createCitizens({
      db: database.db,
      audit: createAudit({ db: database.db, now }),
      notify,
      now,
      isUnit: (code) => code === '12433',
      ...more,
    });
  /** What would go out, newest last. */
  const letters = async () =>
    (
      await sql<{ channel: string; address: string; body: string }>`select channel, address, body from messages
        order by created_at, id`.execute(database.db)
    ).rows;
  const codeOf = (body: string | undefined): string => /\d{6}/.exec(body ?? '')?.[0] ?? 'none';
  const lastCode = async (): Promise<string> => codeOf((await letters()).at(-1)?.body);
  const enter = async (citizens: Citizens, contact: string) => {
    clock += 1000;
    await citizens.sendCode(contact, '10.0.0.1');
    return citizens.confirm(contact, await lastCode(), '10.0.0.1', null);
  };

  beforeEach(async () => {
    database = await testDatabase();
    clock = Date.UTC(2026, 10, 25, 3, 0);
    log = createLog({ db: database.db, pool: database.pool, now, onError: () => undefined });
    notify = createNotify({
      db: database.db,
      log,
      now,
      recipients: async () => [],
      from: 'Đô thị thông minh <dttm@thaibinh.example>',
      guard: createGuard([]),
      onError: () => undefined,
    });
  });
  afterEach(async () => {
    await notify.stop();
    await log.stop();
    await database.close();
  });

  it('are known by a contact whose code came back, the same person each time', async () => {
    const citizens = make();
    const first = await enter(citizens, '0912 345 678');
    const again = await enter(citizens, '+84912345678');
    expect(again.citizen.id).toBe(first.citizen.id);
    expect(again.token).not.toBe(first.token);
    expect(await citizens.of({ cookies: { dttm_citizen: first.token } })).toMatchObject({ id: first.citizen.id });
    expect(await citizens.of({ cookies: { dttm_citizen: `${first.token.slice(0, -1)}A` } })).toBe(null);
    expect((await letters()).map(({ channel, address }) => [channel, address])).toEqual([
      ['sms', '+84912345678'],
      ['sms', '+84912345678'],
    ]);
  });

  it('cannot be guessed: five wrong codes and the right one is of no use, also all at once', async () => {
    const citizens = make();
    await citizens.sendCode('0912345678', '10.0.0.1');
    const right = await lastCode();
    const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0');
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => citizens.confirm('0912345678', wrong, '10.0.0.1', null)),
    );
    expect(tries.every((one) => one.status === 'rejected')).toBe(true);
    await expect(citizens.confirm('0912345678', right, '10.0.0.1', null)).rejects.toThrow('wrong-code');
  });

  it('use a code once, within ten minutes, for the contact it was sent to', async () => {
    const citizens = make();
    await citizens.sendCode('0912345678', '10.0.0.1');
    const code = await lastCode();
    await citizens.sendCode('0987654321', '10.0.0.1');
    await expect(citizens.confirm('0987654321', code, '10.0.0.1', null)).rejects.toThrow('wrong-code');
    const both = await Promise.allSettled([
      citizens.confirm('0912345678', code, '10.0.0.1', null),
      citizens.confirm('0912345678', code, '10.0.0.1', null),
    ]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    await citizens.sendCode('0912345678', '10.0.0.1');
    const late = await lastCode();
    clock += 600_001;
    await expect(citizens.confirm('0912345678', late, '10.0.0.1', null)).rejects.toThrow('wrong-code');
  });

  it('are sent at most five codes an hour', async () => {
    const citizens = make();
    for (let n = 0; n < 5; n++) await citizens.sendCode('0912345678', `10.0.0.${n}`);
    await expect(citizens.sendCode('0912 345 678', '10.0.0.9')).rejects.toThrow('too-many-attempts');
    clock += 3_600_001;
    await citizens.sendCode('0912345678', '10.0.0.9');
  });

  it('keep what is personal sealed: neither contact nor code lies readable in the database', async () => {
    const citizens = make();
    const { citizen } = await enter(citizens, 'an.nguyen@vidu.vn');
    const code = await lastCode();
    // The message itself must be readable until it is sent; then it is wiped.
    await sql`update messages set state = 'sent', address = '', body = ''`.execute(database.db);
    for (const table of [
      'citizens',
      'citizen_contacts',
      'contact_codes',
      'citizen_sessions',
      'audit_entries',
      'messages',
    ]) {
      const rows = await sql<{ text: string }>`select t::text as text from ${sql.table(table)} t`.execute(database.db);
      const all = rows.rows.map((row) => row.text).join('\n');
      expect(all).not.toContain('an.nguyen');
      expect(all).not.toContain(Buffer.from('an.nguyen').toString('hex'));
      expect(all.includes(code), `${table} holds the code`).toBe(false);
    }
    expect(await citizens.contactFor(officer, 'report-answer', citizen.id)).toEqual({
      kind: 'email',
      value: 'an.nguyen@vidu.vn',
    });
    const read = await sql<{ detail: { purpose: string } }>`select detail from audit_entries
      where action = 'personal.read' and actor_id = 'u-tho'`.execute(database.db);
    expect(read.rows.map((row) => row.detail.purpose)).toEqual(['report-answer']);
  });

  it('are erased by destroying their key, and what was sealed is unreadable', async () => {
    const citizens = make();
    const { citizen, token } = await enter(citizens, '0912345678');
    const sealed = await citizens.seal(database.db, citizen.id, 'Nguyễn Văn An');
    expect(await citizens.unseal(officer, 'test', citizen.id, sealed)).toBe('Nguyễn Văn An');
    await citizens.erase(officer, citizen.id);
    expect(await citizens.unseal(officer, 'test', citizen.id, sealed)).toBe(null);
    expect(await citizens.of({ cookies: { dttm_citizen: token } })).toBe(null);
    expect(await citizens.contactFor(officer, 'test', citizen.id)).toBe(null);
    // The number may come again, as a new person.
    expect((await enter(citizens, '0912345678')).citizen.id).not.toBe(citizen.id);
  });

  it('cannot have one person’s sealed value read as another’s', async () => {
    const citizens = make();
    const one = await enter(citizens, '0912345678');
    const other = await enter(citizens, '0987654321');
    const sealed = await citizens.seal(database.db, one.citizen.id, 'bí mật');
    await expect(citizens.unseal(officer, 'test', other.citizen.id, sealed)).rejects.toThrow();
  });

  describe('by the national identity', () => {
    let eId: TestEId;
    let citizens: Citizens;
    let http: Http;

    beforeEach(async () => {
      eId = await startEId(`${PLATFORM}/api/citizens/e-id/callback`);
      citizens = make({
        eId: {
          issuer: eId.issuer,
          clientId: eId.clientId,
          clientSecret: eId.clientSecret,
          publicUrl: PLATFORM,
          scope: 'openid profile',
          numberClaim: 'citizen_id',
          residenceClaim: 'residence_unit',
        },
      });
      http = await createHttp({ logger: false, authenticators: [], version: 'test' });
      serveCitizens(http, citizens);
    });
    afterEach(async () => {
      await http.app.close();
      await eId.close();
    });

    const signIn = async (who: string, returnTo = '/') => {
      const begun = await http.app.inject(`/api/citizens/e-id?returnTo=${encodeURIComponent(returnTo)}`);
      const state = begun.cookies.find((one) => one.name === 'dttm_e_id')?.value ?? '';
      const back = new URL(await signInThere(String(begun.headers.location), who, PLATFORM));
      const asked = back.pathname + back.search;
      return { asked, state, answer: await http.app.inject({ url: asked, cookies: { dttm_e_id: state } }) };
    };
    const session = (answer: { cookies: { name: string; value: string }[] }) =>
      answer.cookies.find((one) => one.name === 'dttm_citizen')?.value ?? '';

    it('come in with their number and residence, one person whatever account they use there', async () => {
      eId.people.set('acc-1', { number: '034090001234', name: 'Nguyễn Văn An', residence: '12433' });
      eId.people.set('acc-2', { number: '034090001234', name: 'Nguyễn Văn An' });
      const first = await signIn('acc-1', '/y-kien/1?x=2');
      expect([first.answer.statusCode, first.answer.headers.location]).toEqual([302, '/y-kien/1?x=2']);
      const one = await citizens.of({ cookies: { dttm_citizen: session(first.answer) } });
      expect(one).toMatchObject({ assurance: 'national-id', residence: '12433', residenceBy: 'national-id' });
      const two = await citizens.of({ cookies: { dttm_citizen: session((await signIn('acc-2')).answer) } });
      expect(two?.id).toBe(one?.id);
      if (!one) throw new Error('nobody');
      expect(await citizens.subjectOf(one)).toEqual({ kind: 'citizen', value: '034090001234' });
      await expect(citizens.setResidence(one, '12433')).rejects.toThrow('residence-known');
    });

    it('are refused with another browser’s state, twice with the same, and without a number', async () => {
      eId.people.set('acc-1', { number: '034090001234' });
      eId.people.set('acc-3', { name: 'Không Số' });
      const { asked, state } = await signIn('acc-1');
      expect((await http.app.inject({ url: asked, cookies: { dttm_e_id: state } })).statusCode).toBe(400);
      expect((await http.app.inject({ url: asked, cookies: { dttm_e_id: 'other' } })).statusCode).toBe(400);
      expect((await http.app.inject({ url: asked })).statusCode).toBe(400);
      expect((await signIn('acc-3')).answer.statusCode).toBe(422);
    });

    it('are never sent on to another site', async () => {
      eId.people.set('acc-1', { number: '034090001234' });
      for (const elsewhere of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
        expect((await signIn('acc-1', elsewhere)).answer.headers.location).toBe('/');
      }
    });
  });

  it('change nothing by a form on another site', async () => {
    const http = await createHttp({ logger: false, authenticators: [], version: 'test' });
    serveCitizens(http, make());
    const body = { contact: '0912345678' };
    const own = { 'x-requested-with': 'dttm' };
    const post = (headers: Record<string, string>) =>
      http.app.inject({ method: 'POST', url: '/api/citizens/codes', headers, payload: body });
    expect((await post({})).statusCode).toBe(403);
    expect((await post(own)).statusCode).toBe(200);
    const answer = await http.app.inject({
      method: 'POST',
      url: '/api/citizens/session',
      headers: own,
      payload: { ...body, code: await lastCode() },
    });
    expect(answer.json()).toMatchObject({
      citizen: { assurance: 'code', contacts: [{ kind: 'phone', shown: '09•••••678' }] },
      eId: false,
    });
    const cookie = answer.cookies.find((one) => one.name === 'dttm_citizen');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    await http.app.close();
  });
});
