import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../platform/database/testing.ts';
import { systemPrincipal } from '../../../platform/rights/index.ts';
import { type Person, placeA, type Stage, stage } from '../../../tests/reports-stage.ts';

let database: TestDatabase;
let on: Stage;
let apiKey: string;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
  const client = systemPrincipal('test', ['device:manage']);
  apiKey = (await on.ingest.registerDevice(client, 'open311-app', 'Ứng dụng Open311', [])).key;
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

type Request = Record<string, string | number | null>;
const get = async <A = Request[]>(path: string) => on.ask<A>('GET', `/open311/v2/${path}`);
const textOf = (body: unknown): string => (Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body));

/** As the standard's example sends it, in our province. */
const example = (more: Record<string, string> = {}): URLSearchParams =>
  new URLSearchParams({
    api_key: apiKey,
    jurisdiction_id: 'thaibinh.gov.vn',
    service_code: 'power.lighting',
    lat: String(placeA.lat),
    long: String(placeA.lon),
    address_string: '1234 5th street',
    email: 'smit333@sfgov.edu',
    device_id: 'tt222111',
    account_id: '123456',
    first_name: 'john',
    last_name: 'smith',
    phone: '111111111',
    description: 'A large sinkhole is destroying the street',
    'attribute[pole]': 'C-17',
    ...more,
  });
const post = async (form: URLSearchParams, format = 'json') =>
  on.ask<Request[]>('POST', `/open311/v2/requests.${format}`, Buffer.from(form.toString()), {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', 'accept-language': 'en' },
  });

async function act(number: unknown, as: Person, what: string, body: object = {}) {
  const { rows } = await database.pool.query(
    'select c.id, c.version from cases c join reports r on r.case_id = c.id where r.number = $1',
    [number],
  );
  const path = `/api/reports/desk/${rows[0].id}/${what}`;
  const done = await on.ask('POST', path, { version: rows[0].version, ...body }, { as });
  expect(done.status).toBe(200);
}
const publish = (number: unknown, text: string) =>
  act(number, 'truc', 'moderate', { decision: 'publish', text, photos: [] });

