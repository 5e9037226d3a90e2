import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { type Stage, stage } from '../../tests/reports-stage.ts';

let database: TestDatabase;
let on: Stage;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
  on.log.start();
  await on.log.settled();
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

type Flagged = {
  items: { caseId: string; number: string; known: string[]; flags: { kind: string; detail: object }[] }[];
};
const flagged = async () => {
  await on.log.settled();
  return (await on.ask<Flagged>('GET', '/api/reports/flagged', undefined, { as: 'truc' })).body.items;
};
const flagsOf = async (number: unknown) => (await flagged()).find((one) => one.number === number)?.flags ?? [];
const device = (n: number) => ({ headers: { 'x-report-device': `thiet-bi-thu-nghiem-${n}` } });

describe('marks of abuse', () => {
  it('are put on what many send alike, on links and on letters without words; each report stays as it was sent', async () => {
    const numbers: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      on.clock.now = new Date(on.clock.now.getTime() + 60_000);
      const sent = await on.send({ text: `Bán nhà giá rẻ, liên hệ ngay${'!'.repeat(n)}` }, { ip: `192.0.2.${n}` });
      numbers.push(sent.body.number);
    }
    // Three others within a day: the fourth is marked, the third is not.
    expect(await flagsOf(numbers[2])).toEqual([]);
    expect(await flagsOf(numbers[3])).toEqual([expect.objectContaining({ kind: 'same-text', detail: { others: 3 } })]);
    const link = await on.send({ text: 'Vay nhanh tại https://vay.example/nhanh hôm nay' });
    expect((await flagsOf(link.body.number)).map((one) => one.kind)).toEqual(['links']);
    const kept = await database.pool.query('select step from reports where number = any($1)', [
      [...numbers, link.body.number],
    ]);
    expect(kept.rows).toEqual(Array(5).fill({ step: 'received' }));
  });

  it('are put on a photo that came with another report, whatever it is called', async () => {
    const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#4a6' } })
      .jpeg()
      .toBuffer();
    const send = async (name: string, text: string) => {
      const begun = await on.ask<{ id: string }>('POST', '/api/reports/uploads', { name, bytes: photo.byteLength });
      await on.ask('PATCH', `/api/reports/uploads/${begun.body.id}`, photo, {
        headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
      });
      return (await on.send({ text, uploads: [begun.body.id] })).body.number;
    };
    const first = await send('a.jpg', 'Rác đổ bên bờ sông gần cầu Bo');
    const second = await send('b.jpg', 'Cây đổ chắn đường sau bão ở thôn ba');
    expect(await flagsOf(first)).toEqual([]);
    expect(await flagsOf(second)).toEqual([
      expect.objectContaining({ kind: 'same-photo', detail: { numbers: [first] } }),
    ]);
  });

  it('are gone from the list when a person has judged, by whom and how is kept; who may not moderate sees none', async () => {
    const sent = await on.send({ text: 'Xem thêm tại www.quang-cao.example nhé mọi người' });
    await flagged();
    const id = (await flagged()).find((one) => one.number === sent.body.number)?.caseId;
    const judged = await on.ask('POST', `/api/reports/flagged/${id}/judge`, { verdict: 'fine' }, { as: 'truc' });
    expect(judged.status).toBe(200);
    expect(await flagsOf(sent.body.number)).toEqual([]);
    const row = await database.pool.query('select verdict, judged_by_name from report_flags where case_id = $1', [id]);
    expect(row.rows).toEqual([{ verdict: 'fine', judged_by_name: 'Người truc' }]);
    expect((await on.ask('GET', '/api/reports/flagged', undefined, { as: 'canbo-a' })).status).toBe(403);
    expect((await on.ask('GET', '/api/reports/flagged')).status).toBe(401);
  });
});

