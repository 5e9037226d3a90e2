/** Rows of judging: read for all series of a step at once, written for all at once. */
import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import { stored } from '../events/index.ts';
import type { RulesTables } from './tables.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export type StoredRun = { version: number; since: number; lastTrue: number; activeFrom: number | null };
export type StoredEpisode = { since: number; reached: number; until: number | null };
export type Value = { at: number; value: number };

/** Of one (rule, entity). */
export const pairOf = (ruleId: string, entityId: string): string => `${ruleId}\n${entityId}`;

/**
 * Until when series are judged, in ms, and what of that is `written` (null: nothing). It is written down now and then
 * only; what was judged since is found from the log: the newest good row, or row that was corrected since, of an
 * event before the one that is judged next. `since` and later, for older observations are never judged.
 */
export async function readWatches(
  tx: Tx,
  seriesIds: readonly number[],
  log: { before: { xid: string; id: number }; since: number; aheadMs: number; withinMs: number },
): Promise<Map<number, { at: number; written: number | null }>> {
  const { before, since, aheadMs, withinMs } = log;
  const newest = (table: string) => sql`select x.observed_at from ${sql.table(table)} x join events e on e.id = x.batch
      where x.series_id = given.id and x.quality = 0
        and x.observed_at > greatest(w.last_at, ${iso(since)}::timestamptz)
        and x.observed_at <= e.at + ${aheadMs} * interval '1 ms' and x.observed_at >= e.at - ${withinMs} * interval '1 ms'
        and (e.xid, e.id) < (${before.xid}::xid8, ${before.id}::bigint)
      order by x.observed_at desc limit 1`;
  const rows = await sql<{ id: number; written: Date | null; at: Date | null }>`
    select given.id, w.last_at as written, greatest(w.last_at, o.observed_at, r.observed_at) as at
    from unnest(${seriesIds}::int[]) as given (id)
    left join rule_watches w on w.series_id = given.id
    left join lateral (${newest('observations')}) o on true
    left join lateral (${newest('observation_revisions')}) r on true`.execute(tx);
  return new Map(
    rows.rows.flatMap((row) =>
      row.at ? [[row.id, { at: row.at.getTime(), written: row.written?.getTime() ?? null }] as const] : [],
    ),
  );
}

export async function writeWatches(tx: Tx, lastAt: ReadonlyMap<number, number>): Promise<void> {
  if (lastAt.size === 0) return;
  const ids = [...lastAt.keys()];
  await sql`insert into rule_watches (series_id, last_at)
    select * from unnest(${ids}::int[], ${ids.map((id) => iso(lastAt.get(id) ?? 0))}::timestamptz[])
    on conflict (series_id) do update set last_at = excluded.last_at`.execute(tx);
}

/** Runs that go on for these entities, by entity. */
export async function readRuns(
  tx: Tx,
  entityIds: readonly string[],
): Promise<Map<string, { ruleId: string; run: StoredRun }[]>> {
  const rows = await sql<RulesTables['rule_states']>`select * from rule_states
    where entity_id = any(${entityIds}::text[])`.execute(tx);
  const found = new Map<string, { ruleId: string; run: StoredRun }[]>();
  for (const row of rows.rows) {
    const list = found.get(row.entity_id) ?? [];
    list.push({
      ruleId: row.rule_id,
      run: {
        version: row.version,
        since: row.since.getTime(),
        lastTrue: row.last_true.getTime(),
        activeFrom: row.active_from?.getTime() ?? null,
      },
    });
    found.set(row.entity_id, list);
  }
  return found;
}

