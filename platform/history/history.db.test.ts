import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../audit/index.ts';
import { createContext, type EntityType } from '../context/index.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createCompaction, createLog, type Log, type Observation } from '../events/index.ts';
import { systemPrincipal, visible } from '../rights/index.ts';
import { type Corrections, createCorrections, createHistory, type Derivation, type History } from './index.ts';

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
  let corrections: Corrections;
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
    corrections = createCorrections({ db, log, audit, context, now });
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
    const rows = new Map<number, { level: number; quality: Observation['quality'] }>();
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

  it('reports what is missing: expected, received, good, and the longest gap with its ends', async () => {
    // Ten-minute values of three hours but for 00:30 to 01:20 (six values) and 02:10 (one); 02:20 was calibration.
    const missing = [30, 40, 50, 60, 70, 80, 130];
    const minutes = Array.from({ length: 18 }, (_, ten) => ten * 10).filter((minute) => !missing.includes(minute));
    await log.offer(minutes.map((minute) => value(midnight + minute * MINUTE, 2, minute === 140 ? 1 : 0)));
    await log.settled();
    const found = await history.coverage(rights, 'g1', new Date(midnight), new Date(midnight + 3 * HOUR));
    expect(found).toEqual([
      {
        property: 'level',
        expected: 18,
        received: 11,
        good: 10,
        gaps: 2,
        longest: { from: midnight + 30 * MINUTE, to: midnight + 90 * MINUTE },
      },
    ]);
    const empty = await history.coverage(rights, 'g1', new Date(midnight + 5 * HOUR), new Date(midnight + 6 * HOUR));
    expect(empty[0]).toMatchObject({
      expected: 6,
      received: 0,
      gaps: 1,
      longest: { from: midnight + 5 * HOUR, to: midnight + 6 * HOUR },
    });
    // What is still to come is not missing.
    expect((await history.coverage(rights, 'g1', new Date(clock), new Date(clock + HOUR)))[0]?.expected).toBe(0);
  });

  describe('corrections by a person', () => {
    const officer = systemPrincipal('officer', ['entity:read', 'history:correct']);
    const span = (fromHour: number, toHour: number) => ({
      from: new Date(midnight + fromHour * HOUR),
      to: new Date(midnight + toHour * HOUR),
      reason: 'Cảm biến bị rong bám',
    });
    const trace = () => corrections.trace(rights, 'g1', 'level', new Date(midnight), new Date(midnight + 24 * HOUR));

    it('keep the old value, with who and why, and remake what was derived from it', async () => {
      await log.offer([...hour(0, 3), ...hour(1, 6), ...hour(2, 9)]);
      expect(await derived()).toEqual([[2, 6]]);
      await corrections.correct(officer, 'g1', 'level', { ...span(1, 2), action: 'replace', value: 12 });
      // (3 + 12 + 9) / 3
      expect(await derived()).toEqual([[2, 8]]);
      await corrections.correct(officer, 'g1', 'level', { ...span(1, 2), action: 'delete' });
      expect(await derived()).toEqual([]);
      expect((await curve('level')).points[1]).toMatchObject({ value: null, n: 0 });
      expect((await curve('level', 'raw')).shades).toEqual([
        { from: midnight + HOUR, to: midnight + 2 * HOUR, quality: 3 },
      ]);
      await corrections.correct(officer, 'g1', 'level', { ...span(1, 2), action: 'restore' });
      expect(await derived()).toEqual([[2, 8]]);
      const { corrections: made, revisions } = await trace();
      expect(made.map(({ action, n, reason, by }) => [action, n, reason, by])).toEqual([
        ['restore', 6, 'Cảm biến bị rong bám', 'Hệ thống (officer)'],
        ['delete', 6, 'Cảm biến bị rong bám', 'Hệ thống (officer)'],
        ['replace', 6, 'Cảm biến bị rong bám', 'Hệ thống (officer)'],
      ]);
      expect(revisions.slice(0, 3).map(({ old, now: present, correction }) => [old, present, correction])).toEqual([
        [{ value: 6, quality: 0 }, { value: 12, quality: 0 }, made[2]?.id],
        [{ value: 12, quality: 0 }, { value: 12, quality: 0 }, made[1]?.id],
        [{ value: 12, quality: 3 }, { value: 12, quality: 0 }, made[0]?.id],
      ]);
      const audited = await database.pool.query("select action from audit_entries where action like 'history.%'");
      expect(audited.rows).toHaveLength(3);
    });

    it('refuse derived values, values out of range, spans without values, and who has no right', async () => {
      await log.offer([...hour(0, 3), ...hour(1, 6), ...hour(2, 9)]);
      const replace = (property: string, value: number, by = officer, hours = span(0, 1)) =>
        corrections.correct(by, 'g1', property, { ...hours, action: 'replace', value });
      await expect(replace('three', 5)).rejects.toMatchObject({ code: 'derived-value' });
      await expect(replace('level', 1001)).rejects.toMatchObject({ code: 'out-of-range' });
      await expect(replace('level', 5, officer, span(5, 6))).rejects.toMatchObject({ code: 'nothing-to-correct' });
      await expect(replace('level', 5, officer, span(1, 1))).rejects.toMatchObject({ code: 'bad-range' });
      await expect(replace('level', 5, systemPrincipal('guest', ['entity:read']))).rejects.toMatchObject({
        status: 403,
      });
      await log.settled();
      expect((await trace()).revisions).toEqual([]);
    });

    it('leave roll-ups, derived values and the trace right on compacted days too, whatever the order', async () => {
      let random = 11;
      const next = (below: number): number => {
        random = (random * 1103515245 + 12345) % 2147483648;
        return Math.floor((random / 2147483648) * below);
      };
      const { db, pool } = database;
      clock = midnight + 72 * HOUR;
      const compact = async () => {
        await log.settled();
        return createCompaction({ db, pool, now }).run();
      };
      const rows = new Map<number, { level: number; quality: number }>();
      let replaced = 0;
      const set = (at: number, level: number, quality: number): void => {
        const old = rows.get(at);
        if (old && (old.level !== level || old.quality !== quality)) replaced += 1;
        rows.set(at, { level, quality });
      };
      let compacted = 0;
      for (let round = 0; round < 40; round++) {
        const kind = next(4);
        if (kind < 2 || rows.size === 0) {
          const batch = new Map(
            Array.from({ length: 1 + next(12) }, () => {
              const one = value(midnight + next(9 * 6) * 10 * MINUTE, next(500) / 10, next(12) === 0 ? 1 : 0);
              return [one.at, one] as const;
            }),
          );
          for (const one of batch.values()) set(one.at, one.value, one.quality);
          await log.offer([...batch.values()]);
        } else if (kind === 2) {
          const from = next(9);
          const change = [{ action: 'replace', value: next(50) } as const, { action: 'delete' } as const][next(2)];
          const mine = [...rows].filter(([at]) => at >= midnight + from * HOUR && at < midnight + (from + 1) * HOUR);
          if (!change) throw new Error('no change');
          await corrections
            .correct(officer, 'g1', 'level', { ...span(from, from + 1), ...change })
            .catch((error: { code?: string }) => expect(error.code).toBe('nothing-to-correct'));
          for (const [at, row] of mine) {
            if (change.action === 'replace') set(at, change.value, 0);
            else set(at, row.level, 3);
          }
        } else compacted += (await compact()).observations;
      }
      expect(compacted).toBeGreaterThan(0);
      const means: (number | null)[] = [];
      const points = (await curve('level')).points;
      for (let index = 0; index < 9; index++) {
        const all = [...rows].filter(([at]) => Math.floor((at - midnight) / HOUR) === index).map(([, row]) => row);
        const mine = all.filter((row) => row.quality === 0).map((row) => row.level);
        // Five of six values make an hour valid (75 %).
        means.push(mine.length >= 5 ? mine.reduce((sum, level) => sum + level, 0) / mine.length : null);
        expect(points[index]?.n).toBe(mine.length);
        if (mine.length > 0) expect(points[index]?.max).toBe(Math.max(...mine));
      }
      const expected = means.flatMap((_, index) => {
        const window = index < 2 ? [null] : means.slice(index - 2, index + 1);
        return window.every((one) => one !== null) ? [[index, window.reduce((a, b) => a + (b ?? 0), 0) / 3]] : [];
      });
      const found = await derived();
      expect(found.map(([index]) => index)).toEqual(expected.map(([index]) => index));
      for (const [index, [, mean]] of found.entries()) {
        expect(mean).toBeCloseTo(expected[index]?.[1] ?? Number.NaN, 9);
      }
      await compact();
      expect((await trace()).revisions).toHaveLength(replaced);
    });
  });
});
