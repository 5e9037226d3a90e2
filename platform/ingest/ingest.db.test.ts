import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type Context, createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { createHttp, type Http } from '../http/index.ts';
import { systemPrincipal } from '../rights/index.ts';
import { refuse } from '../words/index.ts';
import { createIngest, deviceAuthenticator, type FileDoor, type Ingest, serveIngest } from './index.ts';
import { textOf } from './quarantine.ts';

const now = () => new Date('2026-11-23T03:00:00Z');
const admin = systemPrincipal('test', ['entity:write', 'device:manage', 'ingest:manage']);

const Station: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({}),
  observes: {
    pm25: { title: { vi: 'PM2.5', en: 'PM2.5' }, unit: 'µg/m³', everySeconds: 60, range: [0, 1000], rollUp: 'mean' },
    index: {
      title: { vi: 'Chỉ số', en: 'Index' },
      unit: '',
      everySeconds: 3600,
      range: [0, 500],
      rollUp: 'mean',
      derived: true,
    },
  },
  columns: [],
  visible: 'unit',
  marker: 'circle',
};

/** Lines `minute;value`; a last line without its end is unfinished. */
const door: FileDoor = {
  id: 'lines',
  by: 'file',
  sample: { name: 'S1.txt', text: '1;10\n' },
  parse(bytes, name) {
    const text = new TextDecoder().decode(bytes);
    if (text.startsWith('garbage')) throw refuse(422, 'unreadable', { vi: 'không đọc được', en: 'unreadable' });
    const station = name.replace('.txt', '');
    const good: ReturnType<FileDoor['parse']>['good'] = [];
    const bad: ReturnType<FileDoor['parse']>['bad'] = [];
    text.split('\n').forEach((line, index) => {
      if (!line) return;
      const [minute, value] = line.split(';').map(Number);
      if (minute === undefined || value === undefined || Number.isNaN(value)) {
        bad.push({ at: index + 1, reason: { vi: 'dòng hỏng', en: 'bad line' }, text: line });
      } else
        good.push({
          property: 'pm25',
          at: new Date(Date.UTC(2026, 10, 23, 1, minute)),
          value,
          quality: 0,
          line: index + 1,
        });
    });
    return { station, folder: station, good, bad, unfinished: !text.endsWith('\n') };
  },
};

