import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { type Principal, publicPrincipal, systemPrincipal, visible } from '../rights/index.ts';
import { type Context, createContext, type EntityType, intervalOf, type NewEntity } from './index.ts';

const now = () => new Date('2026-11-23T03:00:00Z');
const writer = systemPrincipal('test', ['entity:write', 'entity:read']);
const all = visible(writer, 'entity:read');

const Gauge: EntityType = {
  title: { vi: 'Cống', en: 'Sluice' },
  schema: Type.Object({ gates: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
  observes: {
    level: { title: { vi: 'Mực', en: 'Level' }, unit: 'm', everySeconds: 600, range: [0, 10], rollUp: 'mean' },
  },
  columns: ['level'],
  visible: 'unit',
  marker: 'circle',
};

describe('context', () => {
  let database: TestDatabase;
  let log: Log;
  let context: Context;
  beforeEach(async () => {
    database = await testDatabase();
    const { db, pool } = database;
    log = createLog({
      db,
      pool,
      now,
      onError: (_name, error) => {
        throw error;
      },
    });
    // West of 106.4 lies area A, east of it area B.
    const areaOf = (lon: number) => (lon < 106.4 ? 'A' : 'B');
    context = createContext({
      db,
      log,
      audit: createAudit({ db, now }),
      now,
      systems: [{ name: 'test', entities: { Gauge } }],
      areaOf,
    });
    log.start();
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });
  const gauge = (id: string, more: Partial<NewEntity> = {}): NewEntity => ({
    id,
    type: 'Gauge',
    name: `Cống ${id}`,
    organisationId: null,
    location: { lon: 106.3, lat: 20.4 },
    properties: { gates: 2 },
    provenance: 'measured',
    ...more,
  });
  const save = (entity: NewEntity, principal: Principal = writer, version?: number) =>
    database.db.transaction().execute((tx) => context.save(tx, principal, entity, version));

  it('keeps an entity of its type, in the area of its place, with an event and an audit row', async () => {
    const saved = await save(gauge('g1'));
    expect(saved).toMatchObject({ areaCode: 'A', version: 1, isPublic: false });
    expect((await save(gauge('g1', { location: { lon: 106.5, lat: 20.4 } }))).areaCode).toBe('B');
    const events = await database.pool.query('select kind from events order by id');
    expect(events.rows.map((row: { kind: string }) => row.kind)).toEqual(['entity.made', 'entity.changed']);
    expect((await database.pool.query('select action from audit_entries order by id')).rows).toEqual([
      { action: 'entity.make' },
      { action: 'entity.change' },
    ]);
  });

  it('refuses what does not fit the type, an unknown type, and the second of two editors', async () => {
    await expect(save(gauge('g1', { properties: { gates: 0 } }))).rejects.toMatchObject({ code: 'entity-properties' });
    await expect(save(gauge('g1', { type: 'Dragon' }))).rejects.toMatchObject({ code: 'unknown-type' });
    await save(gauge('g1'));
    await save(gauge('g1', { name: 'Cống mới' }), writer, 1);
    await expect(save(gauge('g1', { name: 'Cống khác' }), writer, 1)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    });
  });

  it('lists and counts by right: the own area, what is public, nothing of the neighbour', async () => {
    await save(gauge('a'));
    await save(gauge('b', { location: { lon: 106.5, lat: 20.4 } }));
    await save(gauge('open', { location: { lon: 106.5, lat: 20.4 }, isPublic: true }));
    const officer: Principal = {
      ...writer,
      kind: 'user',
      grants: [{ permission: 'entity:read', scope: { all: false, organisations: [], areas: ['A'] } }],
    };
    const seen = async (principal: Principal) => {
      const { items, total } = await context.find(visible(principal, 'entity:read'), {});
      return [items.map((one) => one.id), total];
    };
    expect(await seen(officer)).toEqual([['a', 'open'], 2]);
    expect(await seen(publicPrincipal)).toEqual([['open'], 1]);
    await expect(context.get(visible(officer, 'entity:read'), 'b')).rejects.toMatchObject({ status: 404 });
    // He may read A and write nothing.
    await expect(save(gauge('a'), officer)).rejects.toMatchObject({ status: 403 });
  });

  it('finds names with and without diacritics, in Vietnamese order', async () => {
    for (const [id, name] of [
      ['1', 'Cống Ơn'],
      ['2', 'Cống Đông'],
      ['3', 'Cống Dương'],
      ['4', 'Cống Ẩn'],
      ['5', 'Trạm 100%'],
    ] as const)
      await save(gauge(id, { name }));
    const names = async (q?: string) =>
      (await context.find(all, q === undefined ? {} : { q })).items.map((one) => one.name);
    expect(await names('dong')).toEqual(['Cống Đông']);
    expect(await names('CỐNG')).toEqual(['Cống Ẩn', 'Cống Dương', 'Cống Đông', 'Cống Ơn']);
    expect(await names('100%')).toEqual(['Trạm 100%']);
    expect(await names('_')).toEqual([]);
  });

  it('holds the newest observation as the state, whatever order they come in', async () => {
    await save(gauge('g1'));
    const [series] = await log.series.numbersOf([{ entityId: 'g1', property: 'level' }]);
    const offer = (minute: number, value: number) =>
      log.offer([{ seriesId: series ?? 0, at: Date.UTC(2026, 10, 23, 1, minute), value, quality: 0 }]);
    await offer(5, 2);
    await offer(1, 9);
    await log.settled();
    const level = async () => (await context.latest(database.db, ['g1'])).get('g1')?.level?.value;
    expect(await level()).toBe(2);
    await offer(5, 3);
    await log.settled();
    expect(await level()).toBe(3);
  });

  it('promises the interval of the entity before that of its type', () => {
    const observed = Gauge.observes.level as NonNullable<(typeof Gauge.observes)['level']>;
    expect(intervalOf({ properties: {} }, observed)).toBe(600);
    expect(intervalOf({ properties: { everySeconds: 60 } }, observed)).toBe(60);
    expect(intervalOf({ properties: { everySeconds: 60 } }, { ...observed, derived: true })).toBe(600);
    // A laboratory's daily count keeps its day.
    expect(intervalOf({ properties: { everySeconds: 60 } }, { ...observed, everySeconds: 86_400 })).toBe(86_400);
  });
});
