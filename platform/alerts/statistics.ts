/** What the alerts of a time say about the rules that raise them, so that a rule can be bettered. */
import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Visible } from '../rights/index.ts';

/** Of closed ones: without an incident, and nobody had it while its condition held. */
export const withoutAction = sql<boolean>`(state = 'closed' and case_id is null
  and (acknowledged_at is null or acknowledged_at >= over_at))`;

/** It flaps now or did. */
export const flapped = sql<boolean>`(flapping is not null or exists (select 1 from alert_steps s
  where s.alert_id = alerts.id and s.kind = 'flapping'))`;

export type StatisticsBy = 'source' | 'organisation' | 'type';

export type AlertStatistics = {
  /** null: has none (no unit, no type) */
  of: string | null;
  count: number;
  open: number;
  /** in minutes from when it was known; null where none was acknowledged */
  acknowledged: { count: number; median: number | null; p90: number | null };
  closed: number;
  /** of the closed ones */
  withoutAction: number;
  /** began and ended so often that it counted as flapping */
  flapping: number;
  reopened: number;
  entities: number;
};

/** Of alerts known from `from` to `to` (exclusive), by what raised them, their unit or their type; most first. */
export async function readStatistics(
  db: Db,
  rights: Visible,
  query: { from: Date; to: Date; by: StatisticsBy },
): Promise<AlertStatistics[]> {
  const of = { source: sql`source`, organisation: sql`organisation_id`, type: sql`entity_type` }[query.by];
  const minutes = sql`extract(epoch from acknowledged_at - known_at) / 60`;
  const rows = await sql<{
    of: string | null;
    count: number;
    open: number;
    taken: number;
    median: number | null;
    p90: number | null;
    closed: number;
    without_action: number;
    flapping: number;
    reopened: number;
    entities: number;
  }>`select ${of} as of, count(*) as count, count(*) filter (where state = 'open') as open,
      count(acknowledged_at) as taken,
      (percentile_cont(0.5) within group (order by ${minutes}) filter (where acknowledged_at is not null))::float8 as median,
      (percentile_cont(0.9) within group (order by ${minutes}) filter (where acknowledged_at is not null))::float8 as p90,
      count(*) filter (where state = 'closed') as closed,
      count(*) filter (where ${withoutAction}) as without_action, count(*) filter (where ${flapped}) as flapping,
      sum(reopened) as reopened, count(distinct entity_id) as entities
    from alerts where known_at >= ${query.from} and known_at < ${query.to}
      and ${rights.where({ area: 'area_code', organisation: 'organisation_id', public: 'is_public' })}
    group by 1 order by count(*) desc, 1`.execute(db);
  return rows.rows.map((row) => ({
    of: row.of,
    count: row.count,
    open: row.open,
    acknowledged: { count: row.taken, median: row.median, p90: row.p90 },
    closed: row.closed,
    withoutAction: row.without_action,
    flapping: row.flapping,
    reopened: row.reopened,
    entities: row.entities,
  }));
}
