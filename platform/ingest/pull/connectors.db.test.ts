import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../audit/index.ts';
import { createContext, type EntityType } from '../../context/index.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import { createLog, type Log } from '../../events/index.ts';
import { createHttp } from '../../http/index.ts';
import { type Principal, systemPrincipal, visible } from '../../rights/index.ts';
import {
  type Connectors,
  createConnectors,
  createGuard,
  createIngest,
  createSeal,
  type Ingest,
  serveConnectors,
} from '../index.ts';
import type { Definition } from './api.ts';

const admin = systemPrincipal('test', ['entity:write', 'device:manage', 'ingest:manage']);
const neighbour: Principal = {
  ...admin,
  kind: 'user',
  id: 'hang-xom',
  grants: [{ permission: 'device:manage', scope: { all: false, organisations: ['so-khac'], areas: [] } }],
};
const MINUTE = 60_000;

const Station: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({}),
  observes: {
    pm25: { title: { vi: 'PM2.5', en: 'PM2.5' }, unit: 'µg/m³', everySeconds: 60, range: [0, 1000], rollUp: 'mean' },
  },
  columns: [],
  visible: 'unit',
  marker: 'circle',
};

const row = (station: string, minute: number, value: unknown) => ({
  station,
  at: `2026-11-23T08:${String(minute).padStart(2, '0')}:00+07:00`,
  dust: value,
});

