import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createLog, type Log, type Observation } from '../events/index.ts';
import { systemPrincipal, visible } from '../rights/index.ts';
import { createHistory, type Derivation, type History } from './index.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** 23 November 2026, 00:00 in Vietnam. */
const midnight = Date.UTC(2026, 10, 22, 17);
const rights = visible(systemPrincipal('test', ['entity:read']), 'entity:read');

const Gauge: EntityType = {
  title: { vi: 'Trạm', en: 'Station' },
  schema: Type.Object({ everySeconds: Type.Optional(Type.Number()) }),
  observes: {
    level: { title: { vi: 'Mực', en: 'Level' }, unit: 'm', everySeconds: 600, range: [0, 1000], rollUp: 'mean' },
    three: {
      title: { vi: 'Ba giờ', en: 'Three hours' },
      unit: 'm',
      everySeconds: 3600,
      range: [0, 1000],
      rollUp: 'mean',
      derived: true,
    },
  },
  columns: [],
  visible: 'unit',
  marker: 'circle',
};

/** The mean of this hour and the two before, where all three are valid. */
const three: Derivation = {
  to: 'Gauge.three',
  from: ['Gauge.level'],
  every: 'hour',
  lookBackHours: 2,
  version: 1,
  source: { vi: 'thử', en: 'test' },
  formula: { vi: 'trung bình ba giờ', en: 'mean of three hours' },
  compute: ({ level }) => {
    const hours = level ?? [];
    return hours.every((value) => value !== null)
      ? hours.reduce<number>((sum, value) => sum + (value ?? 0), 0) / 3
      : null;
  },
  explain: () => ({ rows: [], steps: [] }),
};