describe('a block', () => {
  const block = (body: object) =>
    on.ask<{ made: number }>(
      'POST',
      '/api/reports/blocks',
      { reason: 'Gửi quảng cáo nhiều lần', days: 30, ...body },
      {
        as: 'truc',
      },
    );
  type Listed = {
    items: { id: string; kind: string; number: string; appeal: string | null; liftedWhy: string | null }[];
  };
  const list = async (past = false) =>
    (await on.ask<Listed>('GET', `/api/reports/blocks?past=${past}`, undefined, { as: 'truc' })).body.items;

  it('of a report’s sender keeps that device out and no other, says why, until when and how to appeal, and ends', async () => {
    on.clock.now = new Date('2026-11-23T02:00:00Z');
    const from = { ip: '198.51.100.30', ...device(1) };
    const sent = await on.send({ text: 'Cho vay tiền không cần thế chấp gọi ngay' }, from);
    expect((await block({ number: sent.body.number, kinds: ['device'] })).body).toEqual({ made: 1 });

    const refused = await on.send({ text: 'Cho vay tiền không cần thế chấp lần nữa' }, from);
    expect([refused.status, refused.body.code]).toEqual([403, 'sender-blocked']);
    // Thirty days after 09:00 on 23 November in Vietnam: 09:00 on 23 December.
    expect(refused.body.detail).toMatch(/đến 09:00 23\/12\/26\. Lý do: Gửi quảng cáo nhiều lần\. .*khiếu nại/);
    expect((await on.send({ text: 'Đèn đường ngõ mười hai bị hỏng' }, { ip: from.ip, ...device(2) })).status).toBe(200);
    // What was sent before stays, as evidence.
    expect((await on.ask('POST', '/api/reports/follow', { code: sent.body.code })).status).toBe(200);

    const id = (await list())[0]?.id;
    const heard = await on.ask('POST', `/api/reports/blocks/${id}/appeal`, { text: 'Tôi gửi nhầm, xin lỗi.' });
    expect(heard.status).toBe(200);
    expect((await on.ask('POST', `/api/reports/blocks/${id}/appeal`, { text: 'Lần nữa.' })).status).toBe(404);
    expect((await list())[0]).toMatchObject({
      kind: 'device',
      number: sent.body.number,
      appeal: 'Tôi gửi nhầm, xin lỗi.',
    });
    const lifted = await on.ask('POST', `/api/reports/blocks/${id}/lift`, { why: 'Đã xin lỗi' }, { as: 'truc' });
    expect(lifted.status).toBe(200);
    expect((await on.send({ text: 'Ổ gà lớn trước cổng trường làng' }, from)).status).toBe(200);
    expect(await list()).toEqual([]);
    expect((await list(true))[0]).toMatchObject({ id, liftedWhy: 'Đã xin lỗi' });
    const audited = await database.pool.query(
      `select action from audit_entries where action like 'report-block.%' order by id`,
    );
    expect(audited.rows.map((row) => row.action)).toEqual([
      'report-block.make',
      'report-block.appeal',
      'report-block.lift',
    ]);
  });

  it('ends by itself on its day', async () => {
    on.clock.now = new Date('2026-11-23T02:00:00Z');
    const from = { ip: '198.51.100.31', ...device(3) };
    const sent = await on.send({ text: 'Rao vặt linh tinh không liên quan gì' }, from);
    await block({ number: sent.body.number, kinds: ['device', 'network'], days: 1 });
    expect((await on.send({}, from)).status).toBe(403);
    on.clock.now = new Date('2026-11-24T02:00:00Z');
    expect((await on.send({}, from)).status).toBe(200);
  });

  it('of a contact meets whoever gives that contact, written in any way; the list holds no contact', async () => {
    const client = systemPrincipal('test', ['device:manage']);
    const { key } = await on.ingest.registerDevice(client, 'app-chan', 'Ứng dụng', []);
    expect((await block({ contact: '+84 912 345 678' })).body).toEqual({ made: 1 });
    const post = (phone: string) =>
      on.ask<{ code: number; description: string }[]>(
        'POST',
        '/open311/v2/requests.json',
        Buffer.from(
          new URLSearchParams({
            api_key: key,
            service_code: 'roads.pothole',
            lat: '20.4447',
            long: '106.2677',
            description: `Đường hỏng ${phone}`,
            phone,
          }).toString(),
        ),
        { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      );
    const refused = await post('0912345678');
    expect([refused.status, refused.body[0]?.description]).toEqual([403, expect.stringContaining('Lý do')]);
    expect((await post('0912345679')).status).toBe(200);
    const dump = await database.pool.query<{ line: string }>('select b::text as line from report_blocks b');
    expect(dump.rows.map((one) => one.line).join()).not.toContain('912345678');
  });

  it('is made by whoever moderates the whole province, with a reason, and for no longer than its kind allows', async () => {
    const sent = await on.send({ text: 'Một phản ánh bình thường về đường làng' }, device(4));
    const { number } = sent.body;
    const long = await block({ number, kinds: ['network'], days: 30 });
    expect([long.status, long.body.code]).toEqual([422, 'block-too-long']);
    expect((await block({ number, kinds: ['contact'], days: 3 })).body.code).toBe('nothing-to-block');
    expect((await block({ number, kinds: ['device'], reason: '  ' })).status).toBe(400);
    const body = { number, kinds: ['device'], reason: 'Thử vượt quyền', days: 1 };
    expect((await on.ask('POST', '/api/reports/blocks', body, { as: 'canbo-a' })).status).toBe(403);
  });
});
