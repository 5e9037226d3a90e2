/**
 * Cost at rest: observations of closed days become one row for each series and UTC day (see `observation_days`).
 * Promise: values, times and qualities are kept exactly; each step is one transaction, so that a crash loses and
 * doubles nothing; what comes late is merged by the next run, and what it replaces is kept as a revision. What followers
 * have not read yet they take from `event_batches`.
 */
import { sql } from 'kysely';
import type pg from 'pg';
import type { Db, Tx } from '../database/index.ts';
import type { Job } from '../jobs/index.ts';
import { systemPrincipal } from '../rights/index.ts';
import { unpacked } from './stored.ts';

const DAY_MS = 86_400_000;
/** Most of what comes late comes within a day; later ones are merged one by one. */
const CLOSED_AFTER_MS = DAY_MS;
/** Series of one transaction: about 70,000 rows of one-minute data, well below a second. */
const SERIES_A_STEP = 50;

export type Compacted = { days: number; series: number; observations: number };

export type Compaction = {
  /** Compacts all days that ended more than a day ago, oldest first, until done or told to stop between two steps. */
  run(signal?: AbortSignal): Promise<Compacted>;
  /** The hourly run, for the room of jobs. */
  job(): Job;
};

export function createCompaction(options: { db: Db; pool: pg.Pool; now: () => Date }): Compaction {
  const { db, pool, now } = options;
  const compaction: Compaction = {
    job: () => ({
      name: 'observations.compact',
      // Hourly: what came late at noon need not wait for the night, and an hour without work costs one query.
      cron: '20 * * * *',
      principal: systemPrincipal('compaction', []),
      minutes: 55,
      async run({ signal }) {
        await compaction.run(signal);
      },
    }),
    async run(signal) {
      const done: Compacted = { days: 0, series: 0, observations: 0 };
      const end = Math.floor((now().getTime() - CLOSED_AFTER_MS) / DAY_MS) * DAY_MS;
      for (const partition of await partitionsBefore(db, end)) {
        for (const day of await daysOf(db, partition, end)) {
          if (signal?.aborted) return done;
          const series = await seriesOf(db, day);
          await ensureMonth(db, day);
          for (let from = 0; from < series.length; from += SERIES_A_STEP) {
            if (signal?.aborted) return done;
            const step = await db
              .transaction()
              .execute((tx) => compact(tx, day, series.slice(from, from + SERIES_A_STEP), now()));
            done.series += step.series;
            done.observations += step.observations;
          }
          done.days += 1;
        }
        await giveBack(pool, partition);
      }
      return done;
    },
  };
  return compaction;
}

type Partition = { name: string };

/** Partitions of rows that are not empty and begin before `end` (ms), oldest first. */
async function partitionsBefore(db: Db, end: number): Promise<Partition[]> {
  const found = await sql<{ name: string }>`select c.relname as name from pg_inherits i
    join pg_class c on c.oid = i.inhrelid where i.inhparent = 'observations'::regclass
      and rpad(substring(c.relname from '[0-9]+$'), 8, '01') < ${dayName(end).replaceAll('-', '')}
      and pg_relation_size(c.oid) > 0
    order by rpad(substring(c.relname from '[0-9]+$'), 8, '01')`.execute(db);
  return found.rows;
}

async function daysOf(db: Db, partition: Partition, end: number): Promise<string[]> {
  const found = await sql<{ day: string }>`select distinct (observed_at at time zone 'UTC')::date::text as day
    from ${sql.table(partition.name)} where observed_at < ${new Date(end)} order by day`.execute(db);
  return found.rows.map((row) => row.day);
}

async function seriesOf(db: Db, day: string): Promise<number[]> {
  const [from, to] = boundsOf(day);
  const found = await sql<{ series_id: number }>`select distinct series_id from observations
    where observed_at >= ${from} and observed_at < ${to} order by series_id`.execute(db);
  return found.rows.map((row) => row.series_id);
}

async function ensureMonth(db: Db, day: string): Promise<void> {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  const next = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1));
  const name = `observation_days_${day.slice(0, 7).replace('-', '')}`;
  await sql`create table if not exists ${sql.table(name)} partition of observation_days
    for values from (${sql.lit(dayName(first.getTime()))}) to (${sql.lit(dayName(next.getTime()))})`.execute(db);
}

