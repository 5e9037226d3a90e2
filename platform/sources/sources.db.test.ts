import Type from 'typebox';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type Context, createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { createHistory } from '../history/index.ts';
import { createHttp, type Http } from '../http/index.ts';
import { createIngest, deviceAuthenticator, type Ingest, serveIngest } from '../ingest/index.ts';
import { type Principal, systemPrincipal } from '../rights/index.ts';
import { createSources, type Sources } from './index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 00:00 of 23/11/2026 in the province. */
const MIDNIGHT = Date.parse('2026-11-23T00:00:00+07:00');
const root = systemPrincipal('test', ['entity:read', 'entity:write', 'device:manage', 'alert:act', 'ingest:manage']);
const ofUnit = (organisationId: string): Principal => ({
  kind: 'user',
  id: `u-${organisationId}`,
  name: 'Nguyễn An',
  organisationId,
  grants: (['entity:read', 'alert:act'] as const).map((permission) => ({
    permission,
    scope: { all: false, organisations: [organisationId], areas: [] },
  })),
});

const Station: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({}),
  observes: {
    dust: { title: { vi: 'Bụi', en: 'Dust' }, unit: 'µg/m³', everySeconds: 3600, range: [0, 1000], rollUp: 'mean' },
  },
  columns: [],
  visible: 'unit',
  marker: 'circle',
};

let database: TestDatabase;
let log: Log;
let context: Context;
let ingest: Ingest;
let http: Http;
let sources: Sources;
let clock = MIDNIGHT;
const errors: unknown[] = [];

beforeEach(async () => {
  errors.length = 0;
  clock = MIDNIGHT - 10 * DAY;
  const now = () => new Date(clock);
  database = await testDatabase();
  const { db, pool } = database;
  const onError = (_what: string, error: unknown) => errors.push(error);
  log = createLog({ db, pool, now, onError });
  const audit = createAudit({ db, now });
  const systems = [{ name: 'test', entities: { Station } }];
  context = createContext({ db, log, audit, now, systems, areaOf: () => '13192' });
  ingest = createIngest({ db, log, context, audit, now, doors: [], onError });
  const history = createHistory({ db, log, context, now, derivations: [] });
  sources = createSources({ db, log, audit, context, history, ingest, now });
  http = await createHttp({ logger: false, authenticators: [deviceAuthenticator(ingest)], version: 'test' });
  serveIngest(http, db, ingest);
  log.start();
  await db.transaction().execute(async (tx) => {
    for (const [n, id] of ['s1', 's2', 's3', 's4'].entries()) {
      await context.save(tx, root, {
        id,
        type: 'Station',
        name: `Trạm ${id}`,
        organisationId: 'so-nnmt',
        location: { lon: 106.3 + n / 100, lat: 20.4 },
        provenance: 'measured',
      });
    }
  });
});
afterEach(async () => {
  await http.app.close();
  await log.stop();
  await database.close();
  expect(errors).toEqual([]);
});

/** Sends hourly values of a day, `hour -> value`, through the door in its last moment; then it is midnight. */
async function send(entity: string, day: number, hours: number, value: (hour: number) => number): Promise<void> {
  clock = MIDNIGHT + (day + 1) * DAY - 1;
  const { key } = await ingest.registerDevice(root, `d-${entity}`, `Bộ ghi ${entity}`, [entity]);
  const observations = Array.from({ length: hours }, (_, hour) => ({
    entity,
    property: 'dust',
    observedAt: new Date(MIDNIGHT + day * DAY + hour * HOUR).toISOString(),
    value: value(hour),
  }));
  const answer = await http.app.inject({
    method: 'POST',
    url: '/api/ingest/observations',
    headers: { authorization: `Bearer ${key}` },
    payload: { observations },
  });
  expect(answer.statusCode).toBe(200);
  await log.settled();
  clock += 1;
}

const query = { kind: 'entity', limit: 10, offset: 0 } as const;

