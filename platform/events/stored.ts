import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';

type Sql = RawBuilder<unknown>;

/**
 * The one way to read observations, whichever form they lie in: a subquery of (series_id, observed_at, value, quality,
 * batch) of one series within [from, to). The three are SQL expressions and may refer to a table before it in the same FROM
 * (then it stands after `cross join lateral`). `within` are outer bounds known beforehand: they keep the server out of
 * other partitions. An observation that came after its day was compacted goes before the compacted one.
 */
export function stored(place: { series: Sql; from: Sql; to: Sql; within: { from: Date; to: Date } }): Sql {
  const { series } = place;
  const [from, to] = [sql`(${place.from})`, sql`(${place.to})`];
  const [first, end] = [place.within.from, place.within.to];
  const [firstDay, lastDay] = [utcDay(first), utcDay(new Date(end.getTime() - 1))];
  return sql`(
    select o.series_id, o.observed_at, o.value, o.quality, o.batch from observations o
    where o.series_id = ${series} and o.observed_at >= ${from} and o.observed_at < ${to}
      and o.observed_at >= ${first} and o.observed_at < ${end}
    union all
    select c.series_id, c.observed_at, c.value, c.quality, c.batch
    from observation_days d
    cross join lateral (select array_agg(o.observed_at) as instants from observations o
      where o.series_id = d.series_id and o.observed_at >= d.day::timestamp at time zone 'UTC'
        and o.observed_at < (d.day + 1)::timestamp at time zone 'UTC'
        and o.observed_at >= ${first} and o.observed_at < ${end}) newer
    cross join lateral ${unpacked} c
    where exists (select 1 from compacted_days k where k.day between ${firstDay}::date and ${lastDay}::date)
      and d.series_id = ${series} and d.day between ${firstDay}::date and ${lastDay}::date
      and d.day between (${from} at time zone 'UTC')::date and ((${to} - interval '1 millisecond') at time zone 'UTC')::date
      and c.observed_at >= ${from} and c.observed_at < ${to}
      and (newer.instants is null or c.observed_at <> all (newer.instants)))`;
}

/** The observations of one row `d` of `observation_days`. */
export const unpacked: Sql = sql`(
  select d.series_id, d.batch,
    d.first_at + coalesce(u.shift, (u.place - 1) * d.step_ms) * interval '1 millisecond' as observed_at,
    coalesce(u.exact, (d.base + coalesce(u.small, u.wide))::float8 / d.divisor) as value,
    coalesce(u.quality, 0::smallint) as quality
  from unnest(d.small, d.wide, d.exact, d.qualities, d.offsets) with ordinality
    as u (small, wide, exact, quality, shift, place)
  where coalesce(u.exact, u.small, u.wide) is not null
  -- kept apart: an instant is computed once, not again for each condition on it
  offset 0)`;

/** Whether anything of these days (instants in ms, both included) is compacted. */
export async function anyCompacted(db: Db | Tx, from: number, to: number): Promise<boolean> {
  const found = await sql`select 1 from compacted_days
    where day between ${utcDay(new Date(from))}::date and ${utcDay(new Date(to))}::date limit 1`.execute(db);
  return found.rows.length > 0;
}

const utcDay = (at: Date): string => at.toISOString().slice(0, 10);