describe('discovery', () => {
  it('says where the API is and in which forms', async () => {
    const found = await on.ask<{ endpoints: { specification: string; url: string; formats: string[] }[] }>(
      'GET',
      '/open311/discovery.json',
    );
    expect(found.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(found.body).toMatchObject({
      endpoints: [
        {
          specification: 'http://wiki.open311.org/GeoReport_v2',
          url: expect.stringMatching(/\/open311\/v2$/),
          type: 'production',
          formats: ['text/xml', 'application/json'],
        },
      ],
    });
    const xml = await on.ask('GET', '/open311/discovery.xml');
    expect(xml.headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(textOf(xml.body)).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>\n<discovery><changeset>/);
  });
});

describe('services', () => {
  it('are the leaves of our categories, with their attributes', async () => {
    const { body } = await get('services.json?jurisdiction_id=thaibinh.gov.vn');
    expect(body.find((one) => one.service_code === 'power.lighting')).toMatchObject({
      service_name: 'Đèn đường hỏng',
      metadata: true,
      type: 'realtime',
      group: 'Điện, chiếu sáng',
    });
    expect(body.some((one) => one.service_code === 'power')).toBe(false);
    expect((await get<Request>('services/power.lighting.json')).body).toEqual({
      service_code: 'power.lighting',
      attributes: [
        {
          variable: true,
          code: 'pole',
          datatype: 'string',
          required: false,
          datatype_description: null,
          order: 1,
          description: 'Số cột đèn',
        },
      ],
    });
    expect(textOf((await get('services/power.lighting.xml')).body)).toContain(
      '<service_definition><service_code>power.lighting</service_code><attributes><attribute><variable>true</variable>',
    );
  });

  it('of another jurisdiction or code are not found, in the standard’s form of errors', async () => {
    for (const path of [
      'services.json?jurisdiction_id=sfgov.org',
      'services/033.json',
      'requests.json?service_code=033',
    ])
      expect(await get(path)).toMatchObject({ status: 404, body: [{ code: 404, description: expect.any(String) }] });
    const xml = await get('services.xml?jurisdiction_id=sfgov.org');
    expect([xml.status, xml.headers['content-type']]).toEqual([404, 'text/xml; charset=utf-8']);
    expect(textOf(xml.body)).toMatch(
      /<errors><error><code>404<\/code><description>.+<\/description><\/error><\/errors>$/,
    );
    expect((await get('services/power.lighting')).status).toBe(404);
  });
});

describe('a request that is posted', () => {
  it('as in the standard’s example becomes a report, whose sender is sealed and whose text waits for a moderator', async () => {
    const sent = await post(example());
    expect([sent.status, sent.body]).toEqual([
      200,
      [
        {
          service_request_id: expect.stringMatching(/^PA-2026-\d{6}$/),
          service_notice: expect.stringMatching(/^To be answered by .+ Follow code: ([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/),
          account_id: null,
        },
      ],
    ]);
    const number = sent.body[0]?.service_request_id;
    const row = await database.pool.query('select channel, fields, address from reports where number = $1', [number]);
    expect(row.rows).toEqual([{ channel: 'open311', fields: { pole: 'C-17' }, address: '1234 5th street' }]);
    const dump = await database.pool.query<{ line: string }>(
      `select s::text as line from report_senders s union all select r::text from reports r
       union all select e::text from events e union all select a::text from audit_entries a`,
    );
    for (const personal of ['smit333', 'tt222111', '111111111', 'smith'])
      expect(dump.rows.map((one) => one.line).join()).not.toContain(personal);

    // The officer who handles it reads who sent it, for a purpose that the audit log keeps; another commune's does not.
    const { rows } = await database.pool.query('select case_id from reports where number = $1', [number]);
    const read = (as: Person) =>
      on.ask<{ contact: string }>(
        'POST',
        `/api/reports/desk/${rows[0].case_id}/personal`,
        { purpose: 'Hỏi vị trí cột đèn' },
        { as },
      );
    expect((await read('canbo-a')).body.contact).toBe('john smith · 111111111 · smit333@sfgov.edu · ID 123456');
    expect((await read('canbo-b')).status).toBe(404);
    const audited = await database.pool.query(
      `select actor_name, detail->>'purpose' as purpose from audit_entries where action = 'personal.read'`,
    );
    expect(audited.rows).toEqual([{ actor_name: 'Người canbo-a', purpose: `${number}: Hỏi vị trí cột đèn` }]);

    // To everybody it is not there yet; its own client sees how it stands and nothing of what it says.
    expect((await get(`requests/${number}.json`)).status).toBe(404);
    const own = await get(`requests/${number}.json?api_key=${apiKey}`);
    expect(own.body).toEqual([
      expect.objectContaining({
        service_request_id: number,
        status: 'open',
        description: null,
        lat: null,
        address: null,
      }),
    ]);
    await publish(number, 'Hố sụt lớn trên đường');
    const seen = await get(`requests/${number}.json`);
    expect(seen.body).toEqual([
      {
        service_request_id: number,
        status: 'open',
        status_notes: 'Phản ánh đã được giao cho đơn vị xử lý.',
        service_name: 'Đèn đường hỏng',
        service_code: 'power.lighting',
        description: 'Hố sụt lớn trên đường',
        agency_responsible: 'UBND xã Vũ Thư',
        service_notice: null,
        requested_datetime: '2026-11-23T01:00:00Z',
        updated_datetime: '2026-11-23T01:00:00Z',
        expected_datetime: '2026-11-30T01:00:00Z',
        address: 'Xã Vũ Thư',
        address_id: '13192',
        zipcode: null,
        lat: placeA.lat,
        long: placeA.lon,
        media_url: null,
      },
    ]);
  });

  it('again by a client that lost the answer is the same one', async () => {
    const form = example({ description: 'Sent twice by a poor line' });
    const [one, two] = [await post(form), await post(form)];
    expect(two.body[0]?.service_request_id).toBe(one.body[0]?.service_request_id);
    const other = await post(example({ description: 'Sent once' }));
    expect(other.body[0]?.service_request_id).not.toBe(one.body[0]?.service_request_id);
  });

  it('is placed by a commune’s code or the commune that its address names, and refused where neither helps', async () => {
    const of = async (more: Record<string, string>) => {
      const form = example({ description: JSON.stringify(more), ...more });
      form.delete('lat');
      form.delete('long');
      const sent = await post(form);
      const number = sent.body[0]?.service_request_id;
      const row = await database.pool.query('select area_code from reports where number = $1', [number]);
      return row.rows[0]?.area_code ?? [sent.status, sent.body[0]?.code];
    };
    expect(await of({ address_id: '13192', address_string: '' })).toBe('13192');
    expect(await of({ address_string: '12 đường Quang Trung, xã Vũ Thư, Hưng Yên' })).toBe('13192');
    expect(await of({ address_string: 'đâu đó' })).toEqual([400, 400]);
    expect(await of({ address_string: '' })).toEqual([400, 400]);
  });

  it('is refused in the standard’s form: key, jurisdiction, service, attributes, place, text', async () => {
    const refused = async (more: Record<string, string>, without: string[] = []) => {
      const form = example(more);
      for (const name of without) form.delete(name);
      const { status, body } = await post(form);
      expect(body).toEqual([{ code: status, description: expect.any(String) }]);
      return [status, body[0]?.description];
    };
    const before = await database.pool.query('select count(*) as n from reports');
    expect(await refused({}, ['api_key'])).toEqual([403, 'The api_key was not provided.']);
    expect((await refused({ api_key: 'open311-app.xyz' }))[0]).toBe(403);
    expect((await refused({ jurisdiction_id: 'city.gov' }))[0]).toBe(404);
    expect(await refused({}, ['service_code'])).toEqual([400, 'service_code was not provided.']);
    expect((await refused({ service_code: '001' }))[0]).toBe(404);
    expect((await refused({ 'attribute[WHISPAWN]': '123456' }))[1]).toContain('attribute[WHISPAWN]');
    expect((await refused({ 'attribute[pole]': 'x'.repeat(101) }))[0]).toBe(400);
    expect((await refused({ lat: 'north' }))[0]).toBe(400);
    expect((await refused({}, ['long']))[0]).toBe(400);
    expect((await refused({ lat: '37.76524078', long: '-122.4212043' }))[1]).toContain('outside the province');
    expect((await refused({ description: 'x'.repeat(4001) }))[0]).toBe(400);
    const xml = await post(example({ service_code: '001' }), 'xml');
    expect(textOf(xml.body)).toContain('<errors><error><code>404</code>');
    expect((await database.pool.query('select count(*) as n from reports')).rows).toEqual(before.rows);
  });

  it('names a required attribute that is missing', async () => {
    const required = {
      type: 'object',
      additionalProperties: false,
      properties: { pole: { type: 'string', 'x-text': { vi: 'Số cột', en: 'Pole' } } },
      required: ['pole'],
    };
    const list = await on.ask<{ items: { code: string }[] }>('GET', '/api/reports/manage/categories', undefined, {
      as: 'tinh',
    });
    const {
      code,
      parent,
      active: _a,
      unitName: _u,
      open: _o,
      openPublic: _p,
      received: _r,
      ...known
    } = list.body.items.find((one) => one.code === 'power.wires') as Record<string, unknown>;
    const edit = await on.ask(
      'PUT',
      `/api/reports/manage/categories/${code}`,
      { ...known, form: required },
      { as: 'tinh' },
    );
    expect([parent, edit.status]).toEqual(['power', 200]);
    const form = example({ service_code: 'power.wires' });
    form.delete('attribute[pole]');
    const sent = await post(form);
    expect([sent.status, sent.body[0]?.description]).toEqual([
      400,
      'Required attributes of the service power.wires were not provided: attribute[pole].',
    ]);
  });

  it('of what the public never sees is answered with a token, which gives its number', async () => {
    const sent = await post(example({ service_code: 'order.security', description: 'Đua xe', 'attribute[pole]': '' }));
    const [{ token, service_request_id } = {}] = sent.body;
    expect([typeof token, service_request_id]).toEqual(['string', undefined]);
    const found = await get(`tokens/${token}.json`);
    expect(found.body).toEqual([{ service_request_id: expect.stringMatching(/^PA-/), token }]);
    expect(textOf((await get(`tokens/${token}.xml`)).body)).toContain(
      '<service_requests><request><service_request_id>PA-',
    );
    expect(await get('tokens/123456.json')).toMatchObject({ status: 404, body: [{ code: 404 }] });
  });

  it('with a key of a station is refused: it writes values and nothing else', async () => {
    const entity = 'urn:ngsi-ld:AirQualityStation:open311';
    const admin = systemPrincipal('test', ['device:manage', 'entity:write']);
    await on.db.transaction().execute((tx) =>
      on.context.save(tx, admin, {
        id: entity,
        type: 'AirQualityStation',
        name: 'Trạm',
        organisationId: null,
        location: placeA,
        provenance: 'measured',
        properties: { everySeconds: 60 },
      }),
    );
    const station = await on.ingest.registerDevice(admin, 'tram-open311', 'Trạm', [entity]);
    expect((await post(example({ api_key: station.key }))).status).toBe(403);
  });
});

describe('requests', () => {
  it('are found by id, service, state and date, and only where they were published', async () => {
    on.clock.now = new Date('2026-11-24T01:00:00Z');
    const number = (await post(example({ description: 'Cần trả lời' }))).body[0]?.service_request_id;
    await publish(number, 'Đèn hỏng trước chợ');
    const list = async (query: string) =>
      (await get(`requests.json?${query}`)).body.map((one) => one.service_request_id);
    const all = await list('');
    expect(all[0]).toBe(number);
    expect(await list('start_date=2026-11-24T00:00:00Z&end_date=2026-11-24T23:59:59Z')).toEqual([number]);
    expect(await list('status=closed')).toEqual([]);
    expect(await list('status=open,closed')).toEqual(all);
    expect(await list('service_code=roads.pothole')).toEqual([]);
    expect(await list('service_code=roads.pothole,power.lighting&status=open')).toEqual(all);
    // The ids override all else.
    expect(await list(`service_request_id=${number},PA-2026-999999&status=closed`)).toEqual([number]);
    for (const bad of [
      'status=done',
      'start_date=hôm qua',
      'start_date=2026-01-01T00:00:00Z&end_date=2026-11-01T00:00:00Z',
    ])
      expect(await get(`requests.json?${encodeURI(bad)}`)).toMatchObject({ status: 400, body: [{ code: 400 }] });

    on.clock.now = new Date('2026-11-24T02:00:00Z');
    await act(number, 'canbo-a', 'propose', { text: 'Đã thay bóng đèn.', uploads: [] });
    await act(number, 'chutich-a', 'approve');
    const closed = await get(`requests/${number}.json`);
    expect(closed.body[0]).toMatchObject({
      status: 'closed',
      status_notes: 'Đã thay bóng đèn.',
      updated_datetime: '2026-11-24T02:00:00Z',
    });
    const updates = await get(`servicerequestupdates.json?service_request_id=${number}`);
    expect(updates.body.map(({ status, description }) => [status, description])).toEqual([
      ['open', 'Phản ánh đã được giao cho đơn vị xử lý.'],
      ['open', 'Đơn vị đã có trả lời, đang chờ lãnh đạo duyệt.'],
      ['closed', 'Đã thay bóng đèn.'],
    ]);
    const xml = textOf((await get(`servicerequestupdates.xml?service_request_id=${number}`)).body);
    expect(xml).toContain('<service_request_updates><request_update><update_id>');
    expect(xml).toContain(`<service_request_id>${number}</service_request_id><status>closed</status>`);
  });
});

describe('a picture by its address', () => {
  it('is fetched afterwards, from no private network unless the operator named it, and only where it is a picture', async () => {
    const { createServer } = await import('node:http');
    const photo = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#654' } })
      .jpeg()
      .toBuffer();
    const server = createServer((request, reply) => {
      reply.end(request.url === '/anh.jpg' ? photo : '<html>no picture</html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { fetchMedia } = await import('../media.ts');
    const { partsOf } = await import('../make-parts.ts');
    const { createGuard } = await import('../../../platform/ingest/index.ts');
    const media = (path: string) => example({ description: path, media_url: `http://127.0.0.1:${port}${path}` });
    const numbers: unknown[] = [];
    for (const path of ['/anh.jpg', '/trang.html']) numbers.push((await post(media(path))).body[0]?.service_request_id);
    const states = async () =>
      (
        await database.pool.query(
          `select m.state, count(p.file_id)::int as photos from report_media m join reports r on r.case_id = m.case_id
           left join report_photos p on p.case_id = r.case_id where r.number = any($1) group by m.id, m.state, r.number
           order by r.number`,
          [numbers],
        )
      ).rows;
    const parts = partsOf(on.platform);
    await fetchMedia(parts);
    expect(await states()).toEqual([
      { state: 'refused', photos: 0 },
      { state: 'refused', photos: 0 },
    ]);
    await database.pool.query(`update report_media set state = 'waiting', next_at = $1`, [on.clock.now]);
    await fetchMedia({ ...parts, guard: createGuard(['127.0.0.1']) });
    expect(await states()).toEqual([
      { state: 'taken', photos: 1 },
      { state: 'refused', photos: 0 },
    ]);
    await new Promise((resolve) => server.close(resolve));
  });
});
