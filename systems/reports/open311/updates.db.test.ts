import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../platform/database/testing.ts';
import { systemPrincipal } from '../../../platform/rights/index.ts';
import { type Person, type Stage, stage } from '../../../tests/reports-stage.ts';

let database: TestDatabase;
let on: Stage;
let ofReceiver: string;
let ofSomebody: string;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
  on.log.start();
  await on.log.settled();
  const client = systemPrincipal('test', ['device:manage']);
  ofReceiver = (await on.ingest.registerDevice(client, 'dien-luc', 'Hệ thống của Điện lực', [])).key;
  ofSomebody = (await on.ingest.registerDevice(client, 'ung-dung', 'Ứng dụng khác', [])).key;
  const made = await on.ask(
    'PUT',
    '/api/reports/receivers/pc-thaibinh',
    {
      email: 'truc@pc.example',
      url: null,
      clock: { budget: 'P1D', kind: 'working' },
      active: true,
      clientId: 'dien-luc',
      version: 0,
    },
    { as: 'tinh' },
  );
  expect(made.status).toBe(200);
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

async function act(number: unknown, as: Person, what: string, body: object = {}) {
  const { rows } = await database.pool.query(
    'select c.id, c.version from cases c join reports r on r.case_id = c.id where r.number = $1',
    [number],
  );
  const path = `/api/reports/desk/${rows[0].id}/${what}`;
  const done = await on.ask('POST', path, { version: rows[0].version, ...body }, { as });
  expect([what, done.status]).toEqual([what, 200]);
}
let sentSoFar = 0;
/** A report of a power cut that was handed over to the power company. */
async function handedOver(): Promise<string> {
  const sent = await on.send({ category: 'power.outage', text: `Mất điện ở thôn ${++sentSoFar} từ sáng` });
  await act(sent.body.number, 'truc', 'moderate', { decision: 'publish', text: 'Mất điện', photos: [] });
  await on.log.settled();
  return sent.body.number;
}
type Answer = { update_id?: string; service_request_id?: string; code?: number; description?: string }[];
/** As FixMyStreet sends an update, form-encoded. */
const say = (given: Record<string, string>, format = 'json') =>
  on.ask<Answer>(
    'POST',
    `/open311/v2/servicerequestupdates.${format}`,
    Buffer.from(new URLSearchParams({ api_key: ofReceiver, jurisdiction_id: 'thaibinh.gov.vn', ...given }).toString()),
    { headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' } },
  );
const stateOf = async (number: string) =>
  (
    await database.pool.query(
      'select h.state, r.step from report_handovers h join reports r using (case_id) where number = $1 order by made_at',
      [number],
    )
  ).rows[0];

describe('an update that a receiver’s own system posts', () => {
  it('takes a request on, remarks on it, and answers it; said again it is the same one', async () => {
    const number = await handedOver();
    const first = {
      service_request_id: number,
      update_id: '638344',
      status: 'INVESTIGATING',
      description: 'Đội quản lý lưới đang đến kiểm tra',
      updated_datetime: '2026-11-23T08:10:00+07:00',
    };
    const taken = await say(first);
    expect([taken.status, taken.body]).toEqual([200, [{ update_id: '638344', service_request_id: number }]]);
    expect(await stateOf(number)).toEqual({ state: 'accepted', step: 'in-progress' });
    // The remark is for the authority; the public reads it nowhere.
    const notes = () => database.pool.query(`select 1 from case_timeline t where t::text like '%Đội quản lý lưới%'`);
    expect((await notes()).rowCount).toBe(1);
    expect((await say(first)).body).toEqual(taken.body);
    expect((await notes()).rowCount).toBe(1);
    expect(JSON.stringify((await on.ask('GET', `/api/reports/public/${number}`)).body)).not.toContain('Đội quản lý');

    const done = await say(
      { service_request_id: number, status: 'FIXED', description: 'Đã đóng điện lại lúc 10 giờ.' },
      'xml',
    );
    expect(done.status).toBe(200);
    expect(done.body.toString()).toMatch(
      new RegExp(
        `^<\\?xml version="1.0" encoding="utf-8"\\?>\\s*<service_request_updates><request_update><update_id>[^<]+</update_id><service_request_id>${number}</service_request_id></request_update></service_request_updates>$`,
        'i',
      ),
    );
    // The authority approves it like any other answer.
    expect(await stateOf(number)).toEqual({ state: 'answered', step: 'proposed' });
    const late = await say({ service_request_id: number, status: 'CLOSED', description: 'Một lần nữa' });
    expect([late.status, late.body]).toEqual([400, [{ code: 400, description: expect.stringContaining(number) }]]);
  });

  it('hands back what is not the receiver’s', async () => {
    const number = await handedOver();
    const said = await say({
      service_request_id: number,
      status: 'NOT_COUNCILS_RESPONSIBILITY',
      description: 'Lưới này của hợp tác xã quản lý',
    });
    expect(said.status).toBe(200);
    expect(await stateOf(number)).toMatchObject({ state: 'declined' });
  });

  it('is of requests that were handed over to it and nobody else’s, and of its own key', async () => {
    const mine = await handedOver();
    const other = (await on.send()).body.number;
    const update = { status: 'IN_PROGRESS', description: 'Đang xử lý' };
    const refused = async (given: Record<string, string>) => {
      const { status, body } = await say({ ...update, ...given });
      expect(body).toEqual([{ code: status, description: expect.any(String) }]);
      return status;
    };
    expect(await refused({ service_request_id: other })).toBe(404);
    expect(await refused({ service_request_id: 'PA-2026-999999' })).toBe(404);
    expect(await refused({ service_request_id: mine, api_key: ofSomebody })).toBe(403);
    expect(await refused({ service_request_id: mine, api_key: on.deviceKey })).toBe(403);
    expect(await refused({ service_request_id: mine, api_key: '' })).toBe(403);
    expect(await refused({ service_request_id: mine, jurisdiction_id: 'city.gov' })).toBe(404);
    expect(await stateOf(mine)).toEqual({ state: 'sent', step: 'assigned' });
    // A report that left for another unit is the former receiver's no more.
    await act(mine, 'truc', 'transfer', { organisationId: 'so-xd', reason: 'Thuộc chiếu sáng công cộng' });
    await on.log.settled();
    expect(await refused({ service_request_id: mine })).toBe(400);
    expect((await stateOf(mine))?.state).toBe('withdrawn');
  });

  it('is refused in the standard’s form where it says too little, and changes nothing', async () => {
    const number = await handedOver();
    const refused = async (given: Record<string, string>) => {
      const { status, body } = await say(given);
      expect(body).toEqual([{ code: status, description: expect.any(String) }]);
      return [status, body[0]?.description];
    };
    expect(await refused({ status: 'OPEN' })).toEqual([400, 'service_request_id was not provided.']);
    expect(await refused({ service_request_id: number })).toEqual([400, 'status was not provided.']);
    expect((await refused({ service_request_id: number, status: 'SLEEPING' }))[1]).toContain('INVESTIGATING');
    expect((await refused({ service_request_id: number, status: 'FIXED' }))[0]).toBe(400);
    expect((await refused({ service_request_id: number, status: 'OPEN', description: 'x'.repeat(4001) }))[0]).toBe(400);
    // A picture on this machine is not fetched, and the answer that names it is not taken.
    const inside = { status: 'FIXED', description: 'Đã xong việc', media_url: 'http://127.0.0.1:9/anh.jpg' };
    expect((await refused({ service_request_id: number, ...inside }))[0]).toBe(400);
    expect(await stateOf(number)).toEqual({ state: 'sent', step: 'assigned' });
  });
});
