import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { newCitizen } from '../../tests/citizen-session.ts';
import { areaA, placeA, type Stage, stage } from '../../tests/reports-stage.ts';
import { judgeDue } from './judging.ts';
import type { ModelId } from './models.ts';
import { MOST_OF_ONE } from './sensors.ts';

type Registered = { id: string; key: string };
type Mine = { items: Own[] };
type Own = Public & {
  label: string;
  retiredAt: string | null;
  excluded: { reason: string } | null;
  lastSeenAt: string | null;
  refused: { n: number; reasons: { vi: string }[] };
};
type Public = {
  id: string;
  entityId: string;
  lon: number;
  lat: number;
  values: { property: string; value: number }[];
  judgement: { grade: string; ground: string; shared: number; station: { id: string; metres: number } | null } | null;
};

const HOUR = 3_600_000;
const STATION = 'urn:ngsi-ld:AirQualityStation:vu-thu';

let database: TestDatabase;
let on: Stage;
let requests = 0;
beforeAll(async () => {
  database = await testDatabase();
  on = await stage(database);
  on.log.start();
});
afterAll(async () => {
  await on?.end();
  await database?.close();
});

const by = (cookie: string) => ({ headers: { cookie } });
const register = (cookie: string, more: object = {}) =>
  on.ask<Registered>(
    'POST',
    '/api/citizen-sensors',
    { requestId: `dang-ky-${++requests}`, label: 'Ban công nhà anh Tuấn', model: 'sds011', ...placeA, ...more },
    by(cookie),
  );
/** As a device that knows ThingsBoard and nothing else. */
const telemetry = (key: string, body: object) =>
  on.ask<{ accepted: number; refused: { at: string; reason: { vi: string } }[] }>(
    'POST',
    `/api/v1/${key}/telemetry`,
    body,
    { headers: { 'x-requested-with': '' } },
  );
const mine = async (cookie: string): Promise<Own[]> =>
  // As a browser asks: without the header of what changes something.
  (await on.ask<Mine>('GET', '/api/citizen-sensors/mine', undefined, { headers: { cookie, 'x-requested-with': '' } }))
    .body.items;
const publicly = async (): Promise<Public[]> =>
  (await on.ask<{ items: Public[] }>('GET', '/api/citizen-sensors')).body.items;
const audited = async (action: string): Promise<number> => {
  const { rows } = await database.pool.query<{ n: number }>(
    'select count(*)::int as n from audit_entries where action = $1',
    [action],
  );
  return rows[0]?.n ?? 0;
};

