import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';

/** Observations that are to go: of the series that a subquery of ids names, before a UTC day (`yyyy-mm-dd`). */
type Removal = { series: RawBuilder<unknown>; before: string };

type Removed = { days: number; observations: number };

const DAY_MS = 86_400_000;
/** What was left behind by a run that was cut off, or came between two runs, lies at most so far before the last one. */
const BACK_MS = 14 * DAY_MS;

/** How many observations would go, and the first day of them; those of compacted days that were sent again count once more. */
export async function countObservations(
  db: Db,
  { series, before }: Removal,
): Promise<{ observations: number; first: string | null }> {
  const rows = await sql<{ observations: number; first: string | null }>`
    select coalesce(sum(n), 0)::float8 as observations, min(day)::text as first from (
      select n, day from observation_days where day < ${before}::date and series_id in (${series})
      union all
      select 1, (observed_at at time zone 'UTC')::date from observations
      where observed_at < ${midnight(before)} and series_id in (${series})) o`.execute(db);
  return rows.rows[0] ?? { observations: 0, first: null };
}

/**
 * Takes observations away for good, oldest first, one UTC day in each transaction; a month that holds nothing else is
 * dropped as a whole. Before each transaction's work `begin` is told the end of what goes (ms) and says whether it may; what it
 * writes is committed with it. `since` is the day before which everything went in earlier runs.
 */
export async function removeObservations(
  db: Db,
  removal: Removal & { since: string | null; signal?: AbortSignal },
  begin: (tx: Tx, end: number) => Promise<boolean>,
): Promise<Removed> {
  const { series, before, since, signal } = removal;
  const done: Removed = { days: 0, observations: 0 };
  const first = since === null ? '1970-01-01' : nameOf(midnight(since).getTime() - BACK_MS);
  const step = async (end: number, work: (tx: Tx) => Promise<Removed>): Promise<boolean> => {
    try {
      const one = await db.transaction().execute(async (tx) => {
        // Readers of all days wait for a drop, and behind it for whoever holds it up: rather at the next run.
        await sql`set local lock_timeout = '2s'`.execute(tx);
        await sql`select pg_advisory_xact_lock(hashtext('observations.removal'))`.execute(tx);
        // Compaction must not merge what goes.
        await sql`select pg_advisory_xact_lock(hashtext('observations.compaction'))`.execute(tx);
        return (await everythingRead(tx, end)) && (await begin(tx, end)) ? work(tx) : null;
      });
      if (!one) return false;
      done.days += one.days;
      done.observations += one.observations;
      return true;
    } catch (error) {
      // 55P03: somebody is at work there for long; the next run goes on.
      if ((error as { code?: string }).code === '55P03') return false;
      throw error;
    }
  };

  for (const month of await monthsBefore(db, before)) {
    if (signal?.aborted) return done;
    const others = await sql`select 1 from ${sql.table(month.name)} where series_id not in (${series}) limit 1`.execute(
      db,
    );
    if (others.rows.length > 0) continue;
    const end = midnight(month.end).getTime();
    if (!(await step(end, (tx) => dropMonth(tx, month, series)))) break;
  }
  const days = await sql<{ day: string }>`select day::text from (
      select distinct day from observation_days
      where day >= ${first}::date and day < ${before}::date and series_id in (${series})
      union
      select distinct (observed_at at time zone 'UTC')::date from observations
      where observed_at < ${midnight(before)} and series_id in (${series})) d order by day`.execute(db);
  for (const { day } of days.rows) {
    if (signal?.aborted) return done;
    if (!(await step(midnight(day).getTime() + DAY_MS, (tx) => removeDay(tx, day, series)))) return done;
  }
  return done;
}

