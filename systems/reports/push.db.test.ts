import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { startPushService } from '../../platform/notify/push-testing.ts';
import { type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import { closeAnswered } from './closing.ts';
import { partsOf } from './make-parts.ts';
import { terms } from './terms.ts';

let database: TestDatabase;
let on: Stage;
let service: Awaited<ReturnType<typeof startPushService>>;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
  on.log.start();
  service = await startPushService();
});
afterAll(async () => {
  await service?.close();
  await on?.end();
  await database?.close();
});
beforeEach(async () => {
  await on.log.settled();
  await database.pool.query('delete from messages; delete from push_subscriptions');
});

/** Confirms a contact as its owner does. @returns the cookie of the session */
async function signIn(contact: string): Promise<string> {
  await on.citizens.sendCode(contact, '203.0.113.90');
  const { rows } = await database.pool.query<{ body: string }>(
    `select body from messages where body like 'Mã xác nhận%' order by created_at desc, id limit 1`,
  );
  const code = /\d{6}/.exec(rows[0]?.body ?? '')?.[0] ?? '';
  const done = await on.ask('POST', '/api/citizens/session', { contact, code });
  await database.pool.query('delete from messages');
  return String(done.headers['set-cookie']).split(';')[0] ?? '';
}
async function act(number: unknown, as: Person, what: string, body: object = {}) {
  const { rows } = await database.pool.query(
    'select c.id, c.version from cases c join reports r on r.case_id = c.id where r.number = $1',
    [number],
  );
  const path = `/api/reports/desk/${rows[0].id}/${what}`;
  const done = await on.ask('POST', path, { version: rows[0].version, ...body }, { as });
  expect([what, done.status]).toEqual([what, 200]);
}
/** What is on its way to browsers: the path of the push service, and the message. */
const pushed = async () => {
  await on.log.settled();
  const { rows } = await database.pool.query<{ address: string; body: string }>(
    `select address, body from messages where channel = 'push' order by created_at, address`,
  );
  return rows.map(({ address, body }) => ({
    to: new URL(JSON.parse(address).endpoint).pathname,
    ...(JSON.parse(body) as { title: string; body: string; url: string }),
  }));
};

describe('push messages of a report', () => {
  it('tell each step in the words of the other messages, to who gave its code, with nothing of what it says', async () => {
    const sent = await on.send({ text: 'Đèn hỏng trước nhà bà Nguyễn Thị Hoa' });
    const { number, code } = sent.body;
    await on.log.settled();
    const subscribed = await on.ask('POST', '/api/reports/push', { code, ...service.subscription('/send/hoa') });
    expect([subscribed.status, subscribed.body]).toEqual([200, { on: true }]);
    await act(number, 'truc', 'moderate', { decision: 'publish', text: 'Đèn hỏng', photos: [] });
    await act(number, 'canbo-a', 'begin');
    expect(await pushed()).toEqual([
      {
        to: '/send/hoa',
        title: `Phản ánh ${number}`,
        body: `Phản ánh ${number} đã được giao cho UBND xã Vũ Thư xử lý và công khai.`,
        url: `/follow?report=${number}`,
      },
      {
        to: '/send/hoa',
        title: `Phản ánh ${number}`,
        body: `Phản ánh ${number} đang được UBND xã Vũ Thư xử lý.`,
        url: `/follow?report=${number}`,
      },
    ]);
  });

  it('tell an account of each of its reports, and stop when it is erased', async () => {
    const cookie = await signIn('hoa@vidu.vn');
    const headers = { cookie };
    const subscription = service.subscription('/send/account');
    expect((await on.ask('POST', '/api/reports/push', subscription, { headers })).status).toBe(200);
    const sent = await on.send({}, { headers });
    const stranger = await on.send();
    await act(sent.body.number, 'truc', 'moderate', { decision: 'publish', text: 'Ổ gà lớn trước chợ', photos: [] });
    await act(stranger.body.number, 'truc', 'moderate', {
      decision: 'publish',
      text: 'Ổ gà lớn trước chợ',
      photos: [],
    });
    const all = await pushed();
    expect(all.map((one) => [one.to, one.title])).toEqual([
      ['/send/account', `Phản ánh ${sent.body.number}`],
      ['/send/account', `Phản ánh ${sent.body.number}`],
    ]);
    await on.ask('DELETE', '/api/citizens/me', undefined, { headers });
    expect((await database.pool.query('select 1 from push_subscriptions')).rowCount).toBe(0);
  });

  it('are turned on by a code or an account only, and not by a form of another site', async () => {
    const sent = await on.send();
    const subscription = service.subscription();
    expect(
      (await on.ask('POST', '/api/reports/push', { code: '0000-0000-0000-0000-0000', ...subscription })).status,
    ).toBe(404);
    expect((await on.ask('POST', '/api/reports/push', subscription)).status).toBe(401);
    const cookie = await signIn('lan@vidu.vn');
    const foreign = { headers: { cookie, 'x-requested-with': 'other' } };
    expect((await on.ask('POST', '/api/reports/push', subscription, foreign)).status).toBe(403);
    const bad = { ...subscription, endpoint: 'http://127.0.0.1:22/x' };
    expect((await on.ask('POST', '/api/reports/push', { code: sent.body.code, ...bad })).status).toBe(422);
  });

  it('say whether they are on, end when asked to, and end with the report', async () => {
    const { code, number } = (await on.send()).body;
    const one = service.subscription('/send/a');
    const other = service.subscription('/send/b');
    const state = async (endpoint: string) =>
      (await on.ask('POST', '/api/reports/push/state', { code, endpoint })).body;
    for (const subscription of [one, other]) await on.ask('POST', '/api/reports/push', { code, ...subscription });
    expect(await state(one.endpoint)).toEqual({ on: true });
    expect((await on.ask('POST', '/api/reports/push/end', { code, endpoint: one.endpoint })).body).toEqual({
      on: false,
    });
    expect([await state(one.endpoint), await state(other.endpoint)]).toEqual([{ on: false }, { on: true }]);
    await act(number, 'truc', 'moderate', { decision: 'publish', text: 'Ổ gà lớn trước chợ', photos: [] });
    await act(number, 'canbo-a', 'propose', { text: 'Đã xong.', uploads: [] });
    await act(number, 'chutich-a', 'approve');
    on.clock.now = new Date(on.clock.now.getTime() + (terms.reopenDays + 1) * 86_400_000);
    await closeAnswered(partsOf(on.platform));
    expect((await pushed()).at(-1)).toMatchObject({
      to: '/send/b',
      body: `Phản ánh ${number} đã kết thúc; kết quả ghi trong phản ánh.`,
    });
    expect(await state(other.endpoint)).toEqual({ on: false });
  });
});
