import { sql } from 'kysely';
import { type Context, entityRows, type Provenance } from '../context/index.ts';
import type { Db } from '../database/index.ts';
import { allSeries } from '../events/index.ts';
import type { Visible } from '../rights/index.ts';
import { plain } from '../words/index.ts';

export type GapQuery = {
  /** local midnights (UTC+7), so that day sums say it all */
  from: Date;
  to: Date;
  type?: string | undefined;
  organisationId?: string | undefined;
  areaCode?: string | undefined;
  /** in the entity's name, with or without diacritics */
  q?: string | undefined;
  limit: number;
  offset: number;
};

/** What one series should have brought and did. `longest` (ms) is told to the hour; null: no whole hour was missing. */
export type GapRow = {
  entityId: string;
  name: string;
  type: string;
  organisationId: string | null;
  areaCode: string | null;
  provenance: Provenance;
  property: string;
  expected: number;
  received: number;
  good: number;
  /** 0 to 1 */
  missing: number;
  longest: { from: number; to: number } | null;
};

/**
 * Every measured series that may be seen, by the share of records that is missing, worst first: from day sums for all, and
 * from hour sums for those that are shown. A series is expected from when its entity was made known, or its data begin.
 */
export async function gapsOf(
  options: { db: Db; context: Context; now: () => Date },
  rights: Visible,
  query: GapQuery,
): Promise<{ items: GapRow[]; total: number }> {
  const { db, context, now } = options;
  const find = query.q ? `%${plain(query.q).replace(/[%_\\]/g, '\\$&')}%` : null;
  const to = new Date(Math.min(query.to.getTime(), now().getTime()));
  const measured = context
    .types()
    .flatMap((type) =>
      query.type && query.type !== type.name
        ? []
        : Object.entries(type.observes).flatMap(([property, one]) =>
            one.derived ? [] : [{ type: type.name, property, every: one.everySeconds }],
          ),
    );
  const rows = await sql<Omit<GapRow, 'longest'> & { seriesId: number | null; since: number; total: number }>`
    with declared as (
      select * from unnest(${measured.map((one) => one.type)}::text[], ${measured.map((one) => one.property)}::text[],
        ${measured.map((one) => one.every)}::float8[]) as d (type, property, every)
    ), promised as (
      select e.*, d.property,
        -- as intervalOf (context) has it
        case when d.every < 86400 and jsonb_typeof(e.properties->'everySeconds') = 'number'
          and (e.properties->>'everySeconds')::float8 > 0 then (e.properties->>'everySeconds')::float8 else d.every end as every
      from ${entityRows(rights)} e join declared d on d.type = e.type
      where e.properties->'expectsData' is distinct from 'false'::jsonb
        and (${query.organisationId ?? null}::text is null or e.organisation_id = ${query.organisationId ?? null})
        and (${find}::text is null or e.name_plain like ${find})
        and (${query.areaCode ?? null}::text is null or e.area_code = ${query.areaCode ?? null})
    ), got as (
      select p.*, s.id as series_id, coalesce(g.received, 0) as received, coalesce(g.good, 0) as good,
        greatest(${query.from}::timestamptz, case when g.first < p.created_at then coalesce((
          select min(h.bucket) from rollups h where h.series_id = s.id and h.width = 'hour' and h.n_all > 0
            and h.bucket >= g.first and h.bucket < g.first + interval '1 day'), g.first) else p.created_at end) as since
      from promised p left join ${allSeries} s on s.entity_id = p.id and s.property = p.property
      left join lateral (
        select sum(least(r.n_all, ceil(86400 / p.every))) as received, sum(r.n) as good,
          min(r.bucket) filter (where r.n_all > 0) as first
        from rollups r where r.series_id = s.id and r.width = 'day' and r.bucket >= ${query.from} and r.bucket < ${to}
      ) g on true
    ), counted as (
      select *, floor(extract(epoch from ${to}::timestamptz - since) / every)::float8 as expected from got
    )
    select id as "entityId", name, type, organisation_id as "organisationId", area_code as "areaCode", provenance,
      property, expected, least(received, expected)::float8 as received, least(good, expected)::float8 as good,
      greatest(0, 1 - received / expected)::float8 as missing, series_id as "seriesId",
      extract(epoch from since)::float8 * 1000 as since, count(*) over ()::int as total
    from counted where expected > 0
    order by missing desc, name, id, property limit ${query.limit} offset ${query.offset}`.execute(db);
  const longest = await longestOf(db, rows.rows, query.from, to);
  return {
    total: rows.rows[0]?.total ?? 0,
    items: rows.rows.map(({ total: _total, seriesId, since, ...row }) => ({
      ...row,
      longest: seriesId === null ? { from: since, to: to.getTime() } : (longest.get(seriesId) ?? null),
    })),
  };
}

/** The longest stretch of whole hours without a value, for each series; where hour sums are gone, of whole days. */
async function longestOf(
  db: Db,
  rows: readonly { seriesId: number | null; since: number }[],
  from: Date,
  to: Date,
): Promise<Map<number, { from: number; to: number }>> {
  const wanted = rows.flatMap((row) => (row.seriesId === null ? [] : [{ id: row.seriesId, since: row.since }]));
  const found = await sql<{ id: number; from: number; to: number }>`
    with wanted as (
      select * from unnest(${wanted.map((one) => one.id)}::int[],
        ${wanted.map((one) => new Date(one.since).toISOString())}::timestamptz[]) as w (id, since)
    ), heard as (
      select w.id, r.bucket as at, r.bucket + interval '1 hour' as until from wanted w join rollups r
        on r.series_id = w.id and r.width = 'hour' and r.bucket >= ${from} and r.bucket < ${to} and r.n_all > 0
      union all
      select w.id, r.bucket, r.bucket + interval '1 day' from wanted w join rollups r
        on r.series_id = w.id and r.width = 'day' and r.bucket >= ${from} and r.bucket < ${to} and r.n_all > 0
        and not exists (select 1 from rollups h where h.series_id = w.id and h.width = 'hour'
          and h.bucket >= r.bucket and h.bucket < r.bucket + interval '1 day')
      union all
      select id, since, since from wanted
      union all
      select id, ${to}::timestamptz, ${to}::timestamptz from wanted
    ), pauses as (
      select id, max(until) over (partition by id order by at, until rows between unbounded preceding and 1 preceding) as begins,
        at as ends
      from heard
    )
    select distinct on (id) id, extract(epoch from begins)::float8 * 1000 as "from", extract(epoch from ends)::float8 * 1000 as "to"
    from pauses where ends - begins >= interval '1 hour' order by id, ends - begins desc, begins`.execute(db);
  return new Map(found.rows.map((row) => [row.id, { from: row.from, to: row.to }]));
}
