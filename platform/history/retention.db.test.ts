import { parquetReadObjects } from 'hyparquet';
import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type Context, createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createCompaction, createLog, type Log, type Observation } from '../events/index.ts';
import { createHttp } from '../http/index.ts';
import { createIngest, type Ingest } from '../ingest/index.ts';
import { type Principal, systemPrincipal, visible } from '../rights/index.ts';
import {
  type Corrections,
  createCorrections,
  createHistory,
  createRetention,
  type History,
  type Retention,
  serveRetention,
} from './index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 00:00 UTC, so that days of the test are days of storage. */
const start = Date.UTC(2026, 0, 1);
const admin = systemPrincipal('admin', ['entity:read', 'retention:manage', 'history:correct']);
const rights = visible(admin, 'entity:read');

const level = (title: string): EntityType['observes'][string] => ({
  title: { vi: title, en: title },
  unit: 'm',
  everySeconds: 3600,
  range: [0, 1000],
  rollUp: 'mean',
});
const typeOf = (vi: string): EntityType => ({
  title: { vi, en: vi },
  schema: Type.Object({}),
  observes: { level: level('Mực'), flow: level('Lưu lượng') },
  columns: [],
  visible: 'unit',
  marker: 'circle',
});

// Sixty days are compacted one by one in each.
describe('retention', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let log: Log;
  let context: Context;
  let history: History;
  let corrections: Corrections;
  let retention: Retention;
  let ingest: Ingest;
  let clock = start;
  const now = () => new Date(clock);
  const onFollowerError = (_name: string, error: unknown): void => {
    throw error;
  };

  beforeEach(async () => {
    clock = start + 60 * DAY;
    database = await testDatabase();
    const { db, pool } = database;
    log = createLog({ db, pool, now, onError: onFollowerError });
    const audit = createAudit({ db, now });
    const systems = [{ name: 'test', entities: { Gauge: typeOf('Trạm'), Lamp: typeOf('Đèn') } }];
    context = createContext({ db, log, audit, now, systems, areaOf: () => null });
    history = createHistory({ db, log, context, now, derivations: [] });
    corrections = createCorrections({ db, log, audit, context, now });
    retention = createRetention({ db, log, audit, context, now });
    ingest = createIngest({
      db,
      log,
      context,
      audit,
      now,
      doors: [],
      keptSince: retention.keptSince,
      onError: (_what, error) => {
        throw error;
      },
    });
    const writer = systemPrincipal('test', ['entity:write']);
    for (const [id, type] of [
      ['g1', 'Gauge'],
      ['l1', 'Lamp'],
    ] as const) {
      await db.transaction().execute((tx) =>
        context.save(tx, writer, {
          id,
          type,
          name: id,
          organisationId: null,
          location: null,
          provenance: 'measured',
        }),
      );
    }
    log.start();
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const series = async (entityId: string, property: string) =>
    (await log.series.numbersOf([{ entityId, property }]))[0] as number;
  /** One value an hour, the day's number and the hour as its value: day 3, 02:00 is 3.02. */
  const fill = async (entityId: string, property: string, days: number) => {
    const seriesId = await series(entityId, property);
    const rows: Observation[] = [];
    for (let hour = 0; hour < days * 24; hour++) {
      rows.push({ seriesId, at: start + hour * HOUR, value: Math.floor(hour / 24) + (hour % 24) / 100, quality: 0 });
    }
    await log.offer(rows);
  };
  const settle = async () => {
    await log.settled();
    await createCompaction({ db: database.db, pool: database.pool, now }).run();
  };
  const raw = async (entityId: string, property: string): Promise<number> => {
    const id = await series(entityId, property);
    const found = await database.pool.query(
      `select (select coalesce(sum(n), 0)::int from observation_days where series_id = $1)
        + (select count(*)::int from observations where series_id = $1) as n`,
      [id],
    );
    return found.rows[0]?.n;
  };
  const sums = async (entityId: string, property: string, width: 'hour' | 'day') =>
    (await history.buckets(rights, [entityId], [property], width, new Date(start), new Date(start + 400 * DAY))).map(
      ({ at, n, mean, min, max }) => ({ at, n, mean, min, max }),
    );
  const year = { title: 'Mực nước', covers: ['Gauge'], rawDays: 31, hourDays: null, reason: 'Quy chế nội bộ của Sở' };

  it('takes nothing without a class, and nothing in the first day of one', async () => {
    await fill('g1', 'level', 50);
    await settle();
    expect(await retention.run()).toEqual([]);
    await retention.set(admin, 'muc-nuoc', year);
    clock += 23 * HOUR;
    expect(await retention.run()).toEqual([]);
    expect(await raw('g1', 'level')).toBe(50 * 24);
    // Taken back in time.
    await retention.remove(admin, 'muc-nuoc');
    clock += 5 * HOUR;
    expect(await retention.run()).toEqual([]);
    expect(await raw('g1', 'level')).toBe(50 * 24);
  });

  it('says before what will go, takes exactly that, and leaves every sum as it was', async () => {
    for (const [entity, property] of [
      ['g1', 'level'],
      ['g1', 'flow'],
      ['l1', 'level'],
    ] as const) {
      await fill(entity, property, 60);
    }
    await settle();
    const hours = await sums('g1', 'level', 'hour');
    const days = await sums('g1', 'level', 'day');
    // `flow` is named apart: only `level` of the gauge goes.
    await retention.set(admin, 'luu-luong', { ...year, title: 'Lưu lượng', covers: ['Gauge.flow'], rawDays: 3650 });
    // Day 60 less 31 is 30 January: 29 whole days lie before it.
    expect(await retention.preview(admin, 'muc-nuoc', year)).toMatchObject({
      before: '2026-01-30',
      observations: 29 * 24,
      first: '2026-01-01',
      hours: 0,
    });
    await retention.set(admin, 'muc-nuoc', year);
    clock += DAY;
    expect(await retention.run()).toEqual([
      { class: 'luu-luong', days: 0, observations: 0, hours: 0 },
      { class: 'muc-nuoc', days: 30, observations: 30 * 24, hours: 0 },
    ]);
    expect(await raw('g1', 'level')).toBe(30 * 24);
    expect(await raw('g1', 'flow')).toBe(60 * 24);
    expect(await raw('l1', 'level')).toBe(60 * 24);
    expect(await sums('g1', 'level', 'hour')).toEqual(hours);
    expect(await sums('g1', 'level', 'day')).toEqual(days);
    // A second run has nothing to do; what is held is counted.
    expect((await retention.run())[1]).toEqual({ class: 'muc-nuoc', days: 0, observations: 0, hours: 0 });
    const { held } = await retention.list(admin);
    expect(held.find((one) => one.type === 'Gauge' && one.property === 'level')).toMatchObject({
      observations: 29 * 24,
      firstDay: '2026-01-31',
    });
    const audited = await database.pool.query(
      `select action, detail from audit_entries where action like 'retention.%' order by id`,
    );
    expect(audited.rows.map((row) => row.action)).toEqual(['retention.set', 'retention.set', 'retention.apply']);
    expect(audited.rows[2]?.detail).toMatchObject({ before: '2026-01-31', observations: 720 });
  });

  it('refuses later what is older than what is kept, in words, and no sum is made from what is left', async () => {
    await fill('g1', 'level', 60);
    await settle();
    const hours = await sums('g1', 'level', 'hour');
    await retention.set(admin, 'muc-nuoc', year);
    const at = start + 5 * DAY + 10 * 60_000;
    const send = (entity: string) =>
      ingest.intake.sort([{ entity, property: 'level', at, value: 999, quality: 0 }], () => true);
    // Not in force yet.
    expect((await send('g1')).bad).toEqual([]);
    clock += DAY;
    await retention.run();
    expect((await send('g1')).bad).toEqual([
      {
        at: '0',
        reason: {
          vi: 'số liệu cũ hơn thời hạn lưu giữ của “level” (từ 1/2/2026); số liệu tổng hợp của thời gian đó không đổi',
          en: 'older than “level” is kept (since 2026-02-01); the sums of that time stand',
        },
      },
    ]);
    expect((await send('l1')).bad).toEqual([]);
    const span = { from: new Date(start + 5 * DAY), to: new Date(start + 6 * DAY), reason: 'Cảm biến bị rong bám' };
    await expect(corrections.correct(admin, 'g1', 'level', { ...span, action: 'delete' })).rejects.toMatchObject({
      status: 410,
      code: 'raw-not-kept',
    });
    await expect(history.curve(rights, 'g1', 'level', span.from, span.to, 'raw')).rejects.toMatchObject({
      code: 'raw-not-kept',
    });
    expect((await history.curve(rights, 'g1', 'level', span.from, span.to, 'hour')).points[0]?.value).toBe(5);
    // One that was on its way while the rest went, past the door: the sums stand all the same.
    await log.offer([{ seriesId: await series('g1', 'level'), at, value: 999, quality: 0 }]);
    await log.settled();
    expect(await sums('g1', 'level', 'hour')).toEqual(hours);
    // A longer class brings nothing back, and does not open the door to sums from nothing.
    await retention.set(admin, 'muc-nuoc', { ...year, rawDays: 3650 });
    clock += 2 * DAY;
    expect((await send('g1')).bad).toHaveLength(1);
  });

  it('drops a month whole that holds nothing else, and hour sums by their own time; day sums stay', async () => {
    await fill('g1', 'level', 60);
    await settle();
    const days = await sums('g1', 'level', 'day');
    await retention.set(admin, 'muc-nuoc', { ...year, hourDays: 62 });
    clock = start + 65 * DAY;
    const [done] = await retention.run();
    // Before 4 February: 31 days of January as a partition, three as rows. Hours before the local 4 January, 17:00 UTC of
    // the 3rd: two days and 17 hours.
    expect(done).toEqual({ class: 'muc-nuoc', days: 34, observations: 34 * 24, hours: 65 });
    const tables = await database.pool.query(
      `select relname from pg_class where relname ~ '^observation_days_[0-9]{6}$' order by 1`,
    );
    expect(tables.rows.map((row) => row.relname)).toEqual(['observation_days_202602']);
    expect(await sums('g1', 'level', 'day')).toEqual(days);
    expect((await sums('g1', 'level', 'hour'))[0]?.at).toBe(start + 65 * HOUR);
    // The dropped month takes values of others as before.
    const flow = await series('g1', 'flow');
    await log.offer([{ seriesId: flow, at: start + DAY, value: 7, quality: 0 }]);
    await settle();
    expect(await raw('g1', 'flow')).toBe(1);
  });

  it('waits for followers: what is not in the sums yet does not go', async () => {
    await fill('g1', 'level', 40);
    await settle();
    await retention.set(admin, 'muc-nuoc', year);
    clock += 2 * DAY;
    await log.stop();
    // Followers stand still; another process commits a late value.
    const writer = createLog({ db: database.db, pool: database.pool, now, onError: onFollowerError });
    await writer.offer([{ seriesId: await series('g1', 'level'), at: start + 3 * DAY + 1, value: 9, quality: 0 }]);
    const [blocked] = await retention.run();
    expect(blocked).toMatchObject({ days: 3 });
    expect(await raw('g1', 'level')).toBe(37 * 24 + 1);
    log = writer;
    createHistory({ db: database.db, log, context, now, derivations: [] });
    log.start();
  });

  it('asks for the right in the whole province, and refuses what contradicts itself', async () => {
    const clerk: Principal = {
      ...admin,
      kind: 'user',
      grants: [{ permission: 'retention:manage', scope: { all: false, organisations: ['so'], areas: [] } }],
    };
    await expect(retention.set(clerk, 'muc-nuoc', year)).rejects.toMatchObject({ status: 403 });
    await expect(retention.list(clerk)).rejects.toMatchObject({ status: 403 });
    await retention.set(admin, 'muc-nuoc', year);
    await expect(retention.set(admin, 'khac', { ...year, covers: ['Gauge'] })).rejects.toMatchObject({
      code: 'covered-twice',
    });
    await expect(retention.set(admin, 'khac', { ...year, covers: ['Lamp'], hourDays: 61 })).rejects.toMatchObject({
      code: 'hours-too-short',
    });
    await expect(retention.set(admin, 'khac', { ...year, covers: ['Gauge.constructor'] })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('gives single values as files before they go, as they are stored', async () => {
    await fill('g1', 'level', 2);
    await settle();
    await retention.set(admin, 'muc-nuoc', year);
    const http = await createHttp({
      logger: false,
      version: 'test',
      authenticators: [async () => admin],
    });
    serveRetention(http, database.db, retention);
    const get = (format: string, query = 'from=2026-01-01&to=2026-01-02') =>
      http.app.inject({ method: 'GET', url: `/api/retention/muc-nuoc/export.${format}?${query}` });
    const lines = (await get('csv')).body.split('\r\n');
    expect(lines).toHaveLength(26);
    expect(lines[3]).toBe('g1,level,2026-01-01T02:00:00.000Z,0.02,0,so lieu do');
    const file = (await get('parquet')).rawPayload;
    const rows = await parquetReadObjects({
      file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer,
    });
    expect(rows).toHaveLength(24);
    expect(rows[2]).toMatchObject({ entity: 'g1', property: 'level', value: 0.02, quality: 0 });
    expect((await get('csv', 'from=2026-01-02&to=2026-01-01')).statusCode).toBe(400);
    await http.app.close();
  });
});
