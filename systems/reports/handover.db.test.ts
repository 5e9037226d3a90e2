import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { createGuard } from '../../platform/ingest/index.ts';
import { type Person, type Stage, stage } from '../../tests/reports-stage.ts';
import { partsOf } from './make-parts.ts';
import { workHandovers } from './receivers.ts';

let database: TestDatabase;
let on: Stage;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database, undefined, { PUBLIC_URL: 'https://dttm.example' });
  on.log.start();
  await on.log.settled();
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

const receiver = (body: object) =>
  on.ask<{ secret: string | null }>(
    'PUT',
    '/api/reports/receivers/pc-thaibinh',
    { email: null, url: null, clock: { budget: 'P1D', kind: 'working' }, active: true, version: 0, ...body },
    { as: 'tinh' },
  );
async function act(number: unknown, as: Person, what: string, body: object = {}) {
  const { rows } = await database.pool.query(
    'select c.id, c.version from cases c join reports r on r.case_id = c.id where r.number = $1',
    [number],
  );
  const path = `/api/reports/desk/${rows[0].id}/${what}`;
  const done = await on.ask('POST', path, { version: rows[0].version, ...body }, { as });
  expect([what, done.status]).toEqual([what, 200]);
}
const outage = { category: 'power.outage', text: 'Mất điện từ sáng ở thôn ba, gọi bà Nguyễn Thị Hoa 0912345678' };
const letters = async () => {
  await on.log.settled();
  return (
    await database.pool.query<{ address: string; subject: string; body: string }>(
      'select * from messages order by created_at',
    )
  ).rows;
};
const linkIn = (body: string): string => /https:\/\/dttm\.example(\/handover\/\S+)/.exec(body)?.[1] ?? '';
const page = async (path: string) => {
  const answer = await on.ask('GET', path);
  return { status: answer.status, text: String(answer.body), headers: answer.headers };
};
const form = (path: string, body = '') =>
  on.ask('POST', path, Buffer.from(body), { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
const stateOf = async (number: unknown) =>
  (
    await database.pool.query(
      'select h.state, r.step from report_handovers h join reports r using (case_id) where number = $1 order by h.made_at',
      [number],
    )
  ).rows;

describe('a body outside the authorities', () => {
  it('gets what a person has looked at by one e-mail, takes it on and answers with a photo, without an account', async () => {
    const made = await receiver({ email: 'truc@pc.example' });
    expect(made.body.secret).toMatch(/^[\w-]{43}$/);
    const sent = await on.send(outage);
    expect(await letters()).toEqual([]);
    await act(sent.body.number, 'truc', 'moderate', { decision: 'publish', text: 'Mất điện ở thôn ba', photos: [] });
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ address: 'truc@pc.example' });
    // One working day of eight hours from Monday 08:00 ends on Tuesday at 08:00.
    expect(letter?.body).toMatch(/Mất điện ở thôn ba[\s\S]*Hạn của đơn vị: 08:00 24\/11\/26/);
    expect(letter?.body).not.toContain('Hoa');

    const at = linkIn(letter?.body ?? '');
    const first = await page(at);
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
    });
    expect(first.text).toContain('Nhận xử lý');
    const accepted = await form(`${at}/accept`);
    expect([accepted.status, accepted.headers.location]).toEqual([303, at]);
    expect(await stateOf(sent.body.number)).toEqual([{ state: 'accepted', step: 'in-progress' }]);

    const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#283' } })
      .jpeg()
      .toBuffer();
    const body = Buffer.concat([
      Buffer.from('--b\r\ncontent-disposition: form-data; name="text"\r\n\r\nĐã đóng điện lại lúc 10 giờ.\r\n'),
      Buffer.from(
        '--b\r\ncontent-disposition: form-data; name="photo"; filename="sau.jpg"\r\ncontent-type: image/jpeg\r\n\r\n',
      ),
      photo,
      Buffer.from('\r\n--b--\r\n'),
    ]);
    const answered = await on.ask('POST', `${at}/answer`, body, {
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    expect([answered.status, await stateOf(sent.body.number)]).toEqual([
      303,
      [{ state: 'answered', step: 'proposed' }],
    ]);
    expect((await page(at)).text).toContain('Đơn vị đã gửi trả lời. Cơ quan phụ trách duyệt');
    // The authority approves; the citizen reads it with the photo of after.
    await act(sent.body.number, 'tinh', 'approve');
    const followed = await on.ask<{ messages: { text: string }[]; photos: { part: string }[] }>(
      'POST',
      '/api/reports/follow',
      { code: sent.body.code },
    );
    expect(followed.body.messages.at(-1)?.text).toBe('Đã đóng điện lại lúc 10 giờ.');
    expect(followed.body.photos.map((one) => one.part)).toEqual(['after']);
    expect((await form(`${at}/accept`)).status).toBe(409);
  });

  it('has a link that is good for its report and its days only', async () => {
    const at = linkIn((await letters())[0]?.body ?? '');
    const other = `${at.slice(0, -2)}${at.endsWith('AA') ? 'BB' : 'AA'}`;
    expect((await page(other)).status).toBe(404);
    const [id, until, signature] = at.replace('/handover/', '').split('.');
    expect((await page(`/handover/${id}.${Number(until) + 86_400}.${signature}`)).status).toBe(404);
    const now = on.clock.now;
    on.clock.now = new Date(now.getTime() + 30 * 86_400_000 - 1000);
    expect((await page(at)).status).toBe(200);
    on.clock.now = new Date(now.getTime() + 30 * 86_400_000);
    expect((await page(at)).status).toBe(404);
    on.clock.now = now;
  });

  it('hands back what is not its own, with the reason; the commune of the place has it then', async () => {
    await database.pool.query('delete from messages');
    const { number } = (await on.send(outage)).body;
    await act(number, 'truc', 'moderate', { decision: 'keep', reason: 'Chờ xác minh' });
    const at = linkIn((await letters())[0]?.body ?? '');
    expect((await form(`${at}/decline`, 'reason=x')).status).toBe(422);
    expect(
      (await form(`${at}/decline`, new URLSearchParams({ reason: 'Đường dây của khách hàng' }).toString())).status,
    ).toBe(303);
    await on.log.settled();
    const row = await database.pool.query('select organisation_id, transfers from reports where number = $1', [number]);
    expect(row.rows).toEqual([{ organisation_id: 'ubnd-13192', transfers: 1 }]);
    expect((await stateOf(number))[0]?.state).toBe('declined');
    const listed = await on.ask<{ items: { state: string; reason: string }[] }>(
      'GET',
      `/api/reports/desk/${(await database.pool.query('select case_id from reports where number = $1', [number])).rows[0].case_id}/handovers`,
      undefined,
      { as: 'canbo-a' },
    );
    expect(listed.body.items).toMatchObject([{ state: 'declined', reason: 'Đường dây của khách hàng' }]);
  });

  it('that leaves its time unused is reminded once; one whose report was taken away sees nothing to do', async () => {
    await database.pool.query('delete from messages');
    const { number } = (await on.send(outage)).body;
    await act(number, 'truc', 'moderate', { decision: 'keep', reason: 'Chờ xác minh' });
    const at = linkIn((await letters())[0]?.body ?? '');
    const parts = partsOf(on.platform);
    const now = on.clock.now;
    on.clock.now = new Date('2026-11-24T01:00:00Z');
    await workHandovers(parts);
    await workHandovers(parts);
    const subjects = (await letters()).map((one) => one.subject);
    expect(subjects.filter((one) => one.startsWith('Nhắc: '))).toHaveLength(1);
    await act(number, 'tinh', 'transfer', { organisationId: 'so-xd', reason: 'Sở xử lý' });
    await on.log.settled();
    expect((await stateOf(number))[0]?.state).toBe('withdrawn');
    expect((await page(at)).text).not.toContain('<form');
    on.clock.now = now;
  });

  it('with an API of its own gets JSON, signed and once, through the guard; what it does not take is tried again', async () => {
    const { rows } = await database.pool.query('select version, secret from report_receivers');
    const received: { body: string; key: string; signature: string }[] = [];
    let status = 503;
    const server = createServer(async (request, reply) => {
      let body = '';
      for await (const part of request) body += part;
      received.push({
        body,
        key: String(request.headers['idempotency-key']),
        signature: String(request.headers['x-dttm-signature']),
      });
      reply.statusCode = status;
      reply.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/phan-anh`;
    const saved = await receiver({ email: 'truc@pc.example', url, version: rows[0].version });
    expect(saved.body).toEqual({ secret: null });
    await database.pool.query('delete from messages');
    const { number } = (await on.send({ ...outage, urgency: 'emergency' })).body;
    // What is urgent does not wait for a moderator.
    expect(await letters()).toEqual([]);
    const parts = partsOf(on.platform);
    await workHandovers(parts);
    // A private address is not asked unless the operator named it.
    expect(received).toEqual([]);
    expect((await stateOf(number))[0]?.state).toBe('waiting');
    const named = { ...parts, guard: createGuard(['127.0.0.1']) };
    const later = (minutes: number): void => {
      on.clock.now = new Date(on.clock.now.getTime() + minutes * 60_000);
    };
    later(5);
    await workHandovers(named);
    status = 202;
    later(10);
    await workHandovers(named);
    later(60);
    await workHandovers(named);
    expect(received).toHaveLength(2);
    expect(received[0]?.key).toBe(received[1]?.key);
    expect((await stateOf(number))[0]?.state).toBe('sent');
    const last = received[1];
    const expected = createHmac('sha256', rows[0].secret)
      .update(last?.body ?? '')
      .digest('hex');
    expect(last?.signature).toBe(`sha256=${expected}`);
    const said = JSON.parse(last?.body ?? '{}');
    expect(said).toMatchObject({ number, category: 'power.outage', answerAt: expect.stringContaining('/handover/') });
    expect(said.text).toBe('Mất điện từ sáng ở thôn ba, gọi bà ••• •••');
    expect((await page(said.answerAt.replace('https://dttm.example', ''))).text).toContain('Nhận xử lý');
    await new Promise((resolve) => server.close(resolve));
  });

  it('is defined by who manages reports, with an address that may be asked', async () => {
    expect((await receiver({ version: 9 })).body.code).toBe('no-receiver-address');
    expect((await receiver({ email: 'a@b.example', version: 0 })).status).toBe(409);
    const bad = await receiver({ url: 'http://user:pass@pc.example/', version: 2 });
    expect(bad.body.code).toBe('url-credentials');
    expect((await on.ask('GET', '/api/reports/receivers', undefined, { as: 'canbo-a' })).status).toBe(403);
  });
});

describe('a proposal of units', () => {
  it('names who solved the like at this place, most first, with the time that it took; few cases propose nobody', async () => {
    const solve = async (organisationId: string | null) => {
      const { number } = (await on.send({ text: 'Ổ gà lớn trước nhà văn hóa thôn' })).body;
      if (organisationId) await act(number, 'tinh', 'transfer', { organisationId, reason: 'Đường tỉnh quản lý' });
      await act(number, 'tinh', 'propose', { text: 'Đã vá.', uploads: [] });
      on.clock.now = new Date(on.clock.now.getTime() + 6 * 3_600_000);
      await act(number, 'tinh', 'approve');
    };
    for (let n = 0; n < 3; n++) await solve('so-xd');
    await solve(null);
    const { number } = (await on.send({ text: 'Ổ gà mới ở cùng chỗ đó' })).body;
    const { rows } = await database.pool.query('select case_id from reports where number = $1', [number]);
    const proposed = await on.ask<{ items: object[] }>(
      'GET',
      `/api/reports/desk/${rows[0].case_id}/proposals`,
      undefined,
      { as: 'canbo-a' },
    );
    expect(proposed.body.items).toEqual([
      {
        organisationId: 'so-xd',
        organisationName: { vi: 'Sở Xây dựng', en: 'Sở Xây dựng' },
        solved: 3,
        inTime: 3,
        medianHours: 6,
      },
    ]);
    const stranger = await on.ask('GET', `/api/reports/desk/${rows[0].case_id}/proposals`, undefined, {
      as: 'canbo-b',
    });
    expect(stranger.status).toBe(404);
  });
});

it('tells administrators what is with a receiver and how it did, and a new key signs in place of the old', async () => {
  type Shown = { items: { organisationId: string; now: number; late: number; answered: number; inTime: number }[] };
  const list = await on.ask<Shown>('GET', '/api/reports/receivers', undefined, { as: 'tinh' });
  const { rows } = await database.pool.query(
    `select count(*) filter (where state in ('waiting', 'sent', 'accepted'))::int as now,
       count(*) filter (where state = 'answered')::int as answered from report_handovers`,
  );
  expect(list.body.items).toEqual([expect.objectContaining({ organisationId: 'pc-thaibinh', ...rows[0] })]);
  type Handed = { items: { number: string; state: string }[] };
  const handed = await on.ask<Handed>('GET', '/api/reports/receivers/pc-thaibinh/handovers', undefined, { as: 'tinh' });
  const total = await database.pool.query('select count(*)::int as n from report_handovers');
  expect(handed.body.items.length).toBe(total.rows[0].n);
  const keyOf = async () =>
    (await database.pool.query('select secret from report_receivers')).rows[0].secret.toString('base64url');
  const before = await keyOf();
  const renewed = await on.ask<{ secret: string }>('POST', '/api/reports/receivers/pc-thaibinh/key', undefined, {
    as: 'tinh',
  });
  expect(renewed.body.secret).toBe(await keyOf());
  expect(renewed.body.secret).not.toBe(before);
  for (const url of ['/api/reports/receivers', '/api/reports/receivers/pc-thaibinh/handovers'])
    expect((await on.ask('GET', url, undefined, { as: 'truc' })).status).toBe(403);
});
