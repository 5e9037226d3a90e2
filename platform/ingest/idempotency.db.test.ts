import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { createHttp, type Http } from '../http/index.ts';
import { systemPrincipal } from '../rights/index.ts';
import { tidyKeys } from './idempotency.ts';
import { createIngest, deviceAuthenticator, serveIngest } from './index.ts';

const admin = systemPrincipal('test', ['entity:write', 'device:manage']);
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

describe('a batch with an Idempotency-Key', () => {
  let database: TestDatabase;
  let log: Log;
  let http: Http;
  let clock: Date;
  const keys: string[] = [];
  let hold: Promise<void>;
  const now = () => clock;

  beforeEach(async () => {
    clock = new Date('2026-11-23T03:00:00Z');
    hold = Promise.resolve();
    keys.length = 0;
    database = await testDatabase();
    const { db, pool } = database;
    const written = createLog({ db, pool, now, onError: () => undefined });
    log = {
      ...written,
      async offer(observations) {
        await hold;
        await written.offer(observations);
      },
    };
    const audit = createAudit({ db, now });
    const systems = [{ name: 'test', entities: { Station } }];
    const context = createContext({ db, log, audit, now, systems, areaOf: () => null });
    const ingest = createIngest({ db, log, context, audit, now, doors: [], onError: () => undefined });
    http = await createHttp({ logger: false, authenticators: [deviceAuthenticator(ingest)], version: 'test' });
    serveIngest(http, db, ingest);
    for (const id of ['s1', 's2']) {
      await db.transaction().execute((tx) =>
        context.save(tx, admin, {
          id,
          type: 'Station',
          name: id,
          organisationId: 'so-nnmt',
          location: null,
          provenance: 'measured',
        }),
      );
      keys.push((await ingest.registerDevice(admin, `d-${id}`, id, [id])).key);
    }
  });
  afterEach(async () => {
    await http.app.close();
    await log.stop();
    await database.close();
  });

  const row = (value: number) => ({ entity: 's1', property: 'pm25', observedAt: '2026-11-23T08:00:00+07:00', value });
  const post = (value: number, key: string | null, device = 0) =>
    http.app.inject({
      method: 'POST',
      url: '/api/ingest/observations',
      headers: { authorization: `Bearer ${keys[device]}`, ...(key === null ? {} : { 'idempotency-key': key }) },
      payload: { observations: [row(value), { ...row(value), property: 'nothing' }] },
    });
  const lines = (value: number, key: string) =>
    http.app.inject({
      method: 'POST',
      url: '/api/ingest/observations.ndjson',
      headers: {
        authorization: `Bearer ${keys[0]}`,
        'content-type': 'application/x-ndjson',
        'idempotency-key': key,
      },
      payload: `${JSON.stringify(row(value))}\n`,
    });
  const values = async (): Promise<number[]> =>
    (await database.pool.query<{ value: number }>('select value from observations')).rows.map((one) => one.value);

  it('gets the first answer again, also when it was corrected meanwhile', async () => {
    const first = await post(1, '"8e03978e-40d5-43dd-bc93-6894a57f9324"');
    expect(first.json().accepted).toBe(1);
    await post(2, null);
    const again = await post(1, '8e03978e-40d5-43dd-bc93-6894a57f9324');
    expect(again.statusCode).toBe(200);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.json()).toEqual(first.json());
    // Sent again without a key it would have undone the correction.
    expect(await values()).toEqual([2]);
  });

  it('with another body is refused with 422, and the key of another device is another key', async () => {
    await post(1, 'a');
    const other = await post(2, 'a');
    expect(other.statusCode).toBe(422);
    expect(other.json().code).toBe('idempotency-other-body');
    expect(await values()).toEqual([1]);
    const stranger = await post(1, 'a', 1);
    expect(stranger.statusCode).toBe(200);
    expect(stranger.json().accepted).toBe(0);
  });

  it('is answered 409 while the first is at work, until that is over or its process is dead', async () => {
    let release: () => void = () => undefined;
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const first = post(1, 'a');
    const isClaimed = async (): Promise<boolean> =>
      (await database.pool.query('select 1 from idempotency_keys')).rows.length > 0 || isClaimed();
    await isClaimed();
    const second = await post(1, 'a');
    expect(second.statusCode).toBe(409);
    expect(second.headers['retry-after']).toBeDefined();
    release();
    await first;
    expect((await post(1, 'a')).headers['idempotency-replayed']).toBe('true');
    // One that died: claimed, and never answered.
    await database.pool.query("update idempotency_keys set answer = null, fingerprint = null where key = 'a'");
    expect((await post(1, 'a')).statusCode).toBe(409);
    clock = new Date(clock.getTime() + 61_000);
    expect((await post(1, 'a')).statusCode).toBe(200);
  });

  it('works line by line too, and reads a repeated body to compare it', async () => {
    expect((await lines(1, 'n')).json()).toMatchObject({ accepted: 1 });
    expect((await lines(1, 'n')).headers['idempotency-replayed']).toBe('true');
    expect((await lines(2, 'n')).statusCode).toBe(422);
    // One key is for one door.
    expect((await post(1, 'n')).statusCode).toBe(422);
  });

  it('that is refused keeps no key; keys are kept a day, and what is no key is told', async () => {
    const failing = await http.app.inject({
      method: 'POST',
      url: '/api/ingest/observations',
      headers: { authorization: `Bearer ${keys[0]}`, 'idempotency-key': 'a' },
      payload: { observations: [] },
    });
    expect(failing.statusCode).toBe(400);
    expect((await post(1, 'a')).statusCode).toBe(200);
    expect((await post(1, 'hai từ')).statusCode).toBe(400);
    expect(await tidyKeys(database.db, clock)).toBe(0);
    clock = new Date(clock.getTime() + 25 * 3_600_000);
    expect(await tidyKeys(database.db, clock)).toBe(1);
  });

  it('keeps no device’s key: ThingsBoard’s address holds one', async () => {
    const answer = await http.app.inject({
      method: 'POST',
      url: `/api/v1/${keys[0]}/telemetry`,
      headers: { 'idempotency-key': 't' },
      payload: { temperature: 1 },
    });
    expect(answer.statusCode).toBe(200);
    const kept = await database.pool.query('select * from idempotency_keys');
    expect(kept.rows).toHaveLength(1);
    expect(JSON.stringify(kept.rows)).not.toContain(keys[0]);
  });
});
