import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { placeA, type Stage, stage } from '../../tests/reports-stage.ts';

let database: TestDatabase;
let on: Stage;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

const count = async (table: 'reports' | 'cases' | 'report_followers'): Promise<number> =>
  Number((await database.pool.query(`select count(*) as n from ${table}`)).rows[0].n);

describe('a report that is sent', () => {
  // Monday 23/11/2026 08:00 is half an hour into the working day (7:30 to 11:30, 13:30 to 17:30). Five days of 8 hours:
  // 7.5 h on Monday, 8 h each from Tuesday to Friday, half an hour on Monday 30/11: 08:00, which is 01:00 UTC.
  it('gets a number, a code, the commune of its place and the deadline of its category', async () => {
    const sent = await on.send();
    expect(sent.status).toBe(200);
    expect(sent.body).toMatchObject({
      number: 'PA-2026-000001',
      organisationName: { vi: 'UBND xã Vũ Thư' },
      dueAt: '2026-11-30T01:00:00.000Z',
    });
    expect(sent.body.code).toMatch(/^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/);
    const followed = await on.ask<{ step: string; number: string; clock: string; may: string[] }>(
      'POST',
      '/api/reports/follow',
      { code: sent.body.code?.toLowerCase().replaceAll('-', ' ') },
    );
    expect(followed.body).toMatchObject({
      number: sent.body.number,
      role: 'sender',
      step: 'received',
      clock: 'running',
      late: false,
      isPublic: false,
      category: { title: { vi: 'Ổ gà, mặt đường hư hỏng' } },
      may: [],
    });
  });

  it('is one report, however often the same draft comes: a double tap, or offline twice and then online', async () => {
    const draft = on.draft({ text: 'Cùng một bản nháp được gửi nhiều lần' });
    const before = await count('reports');
    const taps = await Promise.all([on.ask('POST', '/api/reports', draft), on.ask('POST', '/api/reports', draft)]);
    const later = await on.ask('POST', '/api/reports', draft);
    const all = [...taps, later].map((one) => one.body as unknown as { number: string; code: string });
    expect(new Set(all.map((one) => one.number)).size).toBe(1);
    expect(await count('reports')).toBe(before + 1);
    // Whichever answer reached the phone, its code opens the report.
    for (const { code, number } of all) {
      expect((await on.ask('POST', '/api/reports/follow', { code })).body).toMatchObject({ number });
    }
    const changed = await on.ask('POST', '/api/reports', { ...draft, text: 'Nội dung khác dưới cùng một mã yêu cầu' });
    expect([changed.status, changed.body.code]).toEqual([409, 'request-id-reused']);
  });

  it('is refused in words outside the province, with an unknown category, and with fields that it does not have', async () => {
    const before = await count('cases');
    const hanoi = await on.send({ location: { lon: 105.85, lat: 21.03 } });
    expect([hanoi.status, hanoi.body.code]).toEqual([422, 'outside-province']);
    expect(hanoi.body.detail).toContain('nằm ngoài địa bàn tỉnh');
    const nowhere = await on.send({ category: 'roads' });
    expect([nowhere.status, nowhere.body.code]).toEqual([422, 'no-such-category']);
    const lamp = { category: 'power.lighting', fields: { pole: 'C-17', owner: 'tôi' } };
    expect((await on.send(lamp)).body.code).toBe('report-fields');
    // Ids and states are the server's: a body that was tampered with is refused whole.
    const tampered = await on.send({ caseId: '00000000-0000-0000-0000-000000000000', step: 'published' });
    expect([tampered.status, tampered.body.code]).toEqual([400, 'invalid-input']);
    expect(await count('cases')).toBe(before);
  });

  it('keeps what is personal encrypted, and shows staff and public the masked text', async () => {
    const sent = await on.send({
      text: 'Rác chất đống trước nhà bà Nguyễn Thị Hoa, gọi 0912 345 678 để biết thêm',
      category: 'environment.litter',
    });
    const dump = await database.pool.query<{ line: string }>(
      `select r::text as line from reports r union all select c::text from cases c
       union all select t::text from case_timeline t
       union all select e::text from events e union all select a::text from audit_entries a`,
    );
    const stored = dump.rows.map((row) => row.line).join('\n');
    expect(stored).toContain('Rác chất đống trước nhà bà •••, gọi ••• để biết thêm');
    for (const personal of ['Nguyễn Thị Hoa', '0912 345 678']) {
      expect(stored).not.toContain(personal);
    }
    expect(stored).not.toContain(sent.body.code);
    expect(stored).not.toContain(String(sent.body.code).replaceAll('-', ''));
  });

  it('is marked as simulated only where the simulation’s own device sends it', async () => {
    const claimed = await on.send({ simulated: true });
    expect([claimed.status, claimed.body.code]).toEqual([403, 'not-the-simulation']);
    const made = await on.send({ simulated: true }, { key: on.deviceKey });
    const row = await database.pool.query('select provenance from reports where number = $1', [made.body.number]);
    expect(row.rows).toEqual([{ provenance: 'simulated' }]);
  });

  it('about an officer goes to the one above, out of sight of the unit that it is about', async () => {
    const sent = await on.send({
      category: 'administration.conduct',
      text: 'Cán bộ một cửa hạch sách, quát mắng người dân',
    });
    expect(sent.body.organisationName).toEqual({ vi: 'UBND tỉnh', en: 'UBND tỉnh' });
    const q = `/api/cases?type=report&q=${encodeURIComponent(String(sent.body.number))}`;
    expect((await on.ask('GET', q, undefined, { as: 'canbo-a' })).body).toMatchObject({ total: 0 });
    expect((await on.ask('GET', q, undefined, { as: 'chutich-a' })).body).toMatchObject({ total: 0 });
    expect((await on.ask('GET', q, undefined, { as: 'tinh' })).body).toMatchObject({ total: 1 });
  });

  it('is refused after too many from one address, while another address goes on', async () => {
    const from = { ip: '198.51.100.9' };
    const answers: number[] = [];
    for (let n = 0; n < 31; n++) answers.push((await on.send({}, from)).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(30);
    expect(answers.at(-1)).toBe(429);
    expect((await on.send({}, { ip: '198.51.100.10' })).status).toBe(200);
  });
});

describe('a follow code', () => {
  it('cannot be guessed: wrong codes tell nothing, and after many no code is looked at from there', async () => {
    const { code } = (await on.send()).body;
    const right = String(code);
    const ask = (ip: string, typed: string) => on.ask('POST', '/api/reports/follow', { code: typed }, { ip });
    const wrong = right.slice(0, -1) + (right.endsWith('0') ? '1' : '0');
    const first = await ask('192.0.2.50', wrong);
    expect([first.status, first.body.code]).toEqual([404, 'not-found']);
    expect((await ask('192.0.2.50', 'x')).body).toEqual({ ...first.body, instance: expect.anything() });
    await database.pool.query(`update citizen_attempts set n = 300 where key = 'follow-code:192.0.2.50'`);
    expect((await ask('192.0.2.50', right)).status).toBe(429);
    expect((await ask('192.0.2.51', right)).status).toBe(200);
  });
});

describe('the general doors of cases', () => {
  it('neither open nor move a report, whose rows would be left behind', async () => {
    const body = { type: 'report', title: 'Lách', severity: 2 };
    const opened = await on.ask('POST', '/api/cases', body, { as: 'tinh' });
    expect([opened.status, opened.body.code]).toEqual([409, 'own-door']);
    const sent = await on.send();
    const found = await on.ask<{ items: { id: string; version: number }[] }>(
      'GET',
      `/api/cases?type=report&q=${sent.body.number}`,
      undefined,
      { as: 'tinh' },
    );
    const [one] = found.body.items;
    const moved = await on.ask(
      'POST',
      `/api/cases/${one?.id}/move`,
      { to: 'assigned', version: one?.version },
      { as: 'tinh' },
    );
    expect([moved.status, moved.body.code]).toEqual([409, 'own-door']);
  });
});

describe('the place', () => {
  it('says which commune it is in, and that nothing is outside', async () => {
    const inside = await on.ask('GET', `/api/reports/place?lon=${placeA.lon}&lat=${placeA.lat}`);
    expect(inside.body).toMatchObject({ areaCode: '13192', areaName: 'Xã Vũ Thư' });
    const outside = await on.ask('GET', '/api/reports/place?lon=105.85&lat=21.03');
    expect(outside.body).toMatchObject({ areaCode: null, areaName: null });
  });
});