/** One step: takes the rows of some series on one day out, merges them with what was compacted, and packs them. */
async function compact(
  tx: Tx,
  day: string,
  series: readonly number[],
  at: Date,
): Promise<{ series: number; observations: number }> {
  const [from, to] = boundsOf(day);
  // Two compactions must not merge into the same row from different pictures of it.
  await sql`select pg_advisory_xact_lock(hashtext('observations.compaction'))`.execute(tx);
  await sql`insert into compacted_days (day, at) values (${day}::date, ${at})
    on conflict (day) do update set at = excluded.at`.execute(tx);
  const done = await sql<{ series: number; observations: number }>`
    with moved as materialized (
      delete from observations where series_id = any(${[...series]}::int[])
        and observed_at >= ${from} and observed_at < ${to}
        -- No door takes finer times; a row that has one is left as it is.
        and observed_at = date_trunc('milliseconds', observed_at)
      returning series_id, observed_at, value, quality, batch
    ), standing as materialized (
      select c.* from observation_days d cross join lateral ${unpacked} c
      where d.day = ${day}::date and d.series_id = any(${[...series]}::int[])
        and d.series_id in (select series_id from moved)
    ), revised as (
      insert into observation_revisions (series_id, observed_at, value, quality, batch, replaced_by)
      select s.series_id, s.observed_at, s.value, s.quality, s.batch, m.batch
      from standing s join moved m using (series_id, observed_at)
      where (s.value, s.quality) is distinct from (m.value, m.quality)
        and not exists (select 1 from observation_revisions r where r.series_id = m.series_id
          and r.observed_at = m.observed_at and r.replaced_by = m.batch)
    ), merged as (
      select series_id, observed_at, value, quality, batch from moved
      union all
      select series_id, observed_at, value, quality, batch from standing s
      where not exists (select 1 from moved m where m.series_id = s.series_id and m.observed_at = s.observed_at)
    ), timed as materialized (
      select *, (extract(epoch from observed_at - min(observed_at) over mine) * 1000)::int as shift,
        (extract(epoch from observed_at - lag(observed_at) over (mine order by observed_at)) * 1000)::int as pause
      from merged window mine as (partition by series_id)
    ), shape as materialized (
      select series_id, count(*)::int as n, min(observed_at) as first_at, max(shift) as last, max(batch) as batch,
        coalesce(min(pause), ${DAY_MS}) as step, max(quality) > 0 as flagged,
        case ${sql.join(
          [1, 10, 100, 1000, 10_000].map(
            (p) =>
              sql`when bool_and(abs(value) < ${sql.lit(1e9 / p)} and round(value * ${sql.lit(p)}) / ${sql.lit(p)} = value) then ${sql.lit(p)}`,
          ),
          sql` `,
        )} end as divisor, min(value) as least, max(value) as most
      from timed group by series_id
    ), gridded as materialized (
      -- A grid pays while most of its slots are filled.
      select s.*, bool_and(t.shift % s.step = 0) and s.last / s.step + 1 <= s.n * 3 / 2 as regular
      from shape s join timed t using (series_id)
      group by s.series_id, s.n, s.first_at, s.last, s.batch, s.step, s.flagged, s.divisor, s.least, s.most
    ), slots as (
      select g.series_id, k * g.step as shift from gridded g cross join lateral generate_series(0, g.last / g.step) k
      where g.regular
      union all
      select t.series_id, t.shift from timed t join gridded g using (series_id) where not g.regular
    ), packed as (
      select g.series_id, g.n, g.first_at, g.batch, g.divisor, g.regular, g.step, g.flagged,
        coalesce(round(g.least * g.divisor)::int, 0) as base,
        (g.most - g.least) * g.divisor <= 32767 as is_small,
        array_agg(t.value order by s.shift) as every_value,
        array_agg((round(t.value * g.divisor) - round(g.least * g.divisor))::int order by s.shift) as units,
        array_agg(coalesce(t.quality, 0)::smallint order by s.shift) as qualities,
        array_agg(s.shift order by s.shift) as shifts
      from gridded g join slots s using (series_id) left join timed t on t.series_id = s.series_id and t.shift = s.shift
      group by g.series_id, g.n, g.first_at, g.batch, g.divisor, g.regular, g.step, g.flagged, g.least, g.most
    ), written as (
      insert into observation_days (series_id, day, n, first_at, step_ms, offsets, base, divisor, small, wide, exact,
        qualities, batch)
      select series_id, ${day}::date, n, first_at, case when regular then step end,
        case when not regular then shifts end, base, coalesce(divisor, 1),
        case when divisor is not null and is_small then units::smallint[] end,
        case when divisor is not null and not is_small then units end,
        case when divisor is null then every_value end,
        case when flagged then qualities end, batch
      from packed
      on conflict (series_id, day) do update set n = excluded.n, first_at = excluded.first_at,
        step_ms = excluded.step_ms, offsets = excluded.offsets, base = excluded.base, divisor = excluded.divisor,
        small = excluded.small, wide = excluded.wide, exact = excluded.exact, qualities = excluded.qualities,
        batch = excluded.batch
      returning 1
    )
    select (select count(*)::int from written) as series, (select count(*)::int from moved) as observations`.execute(
    tx,
  );
  return done.rows[0] ?? { series: 0, observations: 0 };
}

/**
 * Gives the space of an emptied partition back. Vacuum takes away only what no running transaction can see any more;
 * when it has left nothing, cutting the file off changes nothing for anyone. The partition stays for what comes late.
 */
async function giveBack(pool: pg.Pool, partition: Partition): Promise<void> {
  const client = await pool.connect();
  try {
    const name = client.escapeIdentifier(partition.name);
    await client.query(`vacuum (analyze) ${name}`);
    await client.query('begin');
    await client.query("set local lock_timeout = '200ms'");
    await client.query(`lock table ${name} in access exclusive mode`);
    const size = await client.query('select pg_relation_size($1::regclass)::int as size', [partition.name]);
    if (size.rows[0]?.size === 0) await client.query(`truncate ${name}`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    // 55P03: somebody is at work there; the next run tries again.
    if ((error as { code?: string }).code !== '55P03') throw error;
  } finally {
    client.release();
  }
}

const dayName = (at: number): string => new Date(at).toISOString().slice(0, 10);
const boundsOf = (day: string): [Date, Date] => {
  const from = Date.parse(`${day}T00:00:00Z`);
  return [new Date(from), new Date(from + DAY_MS)];
};