/** Writes runs that go on and takes away those that ended (null). */
export async function writeRuns(
  tx: Tx,
  runs: readonly { ruleId: string; entityId: string; run: StoredRun | null }[],
): Promise<void> {
  const ended = runs.filter((one) => one.run === null);
  if (ended.length > 0) {
    await sql`delete from rule_states s
      using unnest(${ended.map((one) => one.ruleId)}::text[], ${ended.map((one) => one.entityId)}::text[]) as gone (r, e)
      where s.rule_id = gone.r and s.entity_id = gone.e`.execute(tx);
  }
  const rows = runs.flatMap(({ ruleId, entityId, run }) =>
    run
      ? [
          {
            rule_id: ruleId,
            entity_id: entityId,
            version: run.version,
            since: iso(run.since),
            last_true: iso(run.lastTrue),
            active_from: run.activeFrom === null ? null : iso(run.activeFrom),
          },
        ]
      : [],
  );
  if (rows.length === 0) return;
  await sql`insert into rule_states (rule_id, entity_id, version, since, last_true, active_from)
    select rule_id, entity_id, version, since, last_true, active_from
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (rule_id text, entity_id text, version int,
      since timestamptz, last_true timestamptz, active_from timestamptz)
    on conflict (rule_id, entity_id) do update set version = excluded.version, since = excluded.since,
      last_true = excluded.last_true, active_from = excluded.active_from`.execute(tx);
}

/** Recorded episodes of these (rule, entity) that reach into the time from `from` on, by `pairOf`, oldest first. */
export async function readEpisodes(
  tx: Tx,
  wanted: readonly { ruleId: string; entityId: string; from: number }[],
): Promise<Map<string, StoredEpisode[]>> {
  const found = new Map<string, StoredEpisode[]>();
  if (wanted.length === 0) return found;
  const rows = await sql<RulesTables['rule_episodes']>`select e.* from rule_episodes e
    join unnest(${wanted.map((one) => one.ruleId)}::text[], ${wanted.map((one) => one.entityId)}::text[],
      ${wanted.map((one) => iso(one.from))}::timestamptz[]) as given (r, e, f)
      on e.rule_id = given.r and e.entity_id = given.e
    where not e.withdrawn and (e.until_at is null or e.until_at >= given.f) order by e.since`.execute(tx);
  for (const row of rows.rows) {
    const key = pairOf(row.rule_id, row.entity_id);
    const list = found.get(key) ?? [];
    list.push({
      since: row.since.getTime(),
      reached: row.reached_at.getTime(),
      until: row.until_at?.getTime() ?? null,
    });
    found.set(key, list);
  }
  return found;
}

export type EpisodeRow = {
  ruleId: string;
  entityId: string;
  version: number;
  since: number;
  reached: number;
  until: number | null;
  withdrawn?: true;
};

/** Writes episodes; of several rows of one episode the last counts. */
export async function writeEpisodes(tx: Tx, episodes: readonly EpisodeRow[]): Promise<void> {
  const last = new Map(episodes.map((one) => [`${pairOf(one.ruleId, one.entityId)}\n${one.since}`, one]));
  if (last.size === 0) return;
  const rows = [...last.values()].map((one) => ({
    rule_id: one.ruleId,
    entity_id: one.entityId,
    since: iso(one.since),
    reached_at: iso(one.reached),
    until_at: one.until === null ? null : iso(one.until),
    withdrawn: one.withdrawn ?? false,
    version: one.version,
  }));
  await sql`insert into rule_episodes (rule_id, entity_id, since, reached_at, until_at, withdrawn, version)
    select rule_id, entity_id, since, reached_at, until_at, withdrawn, version
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (rule_id text, entity_id text, since timestamptz,
      reached_at timestamptz, until_at timestamptz, withdrawn boolean, version int)
    on conflict (rule_id, entity_id, since) do update set until_at = excluded.until_at,
      withdrawn = excluded.withdrawn, version = excluded.version`.execute(tx);
}

/**
 * Good observations (quality 0) as they are stored now, of each series from its own time on to its own end (both
 * inclusive, ms), oldest first. One query; each series is one stretch of the primary key.
 */