describe('the doors', () => {
  let database: TestDatabase;
  let log: Log;
  let context: Context;
  let ingest: Ingest;
  let http: Http;
  let key: string;
  let otherKey: string;
  const errors: unknown[] = [];

  beforeEach(async () => {
    errors.length = 0;
    database = await testDatabase();
    const { db, pool } = database;
    log = createLog({ db, pool, now, onError: (_name, error) => errors.push(error) });
    const audit = createAudit({ db, now });
    context = createContext({
      db,
      log,
      audit,
      now,
      systems: [{ name: 'test', entities: { Station } }],
      areaOf: () => '13192',
    });
    ingest = createIngest({
      db,
      log,
      context,
      audit,
      now,
      doors: [door],
      onError: (_what, error) => errors.push(error),
    });
    http = await createHttp({ logger: false, authenticators: [deviceAuthenticator(ingest)], version: 'test' });
    serveIngest(http, db, ingest);
    log.start();
    await db.transaction().execute(async (tx) => {
      for (const id of ['s1', 's2']) {
        await context.save(tx, admin, {
          id,
          type: 'Station',
          name: `Trạm ${id}`,
          organisationId: 'so-nnmt',
          location: { lon: 106.3, lat: 20.4 },
          provenance: 'measured',
        });
      }
      await ingest.alias(tx, 'lines', 'S1', 's1');
    });
    key = (await ingest.registerDevice(admin, 'd1', 'Bộ ghi 1', ['s1'])).key;
    otherKey = (await ingest.registerDevice(admin, 'd2', 'Bộ ghi 2', ['s2'])).key;
  });
  afterEach(async () => {
    await http.app.close();
    await log.stop();
    await database.close();
  });

  const post = (observations: unknown, bearer = key) =>
    http.app.inject({
      method: 'POST',
      url: '/api/ingest/observations',
      headers: { authorization: `Bearer ${bearer}` },
      payload: { observations } as object,
    });
  const one = (minute: number, value: number, more: object = {}) => ({
    entity: 's1',
    property: 'pm25',
    observedAt: `2026-11-23T08:${String(minute).padStart(2, '0')}:00+07:00`,
    value,
    ...more,
  });
  const stored = async (): Promise<{ entity_id: string; value: number }[]> =>
    (
      await database.pool.query(
        'select entity_id, value from observations o join series s on s.id = o.series_id order by entity_id, observed_at',
      )
    ).rows;

  it('takes what is good in a batch and tells what is bad with its index and reason', async () => {
    const answer = await post([
      one(1, 12.5),
      one(2, 5000),
      one(3, 0),
      one(4, 1, { property: 'pm99' }),
      one(5, 7, { property: 'index' }),
    ]);
    expect(answer.statusCode).toBe(200);
    const body = answer.json();
    expect(body.accepted).toBe(2);
    expect(body.refused.map((flaw: { at: string }) => flaw.at)).toEqual(['1', '3', '4']);
    expect(body.refused[0].reason.vi).toContain('5000');
    // Zero is a value, not a missing one.
    expect((await stored()).map((row) => row.value)).toEqual([12.5, 0]);
  });

  it('refuses a future time, an unreadable time, and tells nothing of entities that are not the device’s own', async () => {
    const body = (
      await post([
        one(1, 1, { observedAt: '2026-11-23T10:06:00+07:00' }),
        one(1, 1, { observedAt: 'hôm qua' }),
        one(1, 1, { entity: 's2' }),
        one(1, 1, { entity: 'nowhere' }),
        one(1, 1, { observedAt: '1999-12-31T23:59:59Z' }),
      ])
    ).json();
    expect(body.accepted).toBe(0);
    const reasons = body.refused.map((flaw: { reason: { en: string } }) => flaw.reason.en);
    expect(reasons[0]).toContain('future');
    expect(reasons[1]).toContain('unreadable');
    expect(reasons[2].replace('s2', 'x')).toBe(reasons[3].replace('nowhere', 'x'));
    expect(reasons[4]).toContain('before the year 2000');
    expect(await stored()).toEqual([]);
  });

  it('asks who calls before it reads the body, and forgets a blocked device within seconds', async () => {
    expect((await post([one(1, 1)], 'd1.wrong')).statusCode).toBe(401);
    expect((await post('nonsense', '')).statusCode).toBe(401);
    await ingest.devices.setActive(admin, 'd1', false);
    expect((await post([one(1, 1)])).statusCode).toBe(401);
  });

  it('looks a device up once for all that it sends at once, and anew after a change', async () => {
    const secret = key.slice(key.indexOf('.') + 1);
    const asked = vi.spyOn(database.pool, 'connect');
    const many = await Promise.all(Array.from({ length: 200 }, () => ingest.devices.check('d1', secret)));
    expect(new Set(many).size).toBe(1);
    expect(many[0]?.entities).toEqual(new Set(['s1']));
    // Two statements: the device, and its entities. Followers of the log may ask a few of their own meanwhile.
    expect(asked.mock.calls.length).toBeLessThan(20);
    asked.mockRestore();
    const before = ingest.devices.check('d1', secret);
    await ingest.devices.setActive(admin, 'd1', false);
    await before;
    expect(await ingest.devices.check('d1', secret)).toBeNull();
  });

  it('answers a wrong shape with problem+json that names the field in Vietnamese', async () => {
    const answer = await post([{ entity: 's1', property: 'pm25', observedAt: 'x' }]);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json().errors[0]).toEqual({ at: 'body/observations/0/value', reason: 'thiếu mục này' });
  });

  it('takes the same batch twice without doubling', async () => {
    await post([one(1, 1), one(2, 2)]);
    expect((await post([one(1, 1), one(2, 2)])).json().accepted).toBe(2);
    expect(await stored()).toHaveLength(2);
  });

  it('loses nothing of a batch while entities change', async () => {
    const sorting = ingest.intake.sort(
      [{ entity: 's1', property: 'pm25', at: Date.UTC(2026, 10, 23, 1, 9), value: 9, quality: 0 }],
      () => true,
    );
    ingest.intake.forget();
    const sorted = await sorting;
    expect(sorted.bad).toEqual([]);
    expect(sorted.good.map((row) => row.value)).toEqual([9]);
  });

  it('makes no series of names that every object has', async () => {
    const body = (await post([one(1, 1, { property: 'constructor' }), one(1, 1, { property: 'toString' })])).json();
    expect(body.accepted).toBe(0);
    const series = await database.pool.query('select property from series');
    expect(series.rows).toEqual([]);
  });

  describe('devices of other platforms', () => {
    const send = (url: string, payload: object | string, headers: Record<string, string> = {}) =>
      http.app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, payload });
    const bearer = (): Record<string, string> => ({ authorization: `Bearer ${key}` });
    const at = '2026-11-23T02:30:00Z';

    it('come in as they are: the token in the address, names by the device’s mapping', async () => {
      await ingest.devices.setMapping(admin, 'd1', {
        properties: { dust: { property: 'pm25', factor: 1000, entity: 's1' }, ds7: { property: 'pm25', entity: 's1' } },
      });
      const telemetry = { ts: Date.parse(at), values: { dust: '0.041', rssi: -71 } };
      const answer = await send(`/api/v1/${key}/telemetry`, telemetry);
      expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: 1, refused: [] }]);
      expect((await send(`/api/v1/${key}/attributes`, { fw_version: '1.2', battery: 64 })).statusCode).toBe(200);
      const observation = { phenomenonTime: '2026-11-23T02:31:00Z', result: 12, Datastream: { '@iot.id': 'ds7' } };
      expect((await send('/api/ingest/sensorthings/v1.1/Observations', observation, bearer())).statusCode).toBe(201);
      expect((await stored()).map((row) => row.value)).toEqual([41, 12]);
      const device = await database.pool.query("select attributes from devices where id = 'd1'");
      expect(device.rows[0].attributes).toEqual({ rssi: -71, fw_version: '1.2', battery: 64 });
    });

    it('are refused with a wrong token, and cannot write what is not theirs', async () => {
      expect((await send('/api/v1/d1.wrong/telemetry', { pm25: 1 })).statusCode).toBe(401);
      const notification = { data: [{ id: 's2', type: 'Station', dateObserved: at, pm25: 5 }] };
      const answer = await send('/api/ingest/ngsi-v2', notification, bearer());
      expect(answer.json()).toMatchObject({ accepted: 0, refused: [{ at: 'pm25' }] });
      expect(await stored()).toEqual([]);
      // What was refused is kept, whole.
      const kept = await database.pool.query("select convert_from(bytes, 'UTF8') as text from quarantine");
      expect(JSON.parse(kept.rows[0].text)).toEqual(notification);
    });

    it('may say nonsense: names of every object, deep nesting, no numbers', async () => {
      const nested = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
      for (const body of ['{"__proto__": {"pm25": 1}}', 'no json', '[[[]]]', 'null', nested]) {
        const answer = await send('/api/ingest/ttn', body, bearer());
        expect([200, 400], body.slice(0, 30)).toContain(answer.statusCode);
        if (answer.statusCode === 200) expect(answer.json()).toMatchObject({ accepted: 0 });
      }
      expect(({} as { pm25?: number }).pm25).toBeUndefined();
    });
  });

  describe('lines (NDJSON)', () => {
    const lines = (payload: string) =>
      http.app.inject({
        method: 'POST',
        url: '/api/ingest/observations.ndjson',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
        payload,
      });

    it('takes what is good, tells the numbers of the others, and keeps them', async () => {
      const answer = await lines(
        [JSON.stringify(one(1, 1)), 'half a li', '', JSON.stringify(one(2, 5000)), JSON.stringify(one(3, 3))].join(
          '\n',
        ),
      );
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ accepted: 2, refusedTotal: 2 });
      expect(answer.json().refused.map((flaw: { at: string }) => flaw.at)).toEqual(['2', '4']);
      expect((await stored()).map((row) => row.value)).toEqual([1, 3]);
      const kept = await database.pool.query("select convert_from(bytes, 'UTF8') as text from quarantine");
      expect(kept.rows[0].text.split('\n')).toEqual(['half a li', JSON.stringify(one(2, 5000))]);
    });

    it('passes a line of 10 MB by, and goes on after it', async () => {
      const answer = await lines(`${'x'.repeat(10_000_000)}\n${JSON.stringify(one(1, 7))}`);
      expect(answer.json()).toMatchObject({ accepted: 1, refusedTotal: 1 });
      expect(answer.json().refused[0].reason.en).toContain('64 KiB');
      expect((await stored()).map((row) => row.value)).toEqual([7]);
    });

    it('commits piece by piece: 12,000 lines are more than one', async () => {
      const text = Array.from({ length: 12_000 }, (_, n) =>
        JSON.stringify({ ...one(0, n % 100), observedAt: new Date(Date.UTC(2026, 10, 22) + n * 1000).toISOString() }),
      ).join('\n');
      expect((await lines(text)).json()).toMatchObject({ accepted: 12_000, refusedTotal: 0 });
      const events = await database.pool.query("select 1 from events where kind = 'observations'");
      expect(events.rowCount).toBe(3);
    });

    it('says what it takes where something else comes', async () => {
      const answer = await http.app.inject({
        method: 'POST',
        url: '/api/ingest/observations.ndjson',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        payload: '{}',
      });
      expect(answer.statusCode).toBe(415);
    });
  });

  describe('MQTT', () => {
    it('acknowledges only what is committed, and a device writes to its own entities only', async () => {
      const broker = await ingest.broker('127.0.0.1', 0);
      const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
        username: 'd1',
        password: key,
        reconnectPeriod: 0,
      });
      await client.publishAsync(
        'dttm/s1/observations',
        JSON.stringify({ observedAt: '2026-11-23T08:00:00+07:00', values: { pm25: 42 } }),
        { qos: 1 },
      );
      expect(await stored()).toEqual([{ entity_id: 's1', value: 42 }]);
      await client.publishAsync(
        'dttm/s2/observations',
        JSON.stringify({ observedAt: '2026-11-23T08:00:00+07:00', values: { pm25: 43 } }),
        { qos: 1 },
      );
      expect(await stored()).toHaveLength(1);
      // What was not taken is kept with its reason, not lost.
      expect((await ingest.quarantined(admin, 10, 0)).items.map((entry) => entry.source)).toEqual([
        'd1:dttm/s2/observations',
      ]);
      await client.endAsync();
      await broker.stop();
    });

    it('takes telemetry of ThingsBoard’s devices: the token as the name, nothing else changed', async () => {
      const broker = await ingest.broker('127.0.0.1', 0);
      const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { username: key, reconnectPeriod: 0 });
      const telemetry = { ts: Date.UTC(2026, 10, 23, 1), values: { pm25: 42 } };
      await client.publishAsync('v1/devices/me/telemetry', JSON.stringify(telemetry), { qos: 1 });
      expect(await stored()).toEqual([{ entity_id: 's1', value: 42 }]);
      await client.publishAsync('v1/devices/me/telemetry', 'no json', { qos: 1 });
      expect((await ingest.quarantined(admin, 10, 0)).items.map((entry) => entry.door)).toEqual([
        'thingsboard/telemetry',
      ]);
      await client.endAsync();
      await broker.stop();
    });

    it('lets no stranger in', async () => {
      const broker = await ingest.broker('127.0.0.1', 0);
      await expect(
        connectAsync(
          `mqtt://127.0.0.1:${broker.port}`,
          { username: 'd1', password: otherKey, reconnectPeriod: 0 },
          false,
        ),
      ).rejects.toThrow(/[Nn]ot authorized|bad user/i);
      await broker.stop();
    });
  });

  describe('the watched folder', () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'dttm-inbox-'));
    });
    afterEach(() => rm(directory, { recursive: true, force: true }));
    const drop = async (folder: string, name: string, text: string): Promise<void> => {
      await mkdir(join(directory, 'inbox', 'lines', folder), { recursive: true });
      await writeFile(join(directory, 'inbox', 'lines', folder, name), text);
    };
    const archived = async (): Promise<string[]> =>
      (await readdir(join(directory, 'archive'), { recursive: true })).filter((name) => name.endsWith('.txt')).sort();
    const until = async (check: () => Promise<boolean>): Promise<void> => {
      for (let tries = 0; tries < 100 && !(await check()); tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await check()).toBe(true);
    };

    it('takes files that lie there at the start and files that come, and archives them', async () => {
      await drop('S1', 'S1.txt', '1;10\n2;oops\n3;30\n');
      const watcher = await ingest.watch(directory, 50);
      await until(async () => (await archived().catch(() => [])).length === 1);
      expect((await stored()).map((row) => row.value)).toEqual([10, 30]);
      const kept = await ingest.quarantined(admin, 10, 0);
      expect(kept.items[0]?.reasons).toMatchObject([{ at: 2, text: '2;oops' }]);
      await watcher.stop();
      expect(errors).toEqual([]);
    });

    it('leaves a half-written file where it is, and takes the rest when it is whole', async () => {
      const watcher = await ingest.watch(directory, 50);
      await drop('S1', 'S1.txt', '1;10\n2;2');
      await until(async () => (await stored()).length >= 1);
      await watcher.idle();
      expect(await archived().catch(() => [])).toEqual([]);
      await drop('S1', 'S1.txt', '1;10\n2;20\n');
      await until(async () => (await archived().catch(() => [])).length === 1);
      expect((await stored()).map((row) => row.value)).toEqual([10, 20]);
      await watcher.stop();
    });

    it('keeps garbage and strangers in quarantine, and takes them when the station is made known', async () => {
      await drop('S9', 'S9.txt', '5;50\n');
      await drop('S9', 'S1.txt', '6;60\n');
      await drop('S1', 'S1.txt', 'garbage');
      const watcher = await ingest.watch(directory, 50);
      await until(async () => (await ingest.quarantined(admin, 10, 0)).total === 3);
      expect(await stored()).toEqual([]);
      await database.db.transaction().execute((tx) => ingest.alias(tx, 'lines', 'S9', 's2'));
      const entry = (await ingest.quarantined(admin, 10, 0)).items.find((one) => one.source === 'S9/S9.txt');
      expect(await ingest.retry(admin, entry?.id ?? 0)).toEqual({ accepted: 1, refused: [] });
      expect(await stored()).toEqual([{ entity_id: 's2', value: 50 }]);
      await watcher.stop();
    });
  });

  it('registers a list of devices, tells what is not right of it, and cuts off none that is there', async () => {
    const csv = 'Mã;Tên;Đối tượng\nd3;Bộ ghi 3;s1 s2\nd1;Bộ ghi 1;s1\nd4;Bộ ghi 4;nowhere\n';
    const tried = await ingest.registerList(admin, csv, true);
    expect(tried.map((one) => [one.line, one.id, one.reason?.en ?? null, one.key])).toEqual([
      [2, 'd3', null, null],
      [3, 'd1', 'the device is there already', null],
      [4, 'd4', 'no entity “nowhere”, or none of yours', null],
    ]);
    expect(await ingest.devices.get('d3')).toBeNull();
    const done = await ingest.registerList(admin, csv, false);
    expect((await post([one(1, 1), one(2, 2, { entity: 's2' })], done[0]?.key ?? '')).json().accepted).toBe(2);
    expect((await post([one(3, 3)])).json().accepted).toBe(1);
    const nobody = { ...admin, grants: [] };
    expect((await ingest.registerList(nobody, 'id,name,entities\nd9,A,s1', true))[0]?.reason?.en).toContain(
      'none of yours',
    );
  });

  describe('quarantine', () => {
    const waiting = async () => (await ingest.quarantined(admin, 10, 0)).items;
    const file = (text: string) => ingest.files.take(door, 'S1/S1.txt', Buffer.from(text));

    it('goes on waiting where some of it is still refused, with today’s reasons', async () => {
      await ingest.files.take(door, 'S9/S9.txt', Buffer.from('1;10\n2;oops\n3;5000\n'));
      const [entry] = await waiting();
      expect(entry).toMatchObject({ refused: 1, reasons: [{ at: 0 }] });
      await database.db.transaction().execute((tx) => ingest.alias(tx, 'lines', 'S9', 's2'));
      const outcome = await ingest.retry(admin, entry?.id ?? 0);
      expect([outcome.accepted, outcome.refused.map((one) => one.at)]).toEqual([1, [2, 3]]);
      const [left] = await waiting();
      expect(left).toMatchObject({ id: entry?.id, refused: 2, size: 19 });
      expect(left?.reasons.map((one) => one.at)).toEqual([2, 3]);
      const told = await database.pool.query("select detail from audit_entries where action = 'quarantine.retry'");
      expect(told.rows).toEqual([{ detail: { accepted: 1, refused: 2 } }]);
    });

    it('shows what comes again after someone had dropped it', async () => {
      await file('1;oops\n');
      await ingest.drop(admin, (await waiting())[0]?.id ?? 0);
      expect(await waiting()).toEqual([]);
      await file('1;oops\n');
      expect((await waiting()).map((one) => one.preview)).toEqual(['1;oops\n']);
    });

    it('is decided once, and the decision stands in the audit log with it', async () => {
      await file('1;oops\n');
      const id = (await waiting())[0]?.id ?? 0;
      const both = await Promise.allSettled([ingest.drop(admin, id), ingest.drop(admin, id)]);
      expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
      const told = await database.pool.query("select 1 from audit_entries where action = 'quarantine.drop'");
      expect(told.rowCount).toBe(1);
    });

    it('takes again what came by HTTP, by lines, by MQTT and in another platform’s form, once the cause is mended', async () => {
      const ofOther = (minute: number) => one(minute, minute, { entity: 's2' });
      await post([one(1, 1), ofOther(2)]);
      await http.app.inject({
        method: 'POST',
        url: '/api/ingest/observations.ndjson',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
        payload: JSON.stringify(ofOther(3)),
      });
      const broker = await ingest.broker('127.0.0.1', 0);
      const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { username: 'd1', password: key });
      const message = { observedAt: '2026-11-23T08:04:00+07:00', values: { pm25: 4 } };
      await client.publishAsync('dttm/s2/observations', JSON.stringify(message), { qos: 1 });
      await client.endAsync();
      await broker.stop();
      const notification = { data: [{ id: 's2', type: 'Station', dateObserved: '2026-11-23T01:05:00Z', pm25: 5 }] };
      await http.app.inject({
        method: 'POST',
        url: '/api/ingest/ngsi-v2',
        headers: { authorization: `Bearer ${key}` },
        payload: notification,
      });
      const entries = await waiting();
      expect(entries.map((entry) => entry.door).sort()).toEqual(['http', 'mqtt', 'ndjson', 'ngsi-v2']);
      expect((await ingest.quarantined(admin, 10, 0, 'DTTM/s2')).items.map((entry) => entry.door)).toEqual(['mqtt']);
      for (const entry of entries) expect(await ingest.retry(admin, entry.id)).toMatchObject({ accepted: 0 });
      expect(await waiting()).toHaveLength(4);

      await ingest.registerDevice(admin, 'd1', 'Bộ ghi 1', ['s1', 's2']);
      for (const entry of entries) {
        expect(await ingest.retry(admin, entry.id), entry.door).toEqual({ accepted: 1, refused: [] });
      }
      expect(await waiting()).toEqual([]);
      expect((await stored()).map((row) => row.value)).toEqual([1, 2, 3, 4, 5]);
    });

    it('takes what has no time of its own under the time when it came, once', async () => {
      const send = () =>
        http.app.inject({ method: 'POST', url: `/api/v1/${key}/telemetry`, payload: { pm25: 7, 'pm25.deep': [1] } });
      expect((await send()).json()).toMatchObject({ accepted: 1 });
      const [entry] = await waiting();
      expect(await ingest.retry(admin, entry?.id ?? 0)).toMatchObject({ accepted: 1 });
      expect((await stored()).map((row) => row.value)).toEqual([7]);
    });

    it('shows the beginning of long input and its first reasons, and says how many there are', async () => {
      await file(
        Array.from({ length: 1_500 }, (_, n) => `${n};ố`)
          .join('\n')
          .concat('\n'),
      );
      const [entry] = await waiting();
      expect(entry).toMatchObject({ refused: 1_500 });
      expect(entry?.reasons).toHaveLength(20);
      expect(entry?.preview.startsWith('0;ố\n1;ố\n')).toBe(true);
      const whole = await ingest.quarantinedFile(admin, entry?.id ?? 0);
      expect(whole.length).toBe(entry?.size);
    });

    it.each([
      ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Bụi', 'utf16le')]), 'Bụi'],
      ['UTF-8', Buffer.from('Bụi'), 'Bụi'],
      // windows-1258: ô is 0xF4, 1 is 0x31; a combining tone follows its letter (0xD2 is U+0309).
      ['windows-1258', Buffer.from([0x74, 0xf4, 0xd2, 0x6e, 0x67]), 'tô\u0309ng'],
    ])('shows text in %s', (_name, bytes, text) => {
      expect(textOf(bytes)).toBe(text);
    });
  });
});
