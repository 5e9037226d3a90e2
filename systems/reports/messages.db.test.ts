import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import type { LogEvent } from '../../platform/events/index.ts';
import { type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import { partsOf } from './make-parts.ts';
import { tellFollowers } from './messages.ts';

let database: TestDatabase;
let on: Stage;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database, undefined, { PUBLIC_URL: 'https://dttm.example' });
});
afterAll(async () => {
  await on?.end();
  await database?.close();
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
  expect(done.status).toBe(200);
  return String(done.headers['set-cookie']).split(';')[0] ?? '';
}
async function act(number: unknown, as: Person, what: string, body: object = {}) {
  const { rows } = await database.pool.query(
    'select c.id, c.version from cases c join reports r on r.case_id = c.id where r.number = $1',
    [number],
  );
  const path = `/api/reports/desk/${rows[0].id}/${what}`;
  expect((await on.ask('POST', path, { version: rows[0].version, ...body }, { as })).status).toBe(200);
}
const sent = async () => {
  await on.log.settled();
  const { rows } = await database.pool.query<{ address: string; channel: string; body: string }>(
    'select address, channel, body from messages order by created_at, body',
  );
  return rows;
};

describe('the messages of a report', () => {
  it('reach the confirmed contact at each step with a link that opens the report, and tell nothing of what it says', async () => {
    const cookie = await signIn('0912 345 678');
    const secret = 'Đèn hỏng trước nhà bà Nguyễn Thị Hoa đã ba đêm';
    on.log.start();
    const report = await on.send({ text: secret }, { headers: { cookie } });
    const { number } = report.body;
    await act(number, 'truc', 'moderate', { decision: 'publish', text: 'Đèn hỏng đã ba đêm', photos: [] });
    await act(number, 'canbo-a', 'ask', { text: 'Cột số mấy?' });
    await on.ask('POST', '/api/reports/follow/reply', { code: report.body.code, text: 'Cột C-17' });
    await act(number, 'canbo-a', 'propose', { text: 'Đã thay bóng.', uploads: [] });
    await act(number, 'chutich-a', 'approve');
    const all = await sent();
    const link = /https:\/\/dttm\.example\/follow#\S+/.exec(all[0]?.body ?? '')?.[0] ?? '';
    expect(all).toEqual(
      [
        `đã được tiếp nhận và đang được kiểm tra. ${link}`,
        `đã được giao cho UBND xã Vũ Thư xử lý và công khai. ${link}`,
        `cần bạn bổ sung thông tin cho UBND xã Vũ Thư; thời hạn tạm dừng cho đến khi bạn trả lời. ${link}`,
        `đã có trả lời. Mời bạn xem và đánh giá kết quả. ${link}`,
      ]
        .map((text) => ({ address: '+84912345678', channel: 'sms', body: `Phản ánh ${number} ${text}` }))
        .sort((a, b) => (a.body < b.body ? -1 : 1)),
    );
    const opened = await on.ask('POST', '/api/reports/follow', { code: link.split('#')[1] });
    expect(opened.body).toMatchObject({ number, role: 'sender', step: 'published' });
    const stored = await database.pool.query<{ line: string }>('select f::text as line from report_followers f');
    expect(stored.rows.map((row) => row.line).join()).not.toContain(link.split('#')[1]?.replaceAll('-', ''));
  });

  it('are of one step each and sent once, when the process dies before the end and begins again', async () => {
    await on.log.settled();
    await database.pool.query('delete from messages');
    const parts = partsOf(on.platform);
    const { rows } = await database.pool.query<{ case_id: string }>('select case_id from reports limit 1');
    const event = { kind: 'report.answered', subject: rows[0]?.case_id, payload: {} } as unknown as LogEvent;
    const died = on.db.transaction().execute(async (tx) => {
      await tellFollowers(tx, parts, [event]);
      throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');
    expect(await sent()).toEqual([]);
    await on.db.transaction().execute((tx) => tellFollowers(tx, parts, [event]));
    expect(await sent()).toHaveLength(1);
  });

  it('are not sent to who has no account, and of those who joined only the end is told', async () => {
    await on.log.settled();
    await database.pool.query('delete from messages');
    const anonymous = await on.send({ text: 'Ổ gà lớn trước cổng chợ, không có tài khoản' });
    await act(anonymous.body.number, 'truc', 'moderate', { decision: 'publish', text: 'Ổ gà lớn', photos: [] });
    const cookie = await signIn('lan@vidu.vn');
    const joined = await on.ask(
      'POST',
      `/api/reports/by-number/${anonymous.body.number}/join`,
      { requestId: 'tham-gia-00000001' },
      { headers: { cookie } },
    );
    expect(joined.status).toBe(200);
    await act(anonymous.body.number, 'canbo-a', 'begin');
    expect(await sent()).toEqual([]);
    await act(anonymous.body.number, 'canbo-a', 'propose', { text: 'Đã vá.', uploads: [] });
    await act(anonymous.body.number, 'chutich-a', 'approve');
    expect(await sent()).toEqual([
      expect.objectContaining({
        address: 'lan@vidu.vn',
        channel: 'email',
        body: expect.stringContaining('đã có trả lời'),
      }),
    ]);
  });
});
