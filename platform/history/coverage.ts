import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import { stored } from '../events/index.ts';

/** Counts of values; `longest` is the longest stretch without any (ms), null where none was longer than 1.5 intervals. */
export type Coverage = {
  property: string;
  expected: number;
  received: number;
  /** received and neither calibration nor fault nor taken out */
  good: number;
  gaps: number;
  longest: { from: number; to: number } | null;
};

/** A value covers [its instant, its instant + interval): a gap begins when that has passed, and half an interval more. */
export async function coverageOf(
  db: Db,
  seriesId: number,
  from: Date,
  to: Date,
  everyMs: number,
): Promise<Omit<Coverage, 'property'>> {
  const expected = Math.max(0, Math.floor((to.getTime() - from.getTime()) / everyMs));
  if (expected === 0) return { expected, received: 0, good: 0, gaps: 0, longest: null };
  const rows = await sql<{ received: number; good: number; gaps: number; from: number | null; to: number | null }>`
    with mine as materialized (
      select (extract(epoch from observed_at) * 1000)::float8 as at, quality from ${stored({
        series: sql`${seriesId}::int`,
        from: sql`${from}::timestamptz`,
        to: sql`${to}::timestamptz`,
        within: { from, to },
      })} o
    ), edges as (
      select at from mine union all select ${from.getTime() - everyMs}::float8 union all select ${to.getTime()}::float8
    ), pauses as (
      select lag(at) over (order by at) + ${everyMs}::float8 as begins, at as ends from edges
    ), missing as (
      select begins, ends from pauses where ends - begins > ${everyMs / 2}::float8
    )
    select (select count(*) from mine) as received, (select count(*) from mine where quality = 0) as good,
      (select count(*) from missing) as gaps, longest.begins as "from", longest.ends as "to"
    from (values (1)) one (n) left join lateral (
      select begins, ends from missing order by ends - begins desc, begins limit 1) longest on true`.execute(db);
  const row = rows.rows[0];
  return {
    expected,
    received: row?.received ?? 0,
    good: row?.good ?? 0,
    gaps: row?.gaps ?? 0,
    longest: row && row.from !== null && row.to !== null ? { from: row.from, to: row.to } : null,
  };
}