/** Taken by whoever changes old values in a transaction of his own: they do not go in the midst of it. */
export async function holdObservations(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtext('observations.removal'))`.execute(tx);
}

/**
 * No follower has anything before `end` still to read: what it would compute from rows that are gone would be wrong. Holds the
 * followers up until the transaction ends.
 */
async function everythingRead(tx: Tx, end: number): Promise<boolean> {
  await sql`select 1 from cursors for update`.execute(tx);
  const unread = await sql`select 1 from events e, (select xid, id from cursors order by xid, id limit 1) c
    where (e.xid, e.id) > (c.xid, c.id) and e.kind = 'observations' and (e.payload->>'from')::float8 < ${end}
    limit 1`.execute(tx);
  return unread.rows.length === 0;
}

/** What each series holds in compacted days (about, in bytes), as a subquery. */
export const heldBySeries: RawBuilder<unknown> = sql`(
  select series_id, sum(n)::float8 as observations, min(day) as first_day,
    -- 60 of each row and its place in the index are not the arrays'
    sum(60 + coalesce(pg_column_size(small), 0) + coalesce(pg_column_size(wide), 0) + coalesce(pg_column_size(exact), 0)
      + coalesce(pg_column_size(offsets), 0) + coalesce(pg_column_size(qualities), 0))::float8 as bytes
  from observation_days group by series_id)`;

type Month = { name: string; start: string; end: string };

/** Partitions of compacted days that end no later than a day. */
async function monthsBefore(db: Db, before: string): Promise<Month[]> {
  const rows = await sql<{
    name: string;
  }>`select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'observation_days'::regclass order by 1`.execute(db);
  return rows.rows
    .map(({ name }) => {
      const [year, month] = [Number(name.slice(-6, -2)), Number(name.slice(-2))];
      return { name, start: nameOf(Date.UTC(year, month - 1, 1)), end: nameOf(Date.UTC(year, month, 1)) };
    })
    .filter(({ end }) => end <= before);
}

async function dropMonth(tx: Tx, month: Month, series: RawBuilder<unknown>): Promise<Removed> {
  // Again under the lock: compaction may have packed another's late rows meanwhile.
  const others = await sql`select 1 from ${sql.table(month.name)} where series_id not in (${series}) limit 1`.execute(
    tx,
  );
  if (others.rows.length > 0) return { days: 0, observations: 0 };
  const held = await sql<{ days: number; observations: number }>`select count(distinct day)::int as days,
    coalesce(sum(n), 0)::float8 as observations from ${sql.table(month.name)}`.execute(tx);
  await sql`drop table ${sql.table(month.name)}`.execute(tx);
  await sql`delete from compacted_days where day >= ${month.start}::date and day < ${month.end}::date`.execute(tx);
  const loose = await removeLoose(tx, month.start, month.end, series);
  const { days, observations } = held.rows[0] ?? { days: 0, observations: 0 };
  return { days, observations: observations + loose };
}

async function removeDay(tx: Tx, day: string, series: RawBuilder<unknown>): Promise<Removed> {
  const packed = await sql<{ n: number }>`with gone as (
      delete from observation_days where day = ${day}::date and series_id in (${series}) returning n)
    select coalesce(sum(n), 0)::float8 as n from gone`.execute(tx);
  await sql`delete from compacted_days where day = ${day}::date
    and not exists (select 1 from observation_days where day = ${day}::date)`.execute(tx);
  const loose = await removeLoose(tx, day, nameOf(midnight(day).getTime() + DAY_MS), series);
  return { days: 1, observations: (packed.rows[0]?.n ?? 0) + loose };
}

/** Rows that are not compacted, and what corrections had replaced: the trace of who and why stays, the values go. */
async function removeLoose(tx: Tx, from: string, to: string, series: RawBuilder<unknown>): Promise<number> {
  const rows = await sql<{ n: number }>`with gone as (
      delete from observations where observed_at >= ${midnight(from)} and observed_at < ${midnight(to)}
        and series_id in (${series}) returning 1),
    revisions as (
      delete from observation_revisions where observed_at >= ${midnight(from)} and observed_at < ${midnight(to)}
        and series_id in (${series}))
    select count(*)::int as n from gone`.execute(tx);
  return rows.rows[0]?.n ?? 0;
}

const midnight = (day: string): Date => new Date(`${day}T00:00:00Z`);
const nameOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
