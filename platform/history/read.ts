import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import { stored } from '../events/index.ts';
import { DAY_MS, dayOf, HOUR_MS, hourOf } from './local-time.ts';
import { readBuckets } from './rollups.ts';
import type { Width } from './tables.ts';

/** One point of a curve. `value` is null where nothing valid was measured; `share` is the completeness 0 to 1. */
export type Point = {
  at: number;
  value: number | null;
  min: number | null;
  max: number | null;
  n: number;
  share: number;
};

/** A stretch of time in which the device was calibrating (1) or at fault (2), or that a person took out (3). */
export type Shade = { from: number; to: number; quality: 1 | 2 | 3 };

const GAP_FACTOR = 2.5;

/** Raw values with gaps as null points, at most `limit` rows (the oldest first). */
export async function rawPoints(
  db: Db,
  seriesId: number,
  from: Date,
  to: Date,
  everySeconds: number,
  limit: number,
): Promise<{ points: Point[]; cut: boolean }> {
  const rows = await sql<{ at: number; value: number; quality: number }>`
    select extract(epoch from observed_at)::float8 * 1000 as at, value, quality
    from ${observationsOf(seriesId, from, to)} o order by observed_at limit ${limit + 1}`.execute(db);
  const points: Point[] = [];
  let last: number | null = null;
  for (const row of rows.rows.slice(0, limit)) {
    if (last !== null && row.at - last > everySeconds * 1000 * GAP_FACTOR) points.push(gap(last + everySeconds * 1000));
    const value = row.quality === 0 ? row.value : null;
    points.push({
      at: row.at,
      value,
      min: value,
      max: value,
      n: value === null ? 0 : 1,
      share: value === null ? 0 : 1,
    });
    last = row.at;
  }
  return { points, cut: rows.rows.length > limit };
}

const observationsOf = (seriesId: number, from: Date, to: Date) =>
  stored({
    series: sql`${seriesId}::int`,
    from: sql`${from}::timestamptz`,
    to: sql`${to}::timestamptz`,
    within: { from, to },
  });

const gap = (at: number): Point => ({ at, value: null, min: null, max: null, n: 0, share: 0 });

/** Every hour or day of the range, also those without data: a gap must be seen. */
export async function bucketPoints(
  db: Db,
  seriesId: number,
  width: Width,
  from: Date,
  to: Date,
  everySeconds: number,
  rollUp: 'mean' | 'sum' | 'last',
): Promise<Point[]> {
  const buckets = (await readBuckets(db, [seriesId], width, from, to)).get(seriesId);
  const step = width === 'hour' ? HOUR_MS : DAY_MS;
  const start = width === 'hour' ? hourOf(from.getTime()) : dayOf(from.getTime());
  const expected = step / 1000 / everySeconds;
  const points: Point[] = [];
  for (let at = start; at < to.getTime(); at += step) {
    const one = buckets?.get(at);
    if (!one) {
      points.push(gap(at));
      continue;
    }
    const value = rollUp === 'sum' ? (one.n > 0 ? one.sum : null) : one.mean;
    points.push({ at, value, min: one.min, max: one.max, n: one.n, share: Math.min(1, one.n / Math.max(1, expected)) });
  }
  return points;
}

export async function shades(db: Db, seriesId: number, from: Date, to: Date, everySeconds: number): Promise<Shade[]> {
  const rows = await sql<{ at: number; quality: 1 | 2 | 3 }>`
    select extract(epoch from observed_at)::float8 * 1000 as at, quality
    from ${observationsOf(seriesId, from, to)} o where quality > 0 order by observed_at limit 20000`.execute(db);
  const found: Shade[] = [];
  const every = everySeconds * 1000;
  for (const row of rows.rows) {
    const last = found.at(-1);
    if (last && last.quality === row.quality && row.at - last.to <= every * (GAP_FACTOR - 1)) last.to = row.at + every;
    else found.push({ from: row.at, to: row.at + every, quality: row.quality });
  }
  return found;
}
