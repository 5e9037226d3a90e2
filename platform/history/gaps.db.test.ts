import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type Context, createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { type Principal, systemPrincipal, visible } from '../rights/index.ts';
import { gapsOf } from './gaps.ts';
import { gapsCsv } from './gaps-routes.ts';
import { createHistory } from './index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 1 November 2026, 00:00 in Vietnam. */
const start = Date.UTC(2026, 9, 31, 17);
const all = visible(systemPrincipal('test', ['entity:read']), 'entity:read');

const Gauge: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({ everySeconds: Type.Optional(Type.Number()), expectsData: Type.Optional(Type.Boolean()) }),
  observes: {
    level: { title: { vi: 'Mực', en: 'Level' }, unit: 'm', everySeconds: 3600, range: [0, 1000], rollUp: 'mean' },
  },
  columns: [],
  visible: 'unit',
  marker: 'circle',
};

describe('gaps of the province', () => {
  let database: TestDatabase;
  let log: Log;
  let context: Context;
  let clock = start;
  const now = () => new Date(clock);

  beforeEach(async () => {
    database = await testDatabase();
    const { db, pool } = database;
    clock = start;
    log = createLog({
      db,
      pool,
      now,
      onError: (_name, error) => {
        throw error;
      },
    });
    const audit = createAudit({ db, now });
    const systems = [{ name: 'test', entities: { Gauge } }];
    context = createContext({ db, log, audit, now, systems, areaOf: () => null });
    createHistory({ db, log, context, now, derivations: [] });
    log.start();
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const make = async (id: string, organisationId: string, areaCode: string, properties = {}) => {
    const writer = systemPrincipal('test', ['entity:write']);
    await database.db.transaction().execute((tx) =>
      context.save(tx, writer, {
        id,
        type: 'Gauge',
        name: id,
        organisationId,
        areaCode,
        location: null,
        provenance: 'measured',
        properties,
      }),
    );
  };
  const send = async (entityId: string, hours: readonly number[], everyMs = HOUR, quality: 0 | 2 = 0) => {
    const [seriesId] = (await log.series.numbersOf([{ entityId, property: 'level' }])) as [number];
    await log.offer(hours.map((hour) => ({ seriesId, at: start + hour * everyMs, value: 1, quality })));
  };
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
  const find = async (query = {}, rights = all) => {
    await log.settled();
    const period = { from: new Date(start), to: new Date(start + 4 * DAY), limit: 50, offset: 0 };
    return gapsOf({ db: database.db, context, now }, rights, { ...period, ...query });
  };

  it('counts what was promised and came, worst first, with the longest gap and its ends', async () => {
    await make('whole', 'so', 'x1');
    await make('holes', 'so', 'x1');
    await make('silent', 'xa', 'x2');
    await make('off', 'so', 'x1', { expectsData: false });
    await make('fast', 'xa', 'x2', { everySeconds: 600 });
    clock = start + 4 * DAY;
    await send('whole', range(0, 96));
    // 96 hours less 10 to 19 and 50 to 79: 40 missing, the longest across a midnight; one of the rest was a fault.
    await send('holes', [...range(0, 10), ...range(20, 50), ...range(80, 95)]);
    await send('holes', [95], HOUR, 2);
    // Every ten minutes for the first two of four days: 288 of 576.
    await send('fast', range(0, 288), 600_000);
    const found = await find();
    expect(found.total).toBe(4);
    expect(found.items.map((row) => [row.entityId, row.expected, row.received, row.good, row.missing])).toEqual([
      ['silent', 96, 0, 0, 1],
      ['fast', 576, 288, 288, 0.5],
      ['holes', 96, 56, 55, expect.closeTo(40 / 96, 10)],
      ['whole', 96, 96, 96, 0],
    ]);
    expect(found.items.map((row) => row.longest)).toEqual([
      { from: start, to: start + 4 * DAY },
      { from: start + 2 * DAY, to: start + 4 * DAY },
      { from: start + 50 * HOUR, to: start + 80 * HOUR },
      null,
    ]);
    expect(gapsCsv(found.items).split('\r\n')[3]).toBe(
      'holes,holes,Gauge,level,so,x1,96,56,55,0.4167,30,2026-11-03 02:00,2026-11-04 08:00,so lieu do',
    );
    // Hour sums may have gone by their class: whole days tell what they can.
    await database.pool.query("delete from rollups where width = 'hour'");
    expect((await find({ type: 'Gauge' })).items.map((row) => row.longest?.from ?? null)).toEqual([
      start,
      start + 2 * DAY,
      null,
      null,
    ]);
  });

  it('asks nothing of the future, nor of the time before an entity was known, and shows each unit its own', async () => {
    await make('old', 'so', 'x1');
    clock = start + 2 * DAY;
    await make('new', 'xa', 'x2');
    clock = start + 3 * DAY;
    await send('old', range(0, 72));
    await send('new', range(48, 60));
    // Made known today with data from the 31st hour on: nothing is asked of the time before.
    await make('brought', 'so', 'x1');
    await send('brought', range(30, 72));
    const found = await find();
    expect(found.items.map((row) => [row.entityId, row.expected, row.received])).toEqual([
      ['new', 24, 12],
      ['brought', 42, 42],
      ['old', 72, 72],
    ]);
    const clerk: Principal = {
      ...systemPrincipal('clerk', []),
      kind: 'user',
      grants: [{ permission: 'entity:read', scope: { all: false, organisations: [], areas: ['x1'] } }],
    };
    expect(await find({}, visible(clerk, 'entity:read'))).toMatchObject({
      total: 2,
      items: [{ entityId: 'brought' }, { entityId: 'old' }],
    });
    expect((await find({ organisationId: 'xa' })).items.map((row) => row.entityId)).toEqual(['new']);
    expect((await find({ areaCode: 'x1' })).items.map((row) => row.entityId)).toEqual(['brought', 'old']);
    expect((await find({ q: 'NÉW' })).items.map((row) => row.entityId)).toEqual(['new']);
    expect((await find({ limit: 1, offset: 1 })).items.map((row) => row.entityId)).toEqual(['brought']);
  });
});
