import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAudit } from '../../platform/audit/index.ts';
import { createContext } from '../../platform/context/index.ts';
import { type TestDatabase, testDatabase } from '../../platform/database/testing.ts';
import { createCompaction, createLog, type Log } from '../../platform/events/index.ts';
import { type Corrections, createCorrections, createHistory, type History } from '../../platform/history/index.ts';
import { systemPrincipal, visible } from '../../platform/rights/index.ts';
import { derivations } from './derived.ts';
import { AirQualityStation, NoiseStation, SurfaceWaterStation, WastewaterStation } from './entities.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Three local days from 23 November 2026, 00:00 in Vietnam (UTC+7): three local midnights, and three of UTC. */
const begin = Date.UTC(2026, 10, 22, 17);
const HOURS = 72;
/** A value each quarter of an hour: three of four make an hour valid (75 %). */
const QUARTER = 15 * MINUTE;
const NEEDED = 3;
const rights = visible(systemPrincipal('test', ['entity:read']), 'entity:read');
const officer = systemPrincipal('officer', ['entity:read', 'history:correct']);

type Name = 'pm25' | 'no2';
type Row = { value: number; quality: number };
const names: readonly Name[] = ['pm25', 'no2'];

// The plain recomputation, written from Decision 1459/QĐ-TCMT and not from the program: every hour, day and index anew
// from the rows that stand at the end.
const points: Record<Name, readonly number[]> = {
  pm25: [0, 25, 50, 80, 150, 250, 350, 500],
  no2: [0, 100, 200, 700, 1200, 2350, 3100, 3850],
};
const steps = [0, 50, 100, 150, 200, 300, 400, 500];

function plainIndex(name: Name, value: number): number {
  for (let at = 1; at < steps.length; at++) {
    const [low, high] = [points[name][at - 1] ?? 0, points[name][at] ?? 0];
    const [from, to] = [steps[at - 1] ?? 0, steps[at] ?? 0];
    if (value <= high) return Math.floor(from + ((to - from) / (high - low)) * (value - low) + 0.5 + 1e-9);
  }
  return 500;
}

/** @param newestFirst c1 … c12 */
function plainNowCast(newestFirst: readonly (number | null)[]): number | null {
  if (newestFirst.slice(0, 3).filter((one) => one !== null).length < 2) return null;
  const there = newestFirst.flatMap((one, index) => (one === null ? [] : [{ one, index }]));
  const most = Math.max(...there.map(({ one }) => one));
  if (most === 0) return 0;
  const ratio = Math.min(...there.map(({ one }) => one)) / most;
  // Two means of decimals that are a half of each other are so also where binary has them a hair beside it.
  if (ratio <= 0.5 + 1e-9) return there.reduce((sum, { one, index }) => sum + 0.5 ** (index + 1) * one, 0);
  const weights = there.reduce((sum, { index }) => sum + ratio ** index, 0);
  return there.reduce((sum, { one, index }) => sum + ratio ** index * one, 0) / weights;
}