describe('history', () => {
  let database: TestDatabase;
  let log: Log;
  let history: History;
  let series: number;
  let clock = midnight + 12 * HOUR;
  const now = () => new Date(clock);

  beforeEach(async () => {
    clock = midnight + 12 * HOUR;
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
    const audit = createAudit({ db, now });
    const context = createContext({
      db,
      log,
      audit,
      now,
      systems: [{ name: 'test', entities: { Gauge } }],
      areaOf: () => null,
    });
    history = createHistory({ db, log, context, now, derivations: [three] });
    const writer = systemPrincipal('test', ['entity:write']);
    await db.transaction().execute((tx) =>
      context.save(tx, writer, {
        id: 'g1',
        type: 'Gauge',
        name: 'Cống Trà Linh',
        organisationId: null,
        location: null,
        provenance: 'measured',
      }),
    );
    [series] = (await log.series.numbersOf([{ entityId: 'g1', property: 'level' }])) as [number];
    log.start();
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const value = (at: number, level: number, quality: 0 | 1 | 2 = 0): Observation => ({
    seriesId: series,
    at,
    value: level,
    quality,
  });
  /** A whole hour of ten-minute values. */
  const hour = (index: number, level: number): Observation[] =>
    Array.from({ length: 6 }, (_, ten) => value(midnight + index * HOUR + ten * 10 * MINUTE, level));
  const curve = async (property: string, step: 'raw' | 'hour' | 'day' = 'hour') => {
    await log.settled();
    return history.curve(rights, 'g1', property, new Date(midnight), new Date(midnight + 24 * HOUR), step);
  };
  const derived = async () =>
    (await curve('three', 'raw')).points
      .filter((point) => point.value !== null)
      .map((point) => [(point.at - midnight) / HOUR, point.value]);

  it('sums hours and local days, leaves calibration and faults out, and shows gaps as gaps', async () => {
    await log.offer([
      ...hour(0, 3),
      value(midnight + HOUR, 5),
      value(midnight + HOUR + 10 * MINUTE, 99, 1),
      value(midnight + HOUR + 20 * MINUTE, 99, 2),
    ]);
    const hours = (await curve('level')).points;
    expect(hours[0]).toMatchObject({ value: 3, n: 6, share: 1 });
    // One of six promised values; the calibrating and the faulty one do not count.
    expect(hours[1]).toMatchObject({ value: 5, n: 1, max: 5 });
    expect(hours[1]?.share).toBeCloseTo(1 / 6, 10);
    expect(hours[2]).toMatchObject({ value: null, n: 0 });
    // (6 * 3 + 5) / 7
    expect((await curve('level', 'day')).points[0]?.value).toBeCloseTo(23 / 7, 10);
    expect((await curve('level', 'raw')).shades.map((shade) => shade.quality)).toEqual([1, 2]);
  });

  it('computes a derived value when its hours are there, and anew when late data come', async () => {
    await log.offer([...hour(0, 3), ...hour(2, 9)]);
    expect(await derived()).toEqual([]);
    // Hour 1 arrives late: hour 2 has its three hours now, (3 + 6 + 9) / 3.
    await log.offer(hour(1, 6));
    expect(await derived()).toEqual([[2, 6]]);
    // A correction of hour 0 changes what looks back to it: (6 + 6 + 9) / 3.
    await log.offer(hour(0, 6));
    expect(await derived()).toEqual([[2, 7]]);
  });

  it('takes a derived value back when its inputs are no longer valid', async () => {
    await log.offer([...hour(0, 3), ...hour(1, 6), ...hour(2, 9)]);
    expect(await derived()).toEqual([[2, 6]]);
    // Hour 1 turns out to have been calibration: 75 % of it is gone.
    await log.offer(hour(1, 6).map((one) => ({ ...one, quality: 1 as const })));
    expect(await derived()).toEqual([]);
  });

  it('waits for the end of an hour, and computes by the clock when nothing more arrives', async () => {
    clock = midnight + 2.5 * HOUR;
    await log.offer([...hour(0, 3), ...hour(1, 6), ...hour(2, 9).slice(0, 5)]);
    expect(await derived()).toEqual([]);
    clock = midnight + 3 * HOUR + MINUTE;
    expect(await history.tick()).toBe(1);
    // Five of six values are 83 %: valid.
    expect(await derived()).toEqual([[2, 6]]);
    expect(await history.tick()).toBe(0);
  });

  it('explains a derived value from its rows', async () => {
    await log.offer([...hour(0, 3), ...hour(1, 6), ...hour(2, 9)]);
    await log.settled();
    const why = await history.explain(rights, 'g1', 'three', new Date(midnight + 2 * HOUR));
    expect(why).toMatchObject({ value: 6, version: 1 });
    expect(why.inputs[0]?.hours.map(({ mean, n, valid }) => [mean, n, valid])).toEqual([
      [3, 6, true],
      [6, 6, true],
      [9, 6, true],
    ]);
  });

  it('is what a fresh computation over the rows gives, whatever order data come in', async () => {
    let random = 42;
    const next = (below: number): number => {
      random = (random * 1103515245 + 12345) % 2147483648;
      return random % below;
    };
    const rows = new Map<number, { level: number; quality: 0 | 1 | 2 }>();
    for (let round = 0; round < 60; round++) {
      const batch = Array.from({ length: 1 + next(8) }, () =>
        value(midnight + next(6 * 6) * 10 * MINUTE, next(50), next(10) === 0 ? 1 : 0),
      );
      for (const one of batch) rows.set(one.at, { level: one.value, quality: one.quality });
      await log.offer(batch);
    }
    const points = (await curve('level')).points;
    for (let index = 0; index < 6; index++) {
      const mine = [...rows]
        .filter(([at, row]) => Math.floor((at - midnight) / HOUR) === index && row.quality === 0)
        .map(([, row]) => row.level);
      const mean = mine.length > 0 ? mine.reduce((sum, level) => sum + level, 0) / mine.length : null;
      expect(points[index]?.n).toBe(mine.length);
      if (mean === null) expect(points[index]?.value).toBeNull();
      else expect(points[index]?.value).toBeCloseTo(mean, 9);
    }
  });
});