describe('a connector', () => {
  let database: TestDatabase;
  let log: Log;
  let ingest: Ingest;
  let connectors: Connectors;
  let directory: string;
  let server: Server;
  let url: string;
  let clock: number;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const asked: IncomingMessage[] = [];
  const errors: unknown[] = [];
  const now = () => new Date(clock);

  const parts = () => ({
    db: database.db,
    ingest,
    context,
    audit: createAudit({ db: database.db, now }),
    guard: createGuard(['127.0.0.1']),
    seal: createSeal(directory),
    now,
    onError: (_what: string, error: unknown) => errors.push(error),
  });
  let context: ReturnType<typeof createContext>;

  beforeEach(async () => {
    errors.length = 0;
    asked.length = 0;
    // 08:10 in Vietnam
    clock = Date.UTC(2026, 10, 23, 1, 10);
    directory = await mkdtemp(join(tmpdir(), 'connectors-'));
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
    ingest = createIngest({ db, log, context, audit, now, doors: [], onError: (_what, error) => errors.push(error) });
    log.start();
    await db.transaction().execute(async (tx) => {
      for (const [id, organisationId] of [
        ['s1', 'so-nnmt'],
        ['s2', 'so-nnmt'],
        ['s3', 'so-khac'],
      ] as const) {
        await context.save(tx, admin, {
          id,
          type: 'Station',
          name: id,
          organisationId,
          provenance: 'measured',
          location: { lon: 106.3, lat: 20.4 },
        });
      }
    });
    answer = (_request, response) => response.end(JSON.stringify({ data: [row('KK1', 5, 30), row('KK2', 5, 40)] }));
    server = createServer((request, response) => {
      asked.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    connectors = createConnectors(parts());
  });
  afterEach(async () => {
    await connectors.stop();
    server.closeAllConnections();
    server.close();
    await log.stop();
    await database.close();
    await rm(directory, { recursive: true });
  });

  const definition = (more: Partial<Definition> = {}): Definition => ({
    name: 'Trạm của Sở',
    entityIds: ['s1', 's2'],
    url: `${url}/latest`,
    headers: {},
    key: null,
    reading: {
      form: 'json',
      rows: 'data',
      source: 'station',
      time: 'at',
      timeForm: 'iso',
      delimiter: ',',
      decimal: '.',
    },
    mapping: { sources: { KK1: 's1', KK2: 's2' }, properties: { dust: { property: 'pm25' } } },
    everyMinutes: 60,
    offsetMinutes: 5,
    promisedMinutes: 60,
    timeoutSeconds: 5,
    maxBytes: 100_000,
    ...more,
  });
  const values = async () => {
    const rows = await database.pool.query(
      `select s.entity_id as entity, o.observed_at as at, o.value from observations o join series s on s.id = o.series_id
       order by o.observed_at, s.entity_id`,
    );
    return rows.rows.map((one) => `${one.entity} ${one.at.toISOString().slice(11, 16)} ${one.value}`);
  };
  const runs = async (id = 'so-nnmt-kk') => (await connectors.get(admin, id)).runs;
  /** Moves the clock to the time at which it is due, and lets it run. */
  const runAt = async (ms: number) => {
    clock = ms;
    const began = await connectors.runDue();
    await connectors.idle();
    return began;
  };
  const at = (hour: number, minute: number) => Date.UTC(2026, 10, 23, hour - 7, minute);

  it('fetches by its schedule and becomes observations; what is refused waits and is taken when its reason is gone', async () => {
    await connectors.create(admin, 'so-nnmt-kk', definition());
    expect(await runAt(at(9, 4))).toBe(0);
    answer = (_request, response) =>
      response.end(
        JSON.stringify({ data: [row('KK1', 5, 30), row('KK2', 5, 4000), row('KK1', 6, 'x'), row('KK9', 5, 1)] }),
      );
    expect(await runAt(at(9, 5))).toBe(1);
    expect(await values()).toEqual(['s1 01:05 30']);
    expect(await runs()).toMatchObject([{ outcome: 'taken', status: 200, accepted: 1, refused: 2, passed: 1 }]);
    const { connector } = await connectors.get(admin, 'so-nnmt-kk');
    expect(connector).toMatchObject({ failures: 0, deliveredAt: new Date(at(9, 5)), nextRunAt: new Date(at(10, 5)) });

    const waiting = await ingest.quarantined(admin, 10, 0);
    expect(waiting.items).toMatchObject([
      {
        door: 'pull',
        source: 'so-nnmt-kk',
        reasons: [{ at: '2 (dust)' }, { at: '3 (dust)', reason: { en: '“dust” is "x", not a number' } }],
      },
    ]);
    // The unit was the fault: µg/m³ come as ng/m³.
    const figures = { dust: { property: 'pm25', factor: 0.01 } };
    await connectors.change(
      admin,
      'so-nnmt-kk',
      definition({ mapping: { sources: { KK2: 's2' }, properties: figures } }),
    );
    expect(await ingest.retry(admin, waiting.items[0]?.id ?? 0)).toMatchObject({
      accepted: 1,
      refused: [{ at: '2 (dust)' }],
    });
    expect(await values()).toEqual(['s1 01:05 30', 's2 01:05 40']);
    expect(errors).toEqual([]);
  });

  it('is asked to be tried: shows what would become of the first rows and stores nothing', async () => {
    answer = (_request, response) =>
      response.end(JSON.stringify({ data: [row('KK1', 5, 30), row('KK2', 5, 4000), row('KK9', 5, 1)] }));
    const trial = await connectors.try(admin, null, definition());
    expect(trial).toMatchObject({
      status: 200,
      problem: null,
      rows: 3,
      passed: 1,
      values: 1,
      refused: 1,
      shown: [
        { values: [{ entity: 's1', property: 'pm25', at: at(8, 5), value: 30, reason: null }] },
        { values: [{ entity: 's2', value: 4000, reason: { en: 'value 4000 is outside 0–1000 µg/m³' } }] },
      ],
    });
    const rows = await database.pool.query(
      'select (select count(*) from series)::int + (select count(*) from devices)::int as n',
    );
    expect([rows.rows[0].n, await values(), (await ingest.quarantined(admin, 1, 0)).total]).toEqual([0, [], 0]);
    answer = (_request, response) => response.end('<html>Bảo trì</html>');
    expect(await connectors.try(admin, null, definition())).toMatchObject({
      problem: { en: expect.stringContaining('not JSON') },
      beginning: '<html>Bảo trì</html>',
    });
  });

  it('leaves out what has not changed, by ETag, by date or by content, unless its figures have no time of their own', async () => {
    answer = (request, response) => {
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"' }).end(JSON.stringify({ data: [row('KK1', 5, 30)] }));
    };
    await connectors.create(admin, 'so-nnmt-kk', definition());
    await runAt(at(9, 5));
    await runAt(at(10, 5));
    answer = (_request, response) => response.end(JSON.stringify({ data: [row('KK1', 5, 30)] }));
    await runAt(at(11, 5));
    expect((await runs()).map((run) => [run.outcome, run.status])).toEqual([
      ['unchanged', 200],
      ['unchanged', 304],
      ['taken', 200],
    ]);
    // What is only sent again is no delivery: silence begins with the last new value.
    expect((await connectors.get(admin, 'so-nnmt-kk')).connector.deliveredAt).toEqual(new Date(at(9, 5)));

    const { time: _time, ...rest } = definition().reading;
    await connectors.change(admin, 'so-nnmt-kk', definition({ reading: { ...rest, time: '' } }));
    await runAt(at(12, 5));
    await runAt(at(13, 5));
    expect(asked.slice(3).map((request) => request.headers['if-none-match'])).toEqual([undefined, undefined]);
    expect(await values()).toEqual(['s1 01:05 30', 's1 05:05 30', 's1 06:05 30']);
  });

  it('waits longer after each failure, listens to Retry-After, and comes back to its schedule', async () => {
    answer = (_request, response) => response.writeHead(500).end();
    await connectors.create(admin, 'so-nnmt-kk', definition());
    const pauses: number[] = [];
    let next = at(9, 5);
    for (let n = 0; n < 8; n++) {
      await runAt(next);
      const { connector } = await connectors.get(admin, 'so-nnmt-kk');
      pauses.push((connector.nextRunAt.getTime() - next) / MINUTE);
      next = connector.nextRunAt.getTime();
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    answer = (_request, response) => response.writeHead(503, { 'retry-after': '7200' }).end();
    await runAt(next);
    expect((await connectors.get(admin, 'so-nnmt-kk')).connector).toMatchObject({
      failures: 9,
      nextRunAt: new Date(next + 120 * MINUTE),
    });
    answer = (_request, response) => response.end('{"data": []}');
    await runAt(next + 120 * MINUTE);
    expect((await connectors.get(admin, 'so-nnmt-kk')).connector.failures).toBe(0);
    expect((await runs()).at(-1)).toMatchObject({
      outcome: 'failed',
      status: 500,
      problem: { en: 'The server answered 500, not 200.' },
    });
  });

  it('keeps an answer that it cannot read, whole, and refuses addresses of this machine when it runs too', async () => {
    answer = (_request, response) => response.end('<html>Bảo trì</html>');
    await connectors.create(admin, 'so-nnmt-kk', definition());
    await runAt(at(9, 5));
    const [entry] = (await ingest.quarantined(admin, 10, 0)).items;
    expect(entry).toMatchObject({ door: 'pull-answer', preview: '<html>Bảo trì</html>' });
    // Read again it is still none.
    expect(await ingest.retry(admin, entry?.id ?? 0)).toMatchObject({
      accepted: 0,
      refused: [{ reason: { en: expect.stringContaining('not JSON') } }],
    });
    await connectors.change(admin, 'so-nnmt-kk', definition({ url: 'http://127.0.0.2:5432/' }));
    const before = asked.length;
    await runAt(at(10, 5));
    expect((await runs())[0]).toMatchObject({
      outcome: 'failed',
      problem: { en: expect.stringContaining('PULL_NETWORKS') },
    });
    expect(asked.length).toBe(before);
  });

  it('keeps its key sealed: in no answer, no audit entry, no table, no run, and sends it to no other origin', async () => {
    const key = { place: 'header', name: 'X-API-Key' } as const;
    await expect(connectors.create(admin, 'so-nnmt-kk', definition({ key }))).rejects.toThrow('key-needed');
    await connectors.create(admin, 'so-nnmt-kk', definition({ key }), 'bi-mat-1');
    await runAt(at(9, 5));
    expect(asked[0]?.headers['x-api-key']).toBe('bi-mat-1');
    // A change elsewhere keeps it, also one of the path; a trial uses it.
    await connectors.change(admin, 'so-nnmt-kk', definition({ key, name: 'Tên mới', url: `${url}/moi` }));
    await connectors.try(admin, 'so-nnmt-kk', definition({ key }));
    expect(asked[1]?.headers['x-api-key']).toBe('bi-mat-1');
    // Whoever may edit could else have it sent to a server of their own.
    for (const other of [
      { key, url: url.replace('127.0.0.1', 'localhost') },
      { key: { place: 'query', name: 'k' } as const },
    ]) {
      await expect(connectors.change(admin, 'so-nnmt-kk', definition(other))).rejects.toThrow('key-needed-again');
      await expect(connectors.try(admin, 'so-nnmt-kk', definition(other))).rejects.toThrow('key-needed-again');
    }
    await expect(connectors.try(admin, null, definition({ key }))).rejects.toThrow('key-needed');
    await connectors.change(admin, 'so-nnmt-kk', definition({ key: { place: 'query', name: 'apikey' } }), 'bi mat 2');
    await runAt(at(10, 5));
    expect(asked.at(-1)?.url).toBe('/latest?apikey=bi+mat+2');

    const dump = await database.pool.query(
      `select (select json_agg(c)::text from connectors c) || (select json_agg(r)::text from connector_runs r)
        || (select json_agg(a)::text from audit_entries a) as everything`,
    );
    const told = JSON.stringify(await connectors.list(visible(admin, 'device:manage')));
    expect(dump.rows[0].everything + told).not.toMatch(/bi.mat|62692d6d6174/);
    expect(dump.rows[0].everything).toContain('connector.change');
    expect(await readFile(join(directory, 'connectors.key'), 'utf8')).toHaveLength(44);

    // With another server's key it opens for nobody, and says what to do.
    await writeFile(join(directory, 'connectors.key'), Buffer.alloc(32, 7).toString('base64'));
    const moved = createConnectors(parts());
    clock = at(11, 5);
    await moved.runDue();
    await moved.idle();
    expect((await runs())[0]).toMatchObject({
      outcome: 'failed',
      problem: { en: expect.stringContaining('enter the connector') },
    });
  });

  it('refuses secrets in the open, headers that are the connection’s own, and credentials in the address', async () => {
    const refusal = (more: Partial<Definition>) =>
      connectors.create(admin, 'x', definition(more)).then(
        () => 'made',
        (error) => error.code,
      );
    expect(await refusal({ headers: { Authorization: 'Bearer x' } })).toBe('key-in-the-open');
    expect(await refusal({ url: `${url}/?token=1` })).toBe('key-in-the-open');
    expect(await refusal({ headers: { Host: 'inner' } })).toBe('header-reserved');
    expect(await refusal({ key: { place: 'header', name: 'Transfer-Encoding' } })).toBe('header-reserved');
    expect(await refusal({ url: 'http://a:b@example.org/' })).toBe('url-credentials');
    expect(await refusal({ offsetMinutes: 60 })).toBe('offset-too-large');
    expect(await refusal({ mapping: {} })).toBe('no-figures');
  });

  it('is seen, tried and changed within one’s reach only, and writes to its own entities only', async () => {
    await connectors.create(admin, 'so-nnmt-kk', definition());
    expect(await connectors.list(visible(neighbour, 'device:manage'))).toEqual([]);
    const tries = [
      () => connectors.get(neighbour, 'so-nnmt-kk'),
      () => connectors.change(neighbour, 'so-nnmt-kk', definition()),
      () => connectors.runSoon(neighbour, 'so-nnmt-kk'),
      () => connectors.try(neighbour, 'so-nnmt-kk', definition()),
      () => connectors.try(neighbour, null, definition()),
      () => connectors.create(neighbour, 'moi', definition()),
    ];
    for (const one of tries) await expect(one()).rejects.toMatchObject({ status: 404 });
    await expect(connectors.create(admin, 'so-nnmt-kk', definition())).rejects.toThrow('id-taken');
    expect(asked).toEqual([]);
    // Its mapping may name anybody's entity: what comes is refused as if it did not exist.
    await connectors.create(
      neighbour,
      'cua-ho',
      definition({ entityIds: ['s3'], mapping: { properties: { dust: { property: 'pm25', entity: 's1' } } } }),
    );
    await runAt(at(9, 5));
    expect((await runs('cua-ho'))[0]).toMatchObject({ accepted: 0, refused: 2 });
  });

  it('is run once over all processes, and what a lost process began is begun again', async () => {
    let held: ServerResponse[] = [];
    answer = (_request, response) => held.push(response);
    await connectors.create(admin, 'so-nnmt-kk', definition());
    const others = [connectors, createConnectors(parts()), createConnectors(parts())];
    clock = at(9, 5);
    const began = await Promise.all(others.map((one) => one.runDue()));
    expect(began.toSorted()).toEqual([0, 0, 1]);
    await expect.poll(() => held.length).toBe(1);
    // Asked for now, it still waits for the one that runs.
    await connectors.runSoon(admin, 'so-nnmt-kk');
    expect(await connectors.runDue()).toBe(0);
    // The process is stopped in the middle: the run says so, and the next takes all.
    await Promise.all(others.map((one) => one.stop()));
    expect((await runs())[0]).toMatchObject({
      outcome: 'failed',
      problem: { en: expect.stringContaining('Broken off') },
    });
    // One that is killed says nothing: its run is closed by the next, when its time is over.
    held = [];
    const killed = createConnectors(parts());
    clock = at(10, 5);
    expect(await killed.runDue()).toBe(1);
    await expect.poll(() => held.length).toBe(1);
    answer = (_request, response) => response.end(JSON.stringify({ data: [row('KK1', 5, 30)] }));
    const next = createConnectors(parts());
    clock = at(11, 5);
    expect(await next.runDue()).toBe(1);
    await next.idle();
    expect((await runs()).map((run) => run.outcome)).toEqual(['taken', 'failed', 'failed']);
    expect(await values()).toEqual(['s1 01:05 30']);
    held[0]?.end('{"data": []}');
    await killed.idle();
  });

  it('stops where its device is blocked, and stays so when it is changed', async () => {
    await connectors.create(admin, 'so-nnmt-kk', definition());
    await ingest.devices.setActive(admin, 'so-nnmt-kk', false);
    expect(await runAt(at(9, 5))).toBe(0);
    await connectors.change(admin, 'so-nnmt-kk', definition());
    expect((await connectors.get(admin, 'so-nnmt-kk')).connector.active).toBe(false);
    await expect(connectors.runSoon(admin, 'so-nnmt-kk')).rejects.toThrow('connector-stopped');
  });

  it('is made, tried and read over HTTP by who may, in the forms that the routes name', async () => {
    const http = await createHttp({ logger: false, authenticators: [async () => admin], version: 'test' });
    serveConnectors(http, connectors);
    const key = { place: 'header', name: 'X-API-Key' };
    const body = { id: 'qua-http', definition: definition({ key: key as Definition['key'] }), keyValue: 'bi-mat' };
    const send = (method: 'POST' | 'PUT' | 'GET', path: string, payload?: object) =>
      http.app.inject({ method, url: path, headers: { 'x-requested-with': 'dttm' }, ...(payload ? { payload } : {}) });
    const made = await send('POST', '/api/connectors', body);
    expect([made.statusCode, made.body.includes('bi-mat')]).toEqual([200, false]);
    const trial = await send('POST', '/api/connectors/try', { id: 'qua-http', definition: body.definition });
    expect(trial.json()).toMatchObject({ values: 2, shown: [{ values: [{ at: '2026-11-23T01:05:00.000Z' }] }, {}] });
    expect((await send('POST', '/api/connectors/qua-http/run')).statusCode).toBe(200);
    await connectors.runDue();
    await connectors.idle();
    expect((await send('GET', '/api/connectors/qua-http')).json()).toMatchObject({
      connector: { hasKey: true },
      runs: [{ outcome: 'taken', accepted: 2 }],
    });
    expect((await send('GET', '/api/connectors')).json().items).toHaveLength(1);
    expect(
      (await send('PUT', '/api/connectors/qua-http', { definition: { ...body.definition, url: 'file:///etc/passwd' } }))
        .statusCode,
    ).toBe(422);
    await http.app.close();
  });
});
