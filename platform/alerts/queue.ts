/** The queue as an operator works on it: storms as one line each, the rest alert by alert, nothing left out. */
import { type Selectable, sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Visible } from '../rights/index.ts';
import type { Text } from '../words/index.ts';
import type { StormTerms } from './groups.ts';
import { type AlertRow, asAlert } from './store.ts';
import type { AlertsTables } from './tables.ts';
import type { Alert, AlertGroup, QueueLine, Severity } from './types.ts';

const GRADES: Severity[] = [5, 4, 3, 2, 1];
/** So many members that are graver than most of their group stand in the queue by themselves too. */
const MOST_STANDING_OUT = 10;

type Part = {
  group_id: string;
  severity: Severity;
  state: 'open' | 'acknowledged';
  condition: 'on' | 'over';
  snoozed: boolean;
  area_code: string | null;
  holder: string | null;
  case_id: string | null;
  provenance: AlertGroup['provenance'];
  n: number;
  first: Date;
  last: Date;
};

export type QueueOptions = { terms: StormTerms; areaName: (code: string) => string };

/**
 * Everything that is not closed, in the order of urgency: storms (two or more members not closed) as one line, of
 * their members only those that are graver than most; at most `limit` lines of alerts.
 */
export async function readQueue(
  db: Db,
  rights: Visible,
  options: QueueOptions,
  limit: number,
): Promise<{ lines: QueueLine[]; total: number }> {
  const groups = (await readGroups(db, rights, options, { active: true })).filter((group) => group.count > 1);
  const folded = groups.map((group) => ({ id: group.id, above: usual(group) }));
  const rows = await sql<AlertRow & { total: number }>`
    with active as (select a.*, m.group_id from alerts a left join alert_members m on m.alert_id = a.id
      where a.state <> 'closed' and ${rights.where(of('a'))})
    select active.*, (select count(*) from active) as total from active
      left join unnest(${folded.map((one) => one.id)}::uuid[], ${folded.map((one) => one.above)}::int[])
        as folded (id, above) on folded.id = active.group_id
    where folded.id is null or active.severity > folded.above
    order by case when state = 'open' and snoozed_until is null then 0 when state = 'acknowledged' then 1 else 2 end,
      condition = 'over', severity desc, last_at desc, active.id limit ${limit}`.execute(db);
  const alone = rows.rows.map(asAlert);
  const total = rows.rows[0]?.total ?? groups.reduce((sum, group) => sum + group.count, 0);
  const lines: QueueLine[] = [...alone.map((alert) => ({ alert })), ...groups.map((group) => ({ group }))];
  return { lines: lines.sort((a, b) => compare(urgency(a), urgency(b))), total };
}

/** One storm, also one whose members are all closed; null where its reader may see none of them. */
export async function readGroup(
  db: Db,
  rights: Visible,
  options: QueueOptions,
  id: string,
): Promise<AlertGroup | null> {
  const into = await sql<{ id: string }>`select coalesce(into_id, id) as id from alert_groups where id = ${id}`.execute(
    db,
  );
  const [found] = into.rows;
  if (!found) return null;
  return (await readGroups(db, rights, options, { id: found.id }))[0] ?? null;
}

/** The severity that most members have; those above it stand out, if they are few. */
function usual({ bySeverity }: AlertGroup): Severity {
  const most = bySeverity.reduce((best, one) => (one.count > best.count ? one : best));
  const graver = bySeverity.filter((one) => one.severity > most.severity).reduce((sum, one) => sum + one.count, 0);
  return graver <= MOST_STANDING_OUT ? most.severity : 5;
}

const of = (alias: string) => ({
  area: `${alias}.area_code`,
  organisation: `${alias}.organisation_id`,
  public: `${alias}.is_public`,
});

async function readGroups(
  db: Db,
  rights: Visible,
  options: QueueOptions,
  which: { active: true } | { id: string },
): Promise<AlertGroup[]> {
  const wanted = 'id' in which ? sql`m.group_id = ${which.id}` : sql`a.state <> 'closed'`;
  const parts =
    await sql<Part>`select m.group_id, a.severity, a.state, a.condition, a.snoozed_until is not null as snoozed,
      a.area_code, a.acknowledged_name as holder, a.case_id, a.provenance, count(*) as n, min(a.happened_at) as first,
      max(a.last_at) as last
    from alerts a join alert_members m on m.alert_id = a.id
    where ${wanted} and ${rights.where(of('a'))}
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9`.execute(db);
  const byGroup = Map.groupBy(parts.rows, (part) => part.group_id);
  if (byGroup.size === 0) return [];
  const ids = [...byGroup.keys()];
  const rows = await sql<Selectable<AlertsTables['alert_groups']> & { total: number }>`select g.*,
      (select count(*) from alert_members m join alerts a on a.id = m.alert_id
        where m.group_id = g.id and ${rights.where(of('a'))}) as total
    from alert_groups g where id = any(${ids}::uuid[]) order by opened_at, id`.execute(db);
  return rows.rows.map((row) => asGroup(row, byGroup.get(row.id) ?? [], options));
}

