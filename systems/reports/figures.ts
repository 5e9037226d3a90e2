/**
 * Who answers and who does not. A unit is measured by what the whole province answers in time of the same categories,
 * not by another unit's easier ones; the number of cases stands beside each share, and few cases are not ranked.
 */
import { sql } from 'kysely';
import type { Principal } from '../../platform/rights/index.ts';
import type { Text } from '../../platform/words/index.ts';
import { refuse } from '../../platform/words/index.ts';
import { deskRights } from './desk-find.ts';
import { inhabitantsIn } from './inhabitants.ts';
import type { Parts } from './parts.ts';
import { LEAST_RANKED, usualDays } from './public.ts';

export type FiguresBy = 'organisation' | 'area' | 'family' | 'category';
export type FiguresQuery = {
  from?: string;
  /** the last day, included */
  to?: string;
  by: FiguresBy;
  category?: string;
  areaCode?: string;
  organisationId?: string;
};

type Spread = { median: number; p90: number } | null;
export type FigureRow = {
  received: number;
  answered: number;
  inTime: number;
  inTimeShare: number | null;
  expectedShare: number | null;
  firstAnswerHours: Spread;
  solutionHours: Spread;
  reopened: number;
  refused: number;
  rating: { mean: number; n: number } | null;
  open: number;
  late: number;
  simulated: number;
};
export type FigureItem = FigureRow & {
  key: string;
  title: Text;
  inhabitants: number | null;
  perThousand: number | null;
  rank: number | null;
  trend: { from: string; received: number; inTimeShare: number | null }[];
};
export type FiguresView = {
  from: string;
  to: string;
  leastRanked: number;
  total: FigureRow;
  items: FigureItem[];
  heat: { areaCode: string; areaName: string; family: string; n: number }[];
};

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 800;
/** Beyond half a year a point of the trend is a month. */
const WEEKS_UNTIL_DAYS = 190;
const columns = { organisation: 'organisation_id', area: 'area_code', family: 'family', category: 'category' } as const;

type Row = {
  key: string | null;
  is_total: boolean;
  received: number;
  answered: number;
  in_time: number;
  expected: number | null;
  first_median: number | null;
  first_p90: number | null;
  solution_median: number | null;
  solution_p90: number | null;
  reopened: number;
  refused: number;
  rating: number | null;
  rated: number;
  open: number;
  late: number;
  simulated: number;
};