describe('a citizen’s sensor', () => {
  it('is registered, sends with its key as its firmware does, and is seen by all under a code', async () => {
    const owner = await newCitizen(on, database, areaA);
    const { status, body } = await register(owner);
    expect(status).toBe(200);
    expect(body.key.startsWith(`${body.id}.`)).toBe(true);
    // Sensor.Community's own form, and ThingsBoard's with the firmware's names.
    const kit = { sensordatavalues: [{ value_type: 'SDS_P2', value: '31.5' }] };
    expect((await on.ask('POST', `/api/v1/${body.key}/sensor-community`, kit)).body).toMatchObject({ accepted: 1 });
    expect((await telemetry(body.key, { SDS_P1: 48.2, signal: '-52 dBm' })).body).toMatchObject({ accepted: 1 });
    await on.log.settled();

    const [own] = await mine(owner);
    expect(own).toMatchObject({ id: body.id, label: 'Ban công nhà anh Tuấn', refused: { n: 0 } });
    expect(own?.values.map((one) => [one.property, one.value])).toEqual([
      ['pm25', 31.5],
      ['pm10', 48.2],
    ]);
    // What all may read: the cell and the code; neither the words of the owner nor who it is.
    const shown = (await publicly()).find((one) => one.id === body.id);
    expect(shown).toMatchObject({ lon: 106.267, lat: 20.445 });
    for (const url of [
      '/api/citizen-sensors',
      '/api/citizen-sensors/feed.geojson',
      '/api/citizen-sensors/feed.csv',
      `/api/entities/${encodeURIComponent(own?.entityId ?? '')}`,
    ]) {
      const answer = await on.ask('GET', url);
      const text = answer.body instanceof Buffer ? answer.body.toString() : JSON.stringify(answer.body);
      expect(answer.status, url).toBe(200);
      expect(text, url).toContain(body.id);
      expect(text, url).not.toMatch(/Tuấn|106\.2677|20\.4447/);
    }
    expect(String((await on.ask('GET', '/api/citizen-sensors/feed.csv')).body)).toContain('chỉ để tham khảo');
    // The exact place is nowhere in the database.
    const { rows } = await database.pool.query<{ t: string }>(
      `select string_agg(t, ' ') as t from (select e::text as t from entities e union all
        select s::text from citizen_sensors s union all select a::text from audit_entries a) as all_rows`,
    );
    expect(rows[0]?.t).not.toMatch(/106\.2677|20\.4447/);
  });

  it('asks for an account, a place in the province, and gives no key twice', async () => {
    expect((await on.ask('POST', '/api/citizen-sensors', {})).status).toBe(400);
    const sent = { requestId: 'hai-lan-bam', label: 'Sân sau', model: 'own-noise' as ModelId, ...placeA };
    expect((await on.ask('POST', '/api/citizen-sensors', sent)).status).toBe(401);
    const owner = await newCitizen(on, database, areaA);
    // Hà Nội; and where no map is.
    expect((await register(owner, { lon: 105.85, lat: 21.03 })).body.code).toBe('outside-province');
    expect((await register(owner, { lon: 181, lat: 20.44 })).status).toBe(400);
    expect((await register(owner, sent)).status).toBe(200);
    // A double tap.
    expect((await register(owner, sent)).body.code).toBe('already-registered');
    expect(await mine(owner)).toHaveLength(1);
  });

  it('cannot be one too many, also not at the same moment', async () => {
    const owner = await newCitizen(on, database, areaA);
    const all = await Promise.all(Array.from({ length: MOST_OF_ONE + 2 }, () => register(owner)));
    expect(all.filter((one) => one.status === 200)).toHaveLength(MOST_OF_ONE);
    expect(all.filter((one) => one.body.code === 'sensor-limit')).toHaveLength(2);
    const [first, second] = (await mine(owner)).map((one) => one.id);
    // One that was excluded is not made room for by retiring it; one that was not is.
    await on.ask('POST', `/api/citizen-sensors/${first}/exclude`, { reason: 'Đặt trong nhà bếp' }, { as: 'tinh' });
    await on.ask('POST', `/api/citizen-sensors/${first}/retire`, undefined, by(owner));
    expect((await register(owner)).body.code).toBe('sensor-limit');
    await on.ask('POST', `/api/citizen-sensors/${second}/retire`, undefined, by(owner));
    expect((await register(owner)).status).toBe(200);
  });

  it('is its owner’s alone: another’s key, key page and retirement are no one’s', async () => {
    const [a, b] = [await newCitizen(on, database, areaA), await newCitizen(on, database, areaA)];
    const [ofA, ofB] = [(await register(a)).body, (await register(b)).body];
    for (const act of ['key', 'retire'])
      expect((await on.ask('POST', `/api/citizen-sensors/${ofA.id}/${act}`, undefined, by(b))).status, act).toBe(404);
    expect((await mine(b)).map((one) => one.id)).toEqual([ofB.id]);
    // B's key for A's sensor: with the id in the batch, and with its secret under A's id.
    const entity = `urn:ngsi-ld:CitizenAirSensor:${ofA.id}`;
    const batch = { observations: [{ entity, property: 'pm25', observedAt: on.clock.now.toISOString(), value: 5 }] };
    expect((await on.ask('POST', '/api/ingest/observations', batch, { key: ofB.key })).body).toMatchObject({
      accepted: 0,
    });
    const crossed = `${ofA.id}.${ofB.key.split('.')[1]}`;
    expect((await telemetry(crossed, { pm25: 5 })).status).toBe(401);
    await on.log.settled();
    expect((await mine(a))[0]?.values).toEqual([]);
  });

  it('takes only the newest key, and none once it is retired', async () => {
    const owner = await newCitizen(on, database, areaA);
    const { id, key } = (await register(owner)).body;
    expect((await telemetry(key, { pm25: 20 })).status).toBe(200);
    const renewed = await on.ask<Registered>('POST', `/api/citizen-sensors/${id}/key`, undefined, by(owner));
    expect((await telemetry(key, { pm25: 21 })).status).toBe(401);
    expect((await telemetry(renewed.body.key, { SDS_P2: 22 })).body).toMatchObject({ accepted: 1 });
    await on.log.settled();
    expect((await on.ask('POST', `/api/citizen-sensors/${id}/retire`, undefined, by(owner))).status).toBe(200);
    expect((await telemetry(renewed.body.key, { pm25: 23 })).status).toBe(401);
    expect((await publicly()).some((one) => one.id === id)).toBe(false);
    expect((await on.ask('GET', `/api/entities/urn:ngsi-ld:CitizenAirSensor:${id}`)).status).toBe(404);
    const again = await on.ask('POST', `/api/citizen-sensors/${id}/key`, undefined, by(owner));
    expect(again.body.code).toBe('sensor-retired');
    expect((await mine(owner))[0]).toMatchObject({ id, values: [{ property: 'pm25', value: 22 }] });
  });

  it('keeps out impossible values and wrong clocks, and tells its owner why', async () => {
    const owner = await newCitizen(on, database, areaA);
    const { key } = (await register(owner)).body;
    const now = on.clock.now.getTime();
    const at = (ts: number, pm25: number) => ({ ts, values: { pm25 } });
    const sent = [
      at(now - 60_000, 1500),
      at(now + HOUR, 12),
      // Never set since it was made; and a clock that lags by eight days.
      at(0, 13),
      at(now - 8 * 24 * HOUR, 14),
      at(now - 6 * 24 * HOUR, 15),
    ];
    const { body } = await telemetry(key, sent);
    expect(body.accepted).toBe(1);
    expect(body.refused.map((one) => one.reason.vi)).toEqual([
      'giá trị 1500 nằm ngoài khoảng 0–1000 µg/m³',
      'thời gian ở tương lai; chỉnh đồng hồ thiết bị',
      'thời gian trước năm 2000',
      'thời gian cách đây quá 7 ngày; chỉnh đồng hồ thiết bị, hoặc gửi không kèm thời gian',
    ]);
    await on.log.settled();
    const [own] = await mine(owner);
    expect(own?.refused.n).toBe(4);
    expect(own?.refused.reasons[0]?.vi).toContain('1500');
    // Who looks after quarantine finds the message as it came.
    const waiting = await on.ask('GET', '/api/quarantine?q=cb-', undefined, { as: 'tinh' });
    expect(JSON.stringify(waiting.body)).toContain('1500');
  });

  it('that floods is stopped, and others go on', async () => {
    const owner = await newCitizen(on, database, areaA);
    const [one, other] = [(await register(owner)).body, (await register(owner)).body];
    const many = Array.from({ length: 6000 }, (_unused, n) => ({
      ts: on.clock.now.getTime() - n * 1000,
      values: { pm25: 10 },
    }));
    expect((await telemetry(one.key, many)).status).toBe(200);
    const stopped = await telemetry(one.key, many);
    expect([stopped.status, (stopped.body as { code?: string }).code]).toEqual([429, 'device-too-quick']);
    expect((await telemetry(other.key, { pm25: 11 })).status).toBe(200);
  });

  it('goes with its owner’s account: key, name and owner', async () => {
    const owner = await newCitizen(on, database, areaA);
    const { id, key } = (await register(owner, { label: 'Nhà bà Lụa' })).body;
    expect((await telemetry(key, { pm25: 18 })).status).toBe(200);
    await on.log.settled();
    expect((await on.ask('DELETE', '/api/citizens/me', undefined, by(owner))).status).toBe(200);
    expect((await telemetry(key, { pm25: 19 })).status).toBe(401);
    expect((await publicly()).some((one) => one.id === id)).toBe(false);
    const { rows } = await database.pool.query(
      'select citizen_id, label, retired_at from citizen_sensors where id = $1',
      [id],
    );
    expect(rows[0]).toMatchObject({ citizen_id: null, label: '', retired_at: expect.any(Date) });
  });

  it('is excluded with a reason that its owner reads and the audit keeps, and readmitted', async () => {
    const owner = await newCitizen(on, database, areaA);
    const { id, key } = (await register(owner)).body;
    const exclude = (as: 'tinh' | 'canbo-a' | undefined, reason: string, act = 'exclude') =>
      on.ask('POST', `/api/citizen-sensors/${id}/${act}`, { reason }, { as });
    expect((await exclude(undefined, 'Không được')).status).toBe(401);
    expect((await exclude('canbo-a', 'Không được')).status).toBe(403);
    expect((await exclude('tinh', '    ')).body.code).toBe('reason-needed');
    const before = await audited('citizen-sensor.exclude');
    expect((await exclude('tinh', 'Đặt cạnh bếp than')).status).toBe(200);
    expect((await exclude('tinh', 'Đặt cạnh bếp than')).body.code).toBe('decided-already');
    expect(await audited('citizen-sensor.exclude')).toBe(before + 1);
    expect((await publicly()).some((one) => one.id === id)).toBe(false);
    expect((await on.ask('GET', `/api/citizen-sensors/${id}/hours`)).status).toBe(404);
    expect((await on.ask('GET', `/api/citizen-sensors/${id}/hours`, undefined, by(owner))).status).toBe(200);
    expect((await mine(owner))[0]?.excluded?.reason).toBe('Đặt cạnh bếp than');
    const { rows } = await database.pool.query<{ body: string }>(
      `select body from messages where body like '%Đặt cạnh bếp than%'`,
    );
    expect(rows).toHaveLength(1);
    // It may go on sending: whether it got better is what a readmission is decided by.
    expect((await telemetry(key, { pm25: 30 })).status).toBe(200);
    const desk = await on.ask<{ items: { id: string; excluded: { by: string } | null }[] }>(
      'GET',
      '/api/citizen-sensors/desk',
      undefined,
      { as: 'tinh' },
    );
    expect(desk.body.items.find((one) => one.id === id)?.excluded?.by).toBeTruthy();
    expect((await exclude('tinh', 'Đã chuyển ra ban công', 'readmit')).status).toBe(200);
    expect((await publicly()).some((one) => one.id === id)).toBe(true);
  });
});