function asGroup(
  row: Selectable<AlertsTables['alert_groups']> & { total: number },
  parts: readonly Part[],
  { terms, areaName }: QueueOptions,
): AlertGroup {
  const active = parts.filter((part) => (part.state as string) !== 'closed');
  const sum = (of: readonly Part[]): number => of.reduce((total, part) => total + part.n, 0);
  const countBy = (keyOf: (part: Part) => string | null) => {
    const counts = new Map<string, number>();
    for (const part of active) {
      const key = keyOf(part);
      if (key !== null) counts.set(key, (counts.get(key) ?? 0) + part.n);
    }
    return [...counts]
      .map(([key, count]) => ({ key, count }))
      .sort((a, b) => b.count - a.count || compare(a.key, b.key));
  };
  const bySeverity = GRADES.map((severity) => ({
    severity,
    count: sum(active.filter((part) => part.severity === severity)),
  }));
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    why: whyOf(row, terms, areaName),
    openedAt: row.opened_at,
    joinedAt: row.joined_at,
    count: sum(active),
    total: row.total,
    severity: bySeverity.find((one) => one.count > 0)?.severity ?? row.worst,
    bySeverity,
    open: sum(active.filter((part) => part.state === 'open' && !part.snoozed)),
    snoozed: sum(active.filter((part) => part.snoozed)),
    over: sum(active.filter((part) => part.condition === 'over')),
    areas: countBy((part) => part.area_code).map(({ key, count }) => ({ code: key, name: areaName(key), count })),
    holders: countBy((part) => (part.state === 'acknowledged' ? part.holder : null)).map(({ key, count }) => ({
      name: key,
      count,
    })),
    caseIds: countBy((part) => part.case_id).map(({ key }) => key),
    happenedAt: extreme(parts, (part) => part.first, -1),
    lastAt: extreme(parts, (part) => part.last, 1),
    provenance: parts.find((part) => part.provenance !== 'measured')?.provenance ?? 'measured',
  };
}

function extreme(parts: readonly Part[], at: (part: Part) => Date, sign: 1 | -1): Date | null {
  return parts.reduce<Date | null>(
    (best, part) => (best === null || sign * (at(part).getTime() - best.getTime()) > 0 ? at(part) : best),
    null,
  );
}

function whyOf(
  row: Selectable<AlertsTables['alert_groups']>,
  terms: StormTerms,
  areaName: (code: string) => string,
): Text {
  const within = Math.round(terms.withinMs / 60_000);
  const join = Math.round(terms.joinWithinMs / 60_000);
  const shared: Record<AlertGroup['kind'], Text> = {
    site: {
      vi: 'mà đối tượng bị báo cùng phụ thuộc vào một điểm (nguồn điện, trạm, cổng kết nối)',
      en: 'whose entities depend on one site (power, station, gateway)',
    },
    'rule-area': {
      vi: `cùng một luật, cùng ở ${areaName(row.area_code ?? '')}`,
      en: `of one rule, all in ${areaName(row.area_code ?? '')}`,
    },
    rule: { vi: 'cùng một luật, ở nhiều nơi', en: 'of one rule, in several places' },
  };
  const { vi, en } = shared[row.kind];
  return {
    vi: `Gộp vì trong ${within} phút có từ ${terms.least} cảnh báo trở lên ${vi}. Cảnh báo mới cùng loại vào nhóm này, cho đến khi ${join} phút không có thêm.`,
    en: `One group because within ${within} minutes ${terms.least} alerts or more opened ${en}. New ones of the kind join it until none has come for ${join} minutes.`,
  };
}

type Urgency = [rank: number, over: number, severity: number, last: number, storm: number, id: string];

function urgency(line: QueueLine): Urgency {
  if ('alert' in line) {
    const { alert } = line;
    return [rankOf(alert), alert.condition === 'over' ? 1 : 0, -alert.severity, -alert.lastAt.getTime(), 0, alert.id];
  }
  const { group } = line;
  const rank = group.open > 0 ? 0 : group.holders.length > 0 ? 1 : 2;
  return [rank, group.over === group.count ? 1 : 0, -group.severity, -(group.lastAt?.getTime() ?? 0), 1, group.id];
}

const rankOf = (alert: Alert): number => (alert.state === 'acknowledged' ? 1 : alert.snoozed ? 2 : 0);

function compare<T extends string | number | readonly (string | number)[]>(a: T, b: T): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
