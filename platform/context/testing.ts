/** Context over a real database, for this room's tests. */
import Type from 'typebox';
import { createAudit } from '../audit/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log } from '../events/index.ts';
import { type Principal, systemPrincipal } from '../rights/index.ts';
import { type Context, createContext, type Entity, type EntityType, type NewEntity } from './index.ts';

export const now = () => new Date('2026-11-23T03:00:00Z');
export const writer = systemPrincipal('test', ['entity:write', 'entity:read']);

export const Gauge: EntityType = {
  title: { vi: 'Cống', en: 'Sluice' },
  schema: Type.Object(
    {
      gates: Type.Integer({ minimum: 1 }),
      street: Type.Optional(Type.String()),
      expectsData: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  observes: {
    level: { title: { vi: 'Mực', en: 'Level' }, unit: 'm', everySeconds: 600, range: [0, 10], rollUp: 'mean' },
  },
  relations: {
    drainsTo: {
      title: { vi: 'Tiêu ra', en: 'Drains to' },
      inverse: { vi: 'Nhận nước từ', en: 'Receives from' },
      to: ['Gauge'],
    },
  },
  columns: ['level'],
  visible: 'unit',
  marker: 'circle',
  headline: {
    property: 'level',
    levels: [
      { upTo: 2, name: { vi: 'Thấp', en: 'Low' }, color: '#00e400' },
      { upTo: 4, name: { vi: 'Cao', en: 'High' }, color: '#ffff00' },
      { upTo: 10, name: { vi: 'Rất cao', en: 'Very high' }, color: '#ff0000' },
    ],
  },
};

export const gauge = (id: string, more: Partial<NewEntity> = {}): NewEntity => ({
  id,
  type: 'Gauge',
  name: `Cống ${id}`,
  organisationId: null,
  location: { lon: 106.3, lat: 20.4 },
  properties: { gates: 2 },
  provenance: 'measured',
  ...more,
});

/** Reads the entities of area A and what is public; writes nothing. */
export const officerOfA: Principal = {
  ...writer,
  kind: 'user',
  grants: [{ permission: 'entity:read', scope: { all: false, organisations: [], areas: ['A'] } }],
};

export type TestContext = {
  database: TestDatabase;
  log: Log;
  context: Context;
  save(entity: NewEntity, principal?: Principal, version?: number): Promise<Entity>;
  /** Offers a level at a minute of 01:00 UTC and waits until it is the state. */
  observe(id: string, minute: number, level: number): Promise<void>;
  /** Another process over the same database: its context and its log, which ends with this one. */
  another(): { context: Context; log: Log };
  stop(): Promise<void>;
};

/** West of 106.4 lies area A, east of it area B. */
export async function testContext(): Promise<TestContext> {
  const database = await testDatabase();
  const { db, pool } = database;
  const logs: Log[] = [];
  const another = () => {
    const log = createLog({
      db,
      pool,
      now,
      idleMs: 50,
      onError: (_name, error) => {
        throw error;
      },
    });
    const context = createContext({
      db,
      log,
      audit: createAudit({ db, now }),
      now,
      systems: [{ name: 'test', entities: { Gauge, Lock: { ...Gauge, marker: 'square' } } }],
      areaOf: (lon: number) => (lon < 106.4 ? 'A' : 'B'),
    });
    log.start();
    logs.push(log);
    return { context, log };
  };
  const { context, log } = another();
  return {
    database,
    log,
    context,
    another,
    save: (entity, principal = writer, version) =>
      db.transaction().execute((tx) => context.save(tx, principal, entity, version)),
    async observe(id, minute, level) {
      const [seriesId = 0] = await log.series.numbersOf([{ entityId: id, property: 'level' }]);
      await log.offer([{ seriesId, at: Date.UTC(2026, 10, 23, 1, minute), value: level, quality: 0 }]);
      await log.settled();
    },
    async stop() {
      await Promise.all(logs.map((one) => one.stop()));
      await database.close();
    },
  };
}
