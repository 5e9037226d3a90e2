import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { createCompaction, createLog, type Log, type Observation, type Quality, stored } from './index.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const day = Date.UTC(2026, 10, 20);
const now = () => new Date(day + 2 * DAY + 5 * MINUTE);

describe('compaction of closed days', () => {
  let database: TestDatabase;
  let log: Log;
  const errors: unknown[] = [];
  const compaction = () => createCompaction({ db: database.db, pool: database.pool, now });

  beforeEach(async () => {
    database = await testDatabase();
    log = createLog({ db: database.db, pool: database.pool, now, onError: (_name, error) => errors.push(error) });
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  const one = (seriesId: number, at: number, value: number, quality: Quality = 0): Observation => ({
    seriesId,
    at,
    value,
    quality,
  });
  const read = async (seriesId: number, from = day - DAY, to = day + 3 * DAY) => {
    const within = { from: new Date(from), to: new Date(to) };
    const rows = await sql<{ at: number; value: number; quality: number }>`
      select (extract(epoch from observed_at) * 1000)::float8 as at, value, quality from ${stored({
        series: sql`${seriesId}::int`,
        from: sql`${within.from}::timestamptz`,
        to: sql`${within.to}::timestamptz`,
        within,
      })} o order by observed_at`.execute(database.db);
    return rows.rows;
  };
  const count = async (table: string) =>
    (await database.pool.query(`select count(*)::int as n from ${table}`)).rows[0]?.n as number;
  const plain = (rows: readonly Observation[]) => rows.map(({ at, value, quality }) => ({ at, value, quality }));

  it('keeps every value, time and quality exactly, one row for each series and day', async () => {
    const kinds: Record<number, Observation[]> = {
      // One decimal on a grid of a minute, with a gap of 20 minutes and a stretch of calibration.
      1: Array.from({ length: 1440 }, (_, minute) =>
        one(1, day + minute * MINUTE, Math.round(200 + 50 * Math.sin(minute / 100)) / 10, minute < 30 ? 1 : 0),
      ).filter((_, minute) => minute < 600 || minute >= 620),
      // No decimal fraction gives these back; the smallest and the largest numbers are values too.
      2: [Math.PI, 0, Number.MIN_VALUE, Number.MAX_VALUE, 0.1 + 0.2, -1e-9].map((value, index) =>
        one(2, day + index * MINUTE, value),
      ),
      // Times on no grid, to the millisecond; a negative value; one wide range.
      3: [0, 61_001, 119_998, 500_000, 86_399_999].map((shift, index) =>
        one(3, day + shift, [-5, 1, 99_999, 3, 4][index] ?? 0),
      ),
      4: [one(4, day + 7, 12.34)],
      5: [one(5, day, 1e9), one(5, day + MINUTE, 123_456_789.5), one(5, day + 3 * MINUTE, -0.0001)],
    };
    for (const rows of Object.values(kinds)) await log.offer(rows);
    const done = await compaction().run();
    expect(done).toEqual({ days: 1, series: 5, observations: 1420 + 6 + 5 + 1 + 3 });
    expect(await count('observations')).toBe(0);
    expect(await count('observation_days')).toBe(5);
    for (const [id, rows] of Object.entries(kinds)) {
      const found = await read(Number(id));
      expect(found).toHaveLength(rows.length);
      found.forEach((row, index) => {
        expect(row.at).toBe(rows[index]?.at);
        expect(row.value).toBe(rows[index]?.value);
        expect(row.quality).toBe(rows[index]?.quality);
      });
    }
    const forms = await database.pool.query(
      'select series_id, step_ms, divisor, small is not null as small, exact is not null as exact from observation_days order by series_id',
    );
    expect(forms.rows).toEqual([
      { series_id: 1, step_ms: 60_000, divisor: 10, small: true, exact: false },
      { series_id: 2, step_ms: 60_000, divisor: 1, small: false, exact: true },
      { series_id: 3, step_ms: null, divisor: 1, small: false, exact: false },
      { series_id: 4, step_ms: DAY, divisor: 100, small: true, exact: false },
      { series_id: 5, step_ms: 60_000, divisor: 1, small: false, exact: true },
    ]);
  });

  it('leaves days alone that ended less than a day ago, and cuts the files of emptied days off', async () => {
    await log.offer([one(1, day, 1), one(1, day + DAY, 2), one(1, day + 2 * DAY, 3)]);
    expect(await compaction().run()).toEqual({ days: 1, series: 1, observations: 1 });
    expect((await read(1)).map((row) => row.value)).toEqual([1, 2, 3]);
    const size = await database.pool.query("select pg_total_relation_size('observations_20261120')::int as bytes");
    // An empty B-tree keeps its first page.
    expect(size.rows[0]?.bytes).toBeLessThanOrEqual(8192);
  });

  it('shows what came late before what was compacted, merges it, and keeps what it replaced once', async () => {
    await log.offer([one(1, day, 10), one(1, day + MINUTE, 20), one(1, day + 2 * MINUTE, 30)]);
    await compaction().run();
    // A resend, a correction and a new value; the resend changes nothing.
    await log.offer([one(1, day, 10), one(1, day + MINUTE, 21), one(1, day + 3 * MINUTE, 40)]);
    const expected = plain([
      one(1, day, 10),
      one(1, day + MINUTE, 21),
      one(1, day + 2 * MINUTE, 30),
      one(1, day + 3 * MINUTE, 40),
    ]);
    expect(await read(1)).toEqual(expected);
    // The resent value was there already.
    expect(await compaction().run()).toEqual({ days: 1, series: 1, observations: 2 });
    expect(await read(1)).toEqual(expected);
    expect(await count('observations')).toBe(0);
    const revisions = await database.pool.query('select value, quality from observation_revisions');
    expect(revisions.rows).toEqual([{ value: 20, quality: 0 }]);
    expect(await compaction().run()).toEqual({ days: 0, series: 0, observations: 0 });
  });

  it('takes nothing from a follower that is behind', async () => {
    const seen: number[] = [];
    await log.offer([one(1, day, 10), one(1, day + MINUTE, 11)]);
    expect((await compaction().run()).observations).toBe(2);
    // Another process, which did not write the rows itself.
    await log.stop();
    log = createLog({ db: database.db, pool: database.pool, now, onError: (_name, error) => errors.push(error) });
    log.follow({
      name: 'slow',
      kinds: ['observations'],
      startAt: 'beginning',
      async handle(_tx, events) {
        for (const event of events) seen.push(...event.observations.map((row) => row.value));
      },
    });
    log.start();
    await log.settled();
    expect(seen).toEqual([10, 11]);
  });

  it('loses and doubles nothing when it dies in the middle, or when two run at once with writers beside them', async () => {
    const rows = Array.from({ length: 130 }, (_, index) => [
      one(index + 1, day, index),
      one(index + 1, day + MINUTE, index + 0.5),
    ]).flat();
    await log.offer(rows);
    // The second step (series 51 to 100) dies after its rows are packed: a trigger at its end plays the crash.
    await database.pool.query(`create function die() returns trigger language plpgsql as $$
      begin if new.series_id = 75 then raise exception 'power cut'; end if; return new; end $$`);
    await database.pool.query(
      'create trigger die before insert on observation_days for each row execute function die()',
    );
    await expect(compaction().run()).rejects.toThrow('power cut');
    expect(await count('observation_days')).toBe(50);
    expect(await count('observations')).toBe(160);
    const all = async () => {
      const values: number[] = [];
      for (let id = 1; id <= 130; id++) values.push(...(await read(id)).map((row) => row.value));
      return values;
    };
    expect(await all()).toEqual(rows.map((row) => row.value));
    await database.pool.query('drop trigger die on observation_days');
    const late = Array.from({ length: 130 }, (_, index) => one(index + 1, day + 2 * MINUTE, 1000 + index));
    await Promise.all([compaction().run(), compaction().run(), ...late.map((row) => log.offer([row]))]);
    await compaction().run();
    expect(await count('observations')).toBe(0);
    expect((await all()).length).toBe(390);
    expect(await count('observation_revisions')).toBe(0);
  });

  it('gives back a random day whatever mixture of values, times, qualities and corrections came', async () => {
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor((state / 2147483648) * below);
    };
    const truth = new Map<number, { at: number; value: number; quality: number }>();
    for (let round = 0; round < 25; round++) {
      const decimals = 10 ** random(6);
      const batch = Array.from({ length: 1 + random(60) }, () =>
        one(
          1,
          day + (random(3) === 0 ? random(DAY) : random(1440) * MINUTE),
          (random(2_000_000) - 1_000_000) / decimals,
          random(9) === 0 ? 2 : 0,
        ),
      );
      await log.offer(batch);
      for (const { at, value, quality } of batch) truth.set(at, { at, value, quality });
      if (random(3) === 0) await compaction().run();
      expect(await read(1)).toEqual([...truth.values()].sort((a, b) => a.at - b.at));
    }
  });
});
