import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import { type LogEvent, stored } from '../events/index.ts';
import { dayOf, hourOf } from './local-time.ts';
import type { Width } from './tables.ts';

export type Bucket = {
  n: number;
  nAll: number;
  mean: number | null;
  sum: number;
  min: number | null;
  max: number | null;
};

/** The (series, hour) pairs that a step touches. */
export function touchedHours(events: readonly LogEvent[]): Map<number, Set<number>> {
  const touched = new Map<number, Set<number>>();
  for (const event of events) {
    for (const one of event.observations) {
      const hours = touched.get(one.seriesId) ?? new Set<number>();
      hours.add(hourOf(one.at));
      touched.set(one.seriesId, hours);
    }
  }
  return touched;
}

/** Makes the touched hours again from their rows, then the touched days from their hours. */
export async function remake(tx: Tx, touched: ReadonlyMap<number, ReadonlySet<number>>): Promise<void> {
  const series: number[] = [];
  const hours: string[] = [];
  const daySeries: number[] = [];
  const days: string[] = [];
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const [id, set] of touched) {
    const seen = new Set<number>();
    for (const hour of set) {
      series.push(id);
      hours.push(new Date(hour).toISOString());
      first = Math.min(first, hour);
      last = Math.max(last, hour);
      const day = dayOf(hour);
      if (!seen.has(day)) {
        seen.add(day);
        daySeries.push(id);
        days.push(new Date(day).toISOString());
      }
    }
  }
  if (series.length === 0) return;
  // The bounds beside the join let the server leave other partitions alone.
  const from = new Date(first);
  const to = new Date(last + 3_600_000);
  await sql`with touched as (
      select * from unnest(${series}::int[], ${hours}::timestamptz[]) as given (series_id, bucket)
    )
    insert into rollups (series_id, width, bucket, n, n_all, sum, min, max, last)
    select t.series_id, 'hour', t.bucket, s.n, s.n_all, s.sum, s.min, s.max, s.last
    from touched t cross join lateral (
      select count(*) filter (where quality = 0) as n, count(*) as n_all,
        coalesce(sum(value) filter (where quality = 0), 0) as sum,
        min(value) filter (where quality = 0) as min, max(value) filter (where quality = 0) as max,
        (array_agg(value order by observed_at desc) filter (where quality = 0))[1] as last
      from ${stored({
        series: sql`t.series_id`,
        from: sql`t.bucket`,
        to: sql`t.bucket + interval '1 hour'`,
        within: { from, to },
      })} o
    ) s
    on conflict (series_id, width, bucket) do update set n = excluded.n, n_all = excluded.n_all, sum = excluded.sum,
      min = excluded.min, max = excluded.max, last = excluded.last`.execute(tx);
  await sql`with touched as (
      select * from unnest(${daySeries}::int[], ${days}::timestamptz[]) as given (series_id, bucket)
    )
    insert into rollups (series_id, width, bucket, n, n_all, sum, min, max, last)
    select t.series_id, 'day', t.bucket, sum(r.n), sum(r.n_all), sum(r.sum), min(r.min), max(r.max),
      (array_agg(r.last order by r.bucket desc) filter (where r.last is not null))[1]
    from touched t join rollups r on r.series_id = t.series_id and r.width = 'hour'
      and r.bucket >= t.bucket and r.bucket < t.bucket + interval '24 hours'
    group by t.series_id, t.bucket
    on conflict (series_id, width, bucket) do update set n = excluded.n, n_all = excluded.n_all, sum = excluded.sum,
      min = excluded.min, max = excluded.max, last = excluded.last`.execute(tx);
}

/** Buckets of series within [from, to), by series and bucket start (ms). */
export async function readBuckets(
  db: Db | Tx,
  seriesIds: readonly number[],
  width: Width,
  from: Date,
  to: Date,
): Promise<Map<number, Map<number, Bucket>>> {
  const found = new Map<number, Map<number, Bucket>>();
  if (seriesIds.length === 0) return found;
  const rows = await sql<{
    series_id: number;
    at: number;
    n: number;
    n_all: number;
    sum: number;
    min: number | null;
    max: number | null;
  }>`select series_id, extract(epoch from bucket)::float8 * 1000 as at, n, n_all, sum, min, max from rollups
     where series_id = any(${[...seriesIds]}::int[]) and width = ${width} and bucket >= ${from} and bucket < ${to}
     order by bucket`.execute(db);
  for (const row of rows.rows) {
    const buckets = found.get(row.series_id) ?? new Map<number, Bucket>();
    const mean = row.n > 0 ? row.sum / row.n : null;
    buckets.set(row.at, { n: row.n, nAll: row.n_all, mean, sum: row.sum, min: row.min, max: row.max });
    found.set(row.series_id, buckets);
  }
  return found;
}