export async function figuresOf(parts: Parts, principal: Principal, query: FiguresQuery): Promise<FiguresView> {
  const usual = usualDays(parts.now());
  const from = query.from ?? usual.from;
  const to = query.to ?? new Date(Date.parse(usual.to) - DAY_MS).toISOString().slice(0, 10);
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (!(days >= 1 && days <= LONGEST_DAYS)) throw badDays();
  const begin = new Date(`${from}T00:00:00+07:00`);
  const end = new Date(new Date(`${to}T00:00:00+07:00`).getTime() + DAY_MS);
  const within = sql`received_at >= ${begin} and received_at < ${end}`;
  const { category, areaCode, organisationId } = query;
  const narrowed = sql`${within} and ${deskRights(principal)}
    and (${category ?? null}::text is null or category = ${category ?? null} or family = ${category ?? null})
    and (${areaCode ?? null}::text is null or area_code = ${areaCode ?? null})
    and (${organisationId ?? null}::text is null or organisation_id = ${organisationId ?? null})`;
  const column = sql.ref(columns[query.by]);
  const step = days > WEEKS_UNTIL_DAYS ? 'month' : 'week';
  const hours = (until: string) => sql`extract(epoch from ${sql.ref(until)} - received_at) / 3600`;
  const [found, trends, heat, tree, categories, inhabitants] = await Promise.all([
    sql<Row>`
      with usual as (
        select category, avg(in_time::int)::float8 as share from reports
        where ${within} and in_time is not null group by category)
      select ${column} as key, grouping(${column}) = 1 as is_total,
        count(*)::int as received, count(in_time)::int as answered,
        count(*) filter (where in_time)::int as in_time,
        avg(usual.share) filter (where in_time is not null) as expected,
        percentile_cont(0.5) within group (order by ${hours('first_answer_at')}) as first_median,
        percentile_cont(0.9) within group (order by ${hours('first_answer_at')}) as first_p90,
        percentile_cont(0.5) within group (order by ${hours('answered_at')}) as solution_median,
        percentile_cont(0.9) within group (order by ${hours('answered_at')}) as solution_p90,
        count(reopened_at)::int as reopened, count(*) filter (where step = 'refused')::int as refused,
        avg(rating)::float8 as rating, count(rating)::int as rated,
        count(*) filter (where closed_at is null)::int as open,
        count(*) filter (where closed_at is null and rung = 100)::int as late,
        count(*) filter (where provenance <> 'measured')::int as simulated
      from reports left join usual using (category)
      where ${narrowed}
      group by grouping sets ((${column}), ())`.execute(parts.db),
    sql<{ key: string | null; at: string; received: number; share: number | null }>`
      select ${column} as key, to_char(date_trunc(${step}, received_at at time zone 'Asia/Ho_Chi_Minh'), 'YYYY-MM-DD') as at,
        count(*)::int as received, avg(in_time::int)::float8 as share
      from reports where ${narrowed} group by 1, 2 order by 2`.execute(parts.db),
    sql<{ area_code: string; family: string; n: number }>`
      select area_code, family, count(*)::int as n from reports where ${narrowed} group by 1, 2`.execute(parts.db),
    parts.identity.tree(),
    parts.catalogue.all(),
    inhabitantsIn(parts, Number(to.slice(0, 4))),
  ]);
  const areas = new Map(parts.territory.units({ level: 'commune' }).map((unit) => [unit.code, unit.name]));
  const people = new Map(inhabitants.map((row) => [row.area_code, row.inhabitants]));
  const both = (name: string): Text => ({ vi: name, en: name });
  const titleOf = (key: string): Text => {
    if (query.by === 'organisation') return tree.get(key)?.name ?? { vi: 'Chưa có đơn vị', en: 'No unit yet' };
    if (query.by === 'area') return both(areas.get(key) ?? key);
    return categories.find((one) => one.code === key)?.title ?? both(key);
  };
  // Only a commune's own figures can be set against its people: a department serves all of them.
  const peopleOf = (key: string): number | null => {
    if (query.by === 'area') return people.get(key) ?? null;
    const unit = query.by === 'organisation' ? tree.get(key) : undefined;
    return unit?.kind === 'commune' && unit.areaCode ? (people.get(unit.areaCode) ?? null) : null;
  };
  const items = found.rows
    .filter((row) => !row.is_total)
    .map((row): FigureItem => {
      const key = row.key ?? '';
      const living = peopleOf(key);
      return {
        ...asRow(row),
        key,
        title: titleOf(key),
        inhabitants: living,
        perThousand: living === null ? null : (row.received * 1000) / living,
        rank: null,
        trend: trends.rows
          .filter((one) => (one.key ?? '') === key)
          .map((one) => ({ from: one.at, received: one.received, inTimeShare: one.share })),
      };
    });
  rank(items);
  items.sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || b.received - a.received);
  const total = found.rows.find((row) => row.is_total);
  return {
    from,
    to,
    leastRanked: LEAST_RANKED,
    total: total ? asRow(total) : empty,
    items,
    heat: heat.rows.map((row) => ({
      areaCode: row.area_code,
      areaName: areas.get(row.area_code) ?? row.area_code,
      family: row.family,
      n: row.n,
    })),
  };
}

const empty: FigureRow = {
  received: 0,
  answered: 0,
  inTime: 0,
  inTimeShare: null,
  expectedShare: null,
  firstAnswerHours: null,
  solutionHours: null,
  reopened: 0,
  refused: 0,
  rating: null,
  open: 0,
  late: 0,
  simulated: 0,
};

function asRow(row: Row): FigureRow {
  const pair = (median: number | null, p90: number | null): Spread =>
    median === null || p90 === null ? null : { median, p90 };
  return {
    received: row.received,
    answered: row.answered,
    inTime: row.in_time,
    inTimeShare: row.answered === 0 ? null : row.in_time / row.answered,
    expectedShare: row.expected,
    firstAnswerHours: pair(row.first_median, row.first_p90),
    solutionHours: pair(row.solution_median, row.solution_p90),
    reopened: row.reopened,
    refused: row.refused,
    rating: row.rating === null ? null : { mean: row.rating, n: row.rated },
    open: row.open,
    late: row.late,
    simulated: row.simulated,
  };
}

/** By how much better or worse than the same categories in the whole province; equal ones share a place. */
function rank(items: FigureItem[]): void {
  const gain = (one: FigureItem): number => (one.inTimeShare ?? 0) - (one.expectedShare ?? 0);
  const enough = items.filter((one) => one.answered >= LEAST_RANKED).sort((a, b) => gain(b) - gain(a));
  let place = 0;
  for (const [n, one] of enough.entries()) {
    const before = enough[n - 1];
    if (!before || gain(before) - gain(one) > 1e-9) place = n + 1;
    one.rank = place;
  }
}

function badDays() {
  return refuse(400, 'bad-range', {
    vi: `Khoảng thời gian phải từ 1 đến ${LONGEST_DAYS} ngày.`,
    en: `The range must be 1 to ${LONGEST_DAYS} days.`,
  });
}