export async function readValues(
  handle: Db | Tx,
  windows: readonly { seriesId: number; from: number; to: number }[],
): Promise<Map<number, Value[]>> {
  const found = new Map<number, Value[]>();
  if (windows.length === 0) return found;
  const rows = await sql<{ series_id: number; at: number; value: number }>`
    select o.series_id, extract(epoch from o.observed_at)::float8 * 1000 as at, o.value
    from unnest(${windows.map((one) => one.seriesId)}::int[], ${windows.map((one) => iso(one.from))}::timestamptz[],
      ${windows.map((one) => iso(one.to))}::timestamptz[]) as w (series_id, from_at, to_at)
    cross join lateral ${stored({
      series: sql`w.series_id`,
      from: sql`w.from_at`,
      to: sql`w.to_at + interval '1 millisecond'`,
      within: {
        from: new Date(windows.reduce((first, one) => Math.min(first, one.from), Number.POSITIVE_INFINITY)),
        to: new Date(windows.reduce((last, one) => Math.max(last, one.to), Number.NEGATIVE_INFINITY) + 1),
      },
    })} o where o.quality = 0
    order by o.series_id, o.observed_at`.execute(handle);
  for (const row of rows.rows) {
    const list = found.get(row.series_id) ?? [];
    list.push({ at: Math.round(row.at), value: row.value });
    found.set(row.series_id, list);
  }
  return found;
}

/** Means of these hours of series, by series and hour (ms); hours without a good value are left out. */
export async function readHours(
  handle: Db | Tx,
  wanted: readonly { seriesId: number; hour: number }[],
): Promise<Map<number, Map<number, number>>> {
  const found = new Map<number, Map<number, number>>();
  if (wanted.length === 0) return found;
  const rows = await sql<{ series_id: number; at: number; mean: number }>`
    select r.series_id, extract(epoch from r.bucket)::float8 * 1000 as at, r.sum / r.n as mean
    from unnest(${wanted.map((one) => one.seriesId)}::int[], ${wanted.map((one) => iso(one.hour))}::timestamptz[]) as given (s, b)
    join rollups r on r.series_id = given.s and r.width = 'hour' and r.bucket = given.b
    where r.n > 0`.execute(handle);
  for (const row of rows.rows) {
    const hours = found.get(row.series_id) ?? new Map<number, number>();
    hours.set(row.at, row.mean);
    found.set(row.series_id, hours);
  }
  return found;
}

export async function countTallies(tx: Tx, counts: Record<'late' | 'old' | 'future', number>, at: Date): Promise<void> {
  const rows = Object.entries(counts).filter(([, n]) => n > 0);
  if (rows.length === 0) return;
  await sql`insert into rule_tallies (reason, n, last_at)
    select r, n, ${at}::timestamptz from unnest(${rows.map(([reason]) => reason)}::text[], ${rows.map(([, n]) => n)}::bigint[]) as t (r, n)
    order by r on conflict (reason) do update set n = rule_tallies.n + excluded.n, last_at = excluded.last_at`.execute(
    tx,
  );
}

/** Ends everything that goes on under a rule that was switched off; answers the entities that had an alert. */
export async function clearRunsOf(tx: Tx, ruleId: string, at: Date): Promise<string[]> {
  const rows = await sql<{ entity_id: string; active: boolean }>`delete from rule_states where rule_id = ${ruleId}
    returning entity_id, active_from is not null as active`.execute(tx);
  await sql`update rule_episodes set until_at = greatest(${at}::timestamptz, since)
    where rule_id = ${ruleId} and until_at is null`.execute(tx);
  return rows.rows.filter((row) => row.active).map((row) => row.entity_id);
}

/** Observations of any quality of some series, both ends included, oldest first: the rows behind an alert. */
export async function readRows(
  db: Db,
  seriesIds: readonly number[],
  from: Date,
  to: Date,
  limit: number,
): Promise<{ seriesId: number; at: Date; value: number; quality: number }[]> {
  const rows = await sql<{ series_id: number; observed_at: Date; value: number; quality: number }>`
    select o.series_id, o.observed_at, o.value, o.quality
    from unnest(${seriesIds}::int[]) as wanted (id) cross join lateral ${stored({
      series: sql`wanted.id`,
      from: sql`${from}::timestamptz`,
      to: sql`${to}::timestamptz + interval '1 millisecond'`,
      within: { from, to: new Date(to.getTime() + 1) },
    })} o order by o.observed_at, o.series_id limit ${limit}`.execute(db);
  return rows.rows.map((row) => ({
    seriesId: row.series_id,
    at: row.observed_at,
    value: row.value,
    quality: row.quality,
  }));
}