it('says how each source stood, worst first: silent, refused, corrected, stuck', async () => {
  await send('s1', 0, 24, (hour) => 50 + (hour % 3));
  await send('s2', 0, 12, (hour) => 40 + (hour % 3));
  // Six that are out of range are refused, one that came is corrected.
  await send('s2', 0, 6, () => 5_000);
  await send('s2', 0, 1, () => 44);
  await send('s3', 0, 24, () => 7);
  await send('s4', 0, 24, (hour) => 50 + (hour % 3));
  expect(await sources.compute('2026-11-23')).toBe(8);
  const { items, total } = await sources.list(root, query);
  expect(total).toBe(4);
  expect(items.map((one) => [one.source_id, one.late])).toEqual([
    // Its last value is of 11:00, and three hours of silence are allowed.
    ['s2', true],
    ['s3', false],
    ['s1', false],
    ['s4', false],
  ]);
  expect(items[0]).toMatchObject({ expected: 24, received: 12, refused: 6, corrected: 1, stretches: 24, heard: 12 });
  expect(items[0]).toMatchObject({ complete: 0.5, live: 0.5, correct: 1, worst: 0.5 });
  expect(items[0]?.clean).toBeCloseTo(1 - 7 / 18, 9);
  expect(items[1]).toMatchObject({ complete: 1, clean: 1, live: 1, correct: 0, judged: 1 });
  expect(items[1]?.findings).toEqual([{ check: 'stuck', property: 'dust', value: 24 }]);
  expect(items[2]).toMatchObject({ complete: 1, clean: 1, live: 1, correct: 1, worst: 1 });
  expect(items[2]?.trend).toEqual([...Array(29).fill(null), 1]);
  const found = await sources.list(root, { ...query, q: 'tram S3' });
  expect(found.items.map((one) => one.source_id)).toEqual(['s3']);
  // What the device sent wrong is told of it too.
  const devices = await sources.list(root, { ...query, kind: 'device' });
  expect(devices.items.find((one) => one.source_id === 'd-s2')).toMatchObject({
    refused: 6,
    received: 12,
    correct: null,
  });

  // Late data of the day, and the day computed anew.
  await send('s2', 0, 24, (hour) => 44 + (hour % 3));
  await sources.compute('2026-11-23');
  expect((await sources.get(root, 'entity', 's2')).source).toMatchObject({ received: 24, complete: 1, late: false });
}, 60_000);

it('finds the one that drifts away from its neighbours, by the days before', async () => {
  for (let day = -7; day <= 0; day += 1) {
    for (const id of ['s1', 's2', 's3', 's4']) {
      await send(id, day, 24, (hour) => (day === 0 && id === 's1' ? 60 : 50) + (hour % 3));
    }
    await sources.compute(new Date(MIDNIGHT + day * DAY + 7 * HOUR).toISOString().slice(0, 10));
  }
  const { items } = await sources.list(root, query);
  expect(items.map((one) => [one.source_id, one.judged, one.findings.length])).toEqual([
    ['s1', 2, 1],
    ['s2', 2, 0],
    ['s3', 2, 0],
    ['s4', 2, 0],
  ]);
  // The difference was 0 on seven days and is 10; the neighbours' level is 51, and 2 % of it 1.02.
  expect(items[0]?.findings).toMatchObject([{ check: 'drift', property: 'dust' }]);
  expect(items[0]?.findings[0]?.value).toBeCloseTo(10 / 1.02, 9);
}, 120_000);

it('reminds the responsible unit once a day, and tells nothing to others', async () => {
  await send('s1', 0, 1, () => 50);
  await sources.compute('2026-11-23');
  const own = ofUnit('so-nnmt');
  expect((await sources.get(own, 'entity', 's1')).source.may).toEqual(['remind']);
  const both = await Promise.allSettled([sources.remind(own, 'entity', 's1'), sources.remind(own, 'entity', 's1')]);
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(sources.remind(own, 'entity', 's1')).rejects.toMatchObject({ status: 409, code: 'already-reminded' });
  const told = await database.pool.query("select subject, organisation_id from events where kind = 'source.reminded'");
  expect(told.rows).toEqual([{ subject: 'entity/s1', organisation_id: 'so-nnmt' }]);
  expect((await sources.get(own, 'entity', 's1')).source.may).toEqual([]);

  const stranger = ofUnit('so-khac');
  expect(await sources.list(stranger, query)).toEqual({ items: [], total: 0 });
  await expect(sources.get(stranger, 'entity', 's1')).rejects.toMatchObject({ status: 404 });
  await expect(sources.remind(stranger, 'entity', 's1')).rejects.toMatchObject({ status: 404 });
  // The next day it may be reminded again.
  clock += DAY;
  await sources.remind(own, 'entity', 's1');
}, 60_000);