describe('derived values across days', () => {
  let database: TestDatabase;
  let log: Log;
  let history: History;
  let corrections: Corrections;
  let series: Record<Name, number>;
  let clock: number;
  const now = () => new Date(clock);

  beforeEach(async () => {
    clock = begin + HOUR;
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
    const entities = { AirQualityStation, SurfaceWaterStation, WastewaterStation, NoiseStation };
    const context = createContext({
      db,
      log,
      audit,
      now,
      systems: [{ name: 'environment', entities }],
      areaOf: () => null,
    });
    history = createHistory({ db, log, context, now, derivations });
    corrections = createCorrections({ db, log, audit, context, now });
    await db.transaction().execute((tx) =>
      context.save(tx, systemPrincipal('test', ['entity:write']), {
        id: 'air',
        type: 'AirQualityStation',
        name: 'Trạm không khí Trần Hưng Đạo',
        organisationId: null,
        location: null,
        provenance: 'measured',
        properties: { everySeconds: 900 },
      }),
    );
    const [pm25, no2] = (await log.series.numbersOf(names.map((property) => ({ entityId: 'air', property })))) as [
      number,
      number,
    ];
    series = { pm25, no2 };
    log.start();
  });
  afterEach(async () => {
    await log.stop();
    await database.close();
  });

  it.each([3, 1459, 2520])(
    'are what a plain recomputation over the rows gives, after late, doubled, corrected and deleted data and compaction (seed %i)',
    { timeout: 240_000 },
    async (seed) => {
      let random = seed;
      const next = (below: number): number => {
        random = (random * 1103515245 + 12345) % 2147483648;
        return Math.floor((random / 2147483648) * below);
      };
      const rows: Record<Name, Map<number, Row>> = { pm25: new Map(), no2: new Map() };
      const did = { offered: 0, corrected: 0, compacted: 0 };
      /** Values at these quarters; at least one of each hour in four is missing or calibration now and then. */
      const offer = async (name: Name, slots: readonly number[]): Promise<void> => {
        const batch = new Map<number, Row>();
        for (const slot of slots) {
          const at = begin + slot * QUARTER;
          // No door takes the future.
          if (at > clock || next(100) < 6) continue;
          const value = name === 'pm25' ? next(2400) / 10 : next(6500) / 10;
          batch.set(at, { value, quality: next(100) < 5 ? 1 + next(2) : 0 });
        }
        for (const [at, row] of batch) rows[name].set(at, row);
        did.offered += batch.size;
        await log.offer(
          [...batch].map(([at, row]) => ({
            seriesId: series[name],
            at,
            value: row.value,
            quality: row.quality as 0 | 1 | 2,
          })),
        );
      };
      const correct = async (name: Name): Promise<void> => {
        const from = begin + next(HOURS) * HOUR;
        const to = from + (1 + next(6)) * HOUR;
        const kind = next(4);
        const value = next(900) / 10;
        const change = [
          { action: 'replace', value } as const,
          { action: 'delete' } as const,
          { action: 'flag', quality: 2 } as const,
          { action: 'restore' } as const,
        ][kind];
        if (!change) throw new Error('no such change');
        const result = await corrections
          .correct(officer, 'air', name, {
            from: new Date(from),
            to: new Date(to),
            reason: 'Kiểm tra hiện trường',
            ...change,
          })
          .catch((error: { code?: string }) => {
            expect(error.code).toBe('nothing-to-correct');
            return { changed: 0 };
          });
        did.corrected += result.changed;
        for (const [at, row] of rows[name]) {
          if (at < from || at >= to) continue;
          if (change.action === 'replace') rows[name].set(at, { value, quality: 0 });
          else rows[name].set(at, { ...row, quality: { delete: 3, flag: 2, restore: 0 }[change.action] });
        }
      };

      // Time goes on while data come: each round lets up to four hours pass, until six days are over.
      for (let round = 0; round < 70; round++) {
        const nowSlot = Math.min(HOURS * 4, Math.floor((clock - begin) / QUARTER));
        const name = names[next(2)] ?? 'pm25';
        // What has just been measured, then something else: late, again, corrected, compacted.
        for (const each of names) {
          await offer(
            each,
            Array.from({ length: 16 }, (_, back) => nowSlot - back).filter((slot) => slot >= 0 && slot < HOURS * 4),
          );
        }
        const kind = next(10);
        if (kind < 3) {
          const from = next(Math.max(1, nowSlot));
          await offer(
            name,
            Array.from({ length: 1 + next(30) }, (_, n) => from + n).filter((n) => n < HOURS * 4),
          );
        } else if (kind < 7) {
          await correct(name);
        } else {
          await log.settled();
          did.compacted += (await createCompaction({ db: database.db, pool: database.pool, now }).run()).observations;
        }
        clock += next(17) * QUARTER;
        if (next(3) === 0) await history.tick();
      }
      clock = Math.max(clock, begin + 6 * DAY);
      await log.settled();
      while ((await history.tick()) > 0) await log.settled();
      clock += HOUR;
      while ((await history.tick()) > 0) await log.settled();
      await log.settled();
      for (const count of Object.values(did)) expect(count).toBeGreaterThan(50);

      const good = (name: Name, from: number, to: number): number[] =>
        [...rows[name]].filter(([at, row]) => at >= from && at < to && row.quality === 0).map(([, row]) => row.value);
      const hourMean = (name: Name, hour: number): number | null => {
        const mine = good(name, begin + hour * HOUR, begin + (hour + 1) * HOUR);
        return mine.length >= NEEDED ? mine.reduce((a, b) => a + b, 0) / mine.length : null;
      };
      const found = async (property: string, step: 'raw' | 'hour' | 'day') =>
        (await history.curve(rights, 'air', property, new Date(begin), new Date(begin + 5 * DAY), step)).points;

      for (const name of names) {
        const days = await found(name, 'day');
        for (let day = 0; day < HOURS / 24; day++) {
          const mine = good(name, begin + day * DAY, begin + (day + 1) * DAY);
          expect(days[day]).toMatchObject({ n: mine.length, max: Math.max(...mine), min: Math.min(...mine) });
          expect(days[day]?.value).toBeCloseTo(mine.reduce((a, b) => a + b, 0) / mine.length, 9);
        }
        const hours = await found(name, 'hour');
        for (let hour = 0; hour < HOURS; hour++) {
          expect(hours[hour]?.n).toBe(good(name, begin + hour * HOUR, begin + (hour + 1) * HOUR).length);
        }
      }

      const standing = async (property: string): Promise<[number, number][]> =>
        (await found(property, 'raw'))
          .filter((point) => point.value !== null)
          .map((point) => [(point.at - begin) / HOUR, point.value ?? Number.NaN]);
      const hourly: [number, number][] = [];
      for (let hour = 0; hour < HOURS + 12; hour++) {
        const cast = plainNowCast(Array.from({ length: 12 }, (_, back) => hourMean('pm25', hour - back)));
        // Without particles there is no VN_AQI, whatever the gases say.
        if (cast === null) continue;
        const gas = hourMean('no2', hour);
        hourly.push([hour, Math.max(plainIndex('pm25', cast), gas === null ? 0 : plainIndex('no2', gas))]);
      }
      expect(hourly.length).toBeGreaterThan(30);
      expect(await standing('vn_aqi_hourly')).toEqual(hourly);

      const daily: [number, number][] = [];
      const means: [number, number][] = [];
      for (let day = 0; day < HOURS / 24; day++) {
        const of = (name: Name): number[] =>
          Array.from({ length: 24 }, (_, hour) => hourMean(name, day * 24 + hour)).filter((one) => one !== null);
        const pm25 = of('pm25');
        if (pm25.length < 18) continue;
        const mean = pm25.reduce((a, b) => a + b, 0) / pm25.length;
        const gas = of('no2');
        daily.push([
          day * 24,
          Math.max(plainIndex('pm25', mean), gas.length === 0 ? 0 : plainIndex('no2', Math.max(...gas))),
        ]);
        means.push([day * 24, mean]);
      }
      expect(await standing('vn_aqi_daily')).toEqual(daily);
      const stored = await standing('pm25_24h');
      expect(stored.map(([hour]) => hour)).toEqual(means.map(([hour]) => hour));
      // Kept with one decimal.
      for (const [index, [, mean]] of means.entries()) {
        expect(Math.abs((stored[index]?.[1] ?? Number.NaN) - mean)).toBeLessThanOrEqual(0.05 + 1e-9);
      }
    },
  );
});