it('official figures, averages, alerts and sources know nothing of a sensor beside the station', async () => {
  const admin = systemPrincipal('test', ['entity:write', 'device:manage']);
  await database.db.transaction().execute((tx) =>
    on.context.save(tx, admin, {
      id: STATION,
      type: 'AirQualityStation',
      name: 'Trạm không khí Vũ Thư',
      organisationId: 'so-xd',
      location: placeA,
      properties: { everySeconds: 900 },
      provenance: 'measured',
    }),
  );
  const official = await on.ingest.registerDevice(admin, 'tram', 'Trạm', [STATION]);
  const owner = await newCitizen(on, database, areaA);
  const { id, key } = (await register(owner)).body;

  // 96 hours of clean air at the station, rising by 0.1 µg/m³ an hour from 10; the sensor says 500 µg/m³ more.
  const begun = on.clock.now.getTime();
  const HOURS = 96;
  on.clock.now = new Date(begun + HOURS * HOUR);
  const quarters = Array.from({ length: HOURS * 4 }, (_unused, n) => ({
    at: begun + n * (HOUR / 4),
    value: Math.round((10 + Math.floor(n / 4) * 0.1) * 10) / 10,
  }));
  const sent = quarters.map((one) => ({
    entity: STATION,
    property: 'pm25',
    observedAt: new Date(one.at).toISOString(),
    value: one.value,
  }));
  expect(
    (await on.ask('POST', '/api/ingest/observations', { observations: sent }, { key: official.key })).body,
  ).toEqual({
    accepted: HOURS * 4,
    refused: [],
  });
  const readings = quarters.map((one) => ({ ts: one.at, values: { pm25: one.value + 500 } }));
  expect((await telemetry(key, readings)).body).toMatchObject({ accepted: HOURS * 4, refused: [] });
  await on.log.settled();
  // What came at once for days is derived when it has rested.
  on.clock.now = new Date(begun + HOURS * HOUR + 10 * 60_000);
  await on.history.tick();
  await on.log.settled();

  // The public's air: one station, and the index of clean air. Of the sensor's 510 µg/m³ it would be 500.
  const air = await on.ask<{ items: { id: string; aqi: number | null }[] }>('GET', '/api/environment/public/air');
  expect(air.body.items.map((one) => one.id)).toEqual([STATION]);
  // 10 to 19.5 µg/m³ lies in the first level, 0 to 25 µg/m³ for 0 to 50 (Decision 1459/QĐ-TCMT): 39 at most.
  expect(air.body.items[0]?.aqi).toBeGreaterThan(0);
  expect(air.body.items[0]?.aqi).toBeLessThan(40);
  const { rows: derived } = await database.pool.query<{ entity_id: string }>(
    `select distinct entity_id from series where property like 'vn_aqi%' or property = 'pm25_24h'`,
  );
  expect(derived).toEqual([{ entity_id: STATION }]);
  const { rows: alerts } = await database.pool.query(`select * from alerts where entity_id like '%Citizen%'`);
  expect(alerts).toEqual([]);
  expect((await on.ask<{ items: unknown[] }>('GET', '/api/alerts', undefined, { as: 'tinh' })).body.items).toEqual([]);
  const declared = await on.ask('GET', '/api/indicators', undefined, { as: 'tinh' });
  expect(JSON.stringify(declared.body)).not.toContain('Citizen');

  await judgeDue(on.platform);
  const judged = (await publicly()).find((one) => one.id === id)?.judgement;
  // Bias 500 µg/m³, RMSE 500: as far off as can be, though it follows every change.
  expect(judged).toMatchObject({ grade: 'poor', ground: 'compared', shared: HOURS, station: { id: STATION } });
  // (106.2677, 20.4447) to the middle of its cell: 0.0007° × 104,187 m = 73 m west, 0.0003° × 111,195 m = 33 m north: 80 m.
  expect(judged?.station?.metres).toBe(80);
}, 60_000);
