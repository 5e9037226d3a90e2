import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { Visible } from '../rights/index.ts';
import { plain } from '../words/index.ts';
import { flapped, withoutAction } from './statistics.ts';
import type { AlertsTables } from './tables.ts';
import type { Alert, AlertState, Condition, Severity, Step } from './types.ts';

export type AlertQuery = {
  /** `active`: everything that is not closed */
  state?: AlertState | 'active';
  condition?: Condition;
  /** at least this grave */
  severity?: Severity;
  area?: string;
  entity?: string;
  /** exact, or a prefix ending in ':' */
  source?: string;
  caseId?: string;
  organisation?: string;
  /** the type of its entity */
  type?: string;
  /** those behind a figure of the statistics, told by when they were known, not by when they happened */
  only?: 'without-action' | 'flapping';
  knownFrom?: Date;
  knownTo?: Date;
  /** of this storm */
  group?: string;
  /** words of title or entity, with or without diacritics */
  q?: string;
  /** of the time when it happened: from, to (exclusive) */
  from?: Date;
  to?: Date;
  /** urgent: unseen first (put off ones after those that somebody has), then still holding, then graver, then newer */
  sort?: 'urgent' | 'newest' | 'oldest';
  limit?: number;
  offset?: number;
};

export type AlertCounts = {
  /** not put off */
  open: number;
  snoozed: number;
  /** of the open ones: the condition is over, and nobody saw it yet */
  unseenOver: number;
  acknowledged: number;
  /** of the open and acknowledged ones */
  bySeverity: { severity: Severity; count: number }[];
};

const columns = { area: 'area_code', organisation: 'organisation_id', public: 'is_public' } as const;

/** A row with the group that it is in. */
export type AlertRow = Selectable<AlertsTables['alerts']> & { group_id: string | null };

const groupOf = sql<string | null>`(select group_id from alert_members where alert_members.alert_id = alerts.id)`;

export const asAlert = (row: AlertRow): Alert => ({
  id: row.id,
  key: row.key,
  source: row.source,
  entityId: row.entity_id,
  entityName: row.entity_name,
  title: row.title,
  text: row.text,
  severity: row.severity,
  value: row.value,
  unit: row.unit,
  peak: row.peak,
  worse: row.worse,
  count: row.count,
  happenedAt: row.happened_at,
  knownAt: row.known_at,
  lastAt: row.last_at,
  toldAt: row.told_at,
  state: row.state,
  condition: row.condition,
  overAt: row.over_at,
  acknowledged: row.acknowledged_at
    ? { id: row.acknowledged_by ?? '', name: row.acknowledged_name ?? '', at: row.acknowledged_at }
    : null,
  closed: row.closed_at
    ? { id: row.closed_by ?? '', name: row.closed_name ?? '', at: row.closed_at, reason: row.close_reason ?? '' }
    : null,
  reopened: row.reopened,
  caseId: row.case_id,
  opens: row.opens,
  evidence: row.evidence,
  areaCode: row.area_code,
  organisationId: row.organisation_id,
  provenance: row.provenance,
  isPublic: row.is_public,
  snoozed: row.snoozed_until
    ? {
        id: row.snoozed_by ?? '',
        name: row.snoozed_name ?? '',
        until: row.snoozed_until,
        reason: row.snooze_reason ?? '',
      }
    : null,
  remindAt: row.remind_at,
  reminders: row.reminders,
  turns: row.turns.map((at) => new Date(at)),
  flapping: row.flapping && { ...row.flapping, since: new Date(row.flapping.since) },
  quietAt: row.quiet_at,
  entityType: row.entity_type,
  groupId: row.group_id,
});

const asRow = (alert: Alert) => ({
  id: alert.id,
  key: alert.key,
  source: alert.source,
  entity_id: alert.entityId,
  entity_name: alert.entityName,
  title: alert.title,
  text: alert.text,
  severity: alert.severity,
  value: alert.value,
  unit: alert.unit,
  peak: alert.peak,
  worse: alert.worse,
  count: alert.count,
  happened_at: alert.happenedAt,
  known_at: alert.knownAt,
  last_at: alert.lastAt,
  told_at: alert.toldAt,
  state: alert.state,
  condition: alert.condition,
  over_at: alert.overAt,
  acknowledged_by: alert.acknowledged?.id ?? null,
  acknowledged_name: alert.acknowledged?.name ?? null,
  acknowledged_at: alert.acknowledged?.at ?? null,
  closed_by: alert.closed?.id ?? null,
  closed_name: alert.closed?.name ?? null,
  closed_at: alert.closed?.at ?? null,
  close_reason: alert.closed?.reason ?? null,
  reopened: alert.reopened,
  case_id: alert.caseId,
  opens: alert.opens,
  evidence: alert.evidence,
  area_code: alert.areaCode,
  organisation_id: alert.organisationId,
  provenance: alert.provenance,
  is_public: alert.isPublic,
  snoozed_until: alert.snoozed?.until ?? null,
  snoozed_by: alert.snoozed?.id ?? null,
  snoozed_name: alert.snoozed?.name ?? null,
  snooze_reason: alert.snoozed?.reason ?? null,
  remind_at: alert.remindAt,
  reminders: alert.reminders,
  turns: alert.turns,
  flapping: alert.flapping,
  quiet_at: alert.quietAt,
  entity_type: alert.entityType,
  search: plain(`${alert.title.vi} ${alert.title.en} ${alert.entityName} ${alert.entityId}`),
});

/**
 * Locks the keys, always in their order so that two processes wait for each other rather than block one another, and
 * reads the newest alert of each. Keys to clear that were never raised are left out.
 */
export async function lockKeys(
  tx: Tx,
  raise: readonly string[],
  clear: readonly string[],
): Promise<Map<string, Alert | null>> {
  const known =
    clear.length === 0
      ? { rows: [] }
      : await sql<{ key: string }>`select key from alert_keys where key = any(${clear}::text[])`.execute(tx);
  const keys = [...new Set([...raise, ...known.rows.map((row) => row.key)])];
  if (keys.length === 0) return new Map();
  const locked = await sql<{ key: string; alert_id: string | null }>`
    insert into alert_keys (key) select k from unnest(${keys}::text[]) as given (k) order by k collate "C"
    on conflict (key) do update set key = excluded.key returning key, alert_id`.execute(tx);
  const rows = await sql<AlertRow>`select *, ${groupOf} as group_id from alerts
    where id = any(${locked.rows.map((row) => row.alert_id)}::uuid[]) order by id for update`.execute(tx);
  const byId = new Map(rows.rows.map((row) => [row.id, asAlert(row)]));
  return new Map(locked.rows.map((row) => [row.key, row.alert_id ? (byId.get(row.alert_id) ?? null) : null]));
}

/** Locks one alert for a room that acts in its own name. */
export async function lockAlert(tx: Tx, id: string): Promise<Alert | null> {
  const row = await tx
    .withTables<AlertsTables>()
    .selectFrom('alerts')
    .selectAll()
    .select(groupOf.as('group_id'))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row ? asAlert(row) : null;
}

/** Locks alerts whose time has come: to be reminded of, put off until now, or quiet for long enough. What another process has is left to it. */
export async function lockDue(tx: Tx, now: Date, limit: number): Promise<Alert[]> {
  const rows = await sql<AlertRow>`select *, ${groupOf} as group_id from alerts
    where (state = 'open' and least(remind_at, snoozed_until) <= ${now}) or quiet_at <= ${now}
    order by least(remind_at, snoozed_until, quiet_at), id limit ${limit} for update skip locked`.execute(tx);
  return rows.rows.map(asAlert);
}

/** Writes alerts (new or changed) with one statement, and their new timeline lines with another. */
export async function writeAlerts(
  tx: Tx,
  alerts: readonly Alert[],
  steps: readonly { alertId: string; step: Step }[],
): Promise<void> {
  if (alerts.length > 0) {
    await sql`insert into alerts select * from jsonb_populate_recordset(null::alerts, ${JSON.stringify(alerts.map(asRow))}::jsonb)
      on conflict (id) do update set title = excluded.title, text = excluded.text, severity = excluded.severity,
        value = excluded.value, peak = excluded.peak, count = excluded.count, happened_at = excluded.happened_at,
        last_at = excluded.last_at, told_at = excluded.told_at, state = excluded.state, condition = excluded.condition,
        over_at = excluded.over_at, acknowledged_by = excluded.acknowledged_by,
        acknowledged_name = excluded.acknowledged_name, acknowledged_at = excluded.acknowledged_at,
        closed_by = excluded.closed_by, closed_name = excluded.closed_name, closed_at = excluded.closed_at,
        close_reason = excluded.close_reason, reopened = excluded.reopened, case_id = excluded.case_id,
        evidence = excluded.evidence, search = excluded.search, snoozed_until = excluded.snoozed_until,
        snoozed_by = excluded.snoozed_by, snoozed_name = excluded.snoozed_name,
        snooze_reason = excluded.snooze_reason, remind_at = excluded.remind_at, reminders = excluded.reminders,
        turns = excluded.turns, flapping = excluded.flapping, quiet_at = excluded.quiet_at`.execute(tx);
  }
  if (steps.length > 0) {
    const lines = steps.map(({ alertId, step }) => ({
      alert_id: alertId,
      kind: step.kind,
      happened_at: step.happenedAt,
      known_at: step.knownAt,
      by_id: step.by.id,
      by_name: step.by.name,
      value: step.value,
      note: step.note,
    }));
    await sql`insert into alert_steps (alert_id, kind, happened_at, known_at, by_id, by_name, value, note)
      select alert_id, kind, happened_at, known_at, by_id, by_name, value, note
      from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as line (alert_id uuid, kind text,
        happened_at timestamptz, known_at timestamptz, by_id text, by_name text, value float8, note text)`.execute(tx);
  }
}

/** Remembers the newest alert of each key. */
export async function pointKeys(tx: Tx, newest: readonly { key: string; id: string }[]): Promise<void> {
  if (newest.length === 0) return;
  await sql`update alert_keys set alert_id = given.id
    from unnest(${newest.map((one) => one.key)}::text[], ${newest.map((one) => one.id)}::uuid[]) as given (key, id)
    where alert_keys.key = given.key`.execute(tx);
}

export async function findAlerts(
  db: Db,
  rights: Visible,
  query: AlertQuery,
): Promise<{ items: Alert[]; total: number }> {
  let base = db.withTables<AlertsTables>().selectFrom('alerts').where(rights.where(columns));
  if (query.state === 'active') base = base.where('state', '<>', 'closed');
  else if (query.state) base = base.where('state', '=', query.state);
  if (query.condition) base = base.where('condition', '=', query.condition);
  if (query.severity) base = base.where('severity', '>=', query.severity);
  if (query.area) base = base.where('area_code', '=', query.area);
  if (query.entity) base = base.where('entity_id', '=', query.entity);
  if (query.caseId) base = base.where('case_id', '=', query.caseId);
  if (query.organisation) base = base.where('organisation_id', '=', query.organisation);
  if (query.type) base = base.where('entity_type', '=', query.type);
  if (query.only) base = base.where(query.only === 'flapping' ? flapped : withoutAction);
  if (query.knownFrom) base = base.where('known_at', '>=', query.knownFrom);
  if (query.knownTo) base = base.where('known_at', '<', query.knownTo);
  if (query.group) {
    const { group } = query;
    base = base.where((eb) =>
      eb.exists(
        eb.selectFrom('alert_members as m').whereRef('m.alert_id', '=', 'alerts.id').where('m.group_id', '=', group),
      ),
    );
  }
  if (query.from) base = base.where('happened_at', '>=', query.from);
  if (query.to) base = base.where('happened_at', '<', query.to);
  if (query.source) {
    base = query.source.endsWith(':')
      ? base.where('source', 'like', `${escapeLike(query.source)}%`)
      : base.where('source', '=', query.source);
  }
  if (query.q) base = base.where('search', 'like', `%${escapeLike(plain(query.q))}%`);
  let ordered = base.selectAll().select(groupOf.as('group_id'));
  if (query.sort === 'newest') ordered = ordered.orderBy('happened_at', 'desc');
  else if (query.sort === 'oldest') ordered = ordered.orderBy('happened_at', 'asc');
  else {
    ordered = ordered
      .orderBy(
        sql`case when state = 'open' and snoozed_until is null then 0 when state = 'acknowledged' then 1
          when state = 'open' then 2 else 3 end`,
      )
      .orderBy(sql`condition = 'over'`)
      .orderBy('severity', 'desc')
      .orderBy('last_at', 'desc');
  }
  const [items, count] = await Promise.all([
    ordered
      .orderBy('id')
      .limit(query.limit ?? 100)
      .offset(query.offset ?? 0)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items: items.map(asAlert), total: count.n };
}

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One alert that its reader may see; with `lock` nobody else moves it until the transaction ends. */
export async function getAlert(db: Db | Tx, rights: Visible, id: string, lock = false): Promise<Alert | null> {
  if (!UUID.test(id)) return null;
  const query = await db
    .withTables<AlertsTables>()
    .selectFrom('alerts')
    .selectAll()
    .select(groupOf.as('group_id'))
    .where('id', '=', id)
    .where(rights.where(columns));
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row ? asAlert(row) : null;
}

/** The timeline of an alert that its reader may see, oldest first. */
export async function stepsOf(db: Db, rights: Visible, id: string): Promise<Step[]> {
  const rows = await db
    .withTables<AlertsTables>()
    .selectFrom('alert_steps as s')
    .innerJoin('alerts as a', 'a.id', 's.alert_id')
    .selectAll('s')
    .where('a.id', '=', id)
    .where(rights.where({ area: 'a.area_code', organisation: 'a.organisation_id', public: 'a.is_public' }))
    .orderBy('s.id')
    .execute();
  return rows.map((row) => ({
    kind: row.kind,
    happenedAt: row.happened_at,
    knownAt: row.known_at,
    by: { id: row.by_id, name: row.by_name },
    value: row.value,
    note: row.note,
  }));
}

/** Counts of what is not closed, within the reader's rights. */
export async function countAlerts(db: Db, rights: Visible): Promise<AlertCounts> {
  const rows = await db
    .withTables<AlertsTables>()
    .selectFrom('alerts')
    .where('state', '<>', 'closed')
    .where(rights.where(columns))
    .select(sql<boolean>`snoozed_until is not null`.as('snoozed'))
    .groupBy(['state', 'condition', 'severity', sql`snoozed_until is not null`])
    .select((eb) => ['state', 'condition', 'severity', eb.fn.countAll<number>().as('n')])
    .execute();
  const sum = (wanted: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(wanted).reduce((total, row) => total + row.n, 0);
  const grades: Severity[] = [5, 4, 3, 2, 1];
  return {
    open: sum((row) => row.state === 'open' && !row.snoozed),
    snoozed: sum((row) => row.state === 'open' && row.snoozed),
    unseenOver: sum((row) => row.state === 'open' && row.condition === 'over'),
    acknowledged: sum((row) => row.state === 'acknowledged'),
    bySeverity: grades.map((severity) => ({ severity, count: sum((row) => row.severity === severity) })),
  };
}

function escapeLike(text: string): string {
  return text.replace(/[%_\\]/g, '\\$&');
}

/** The given alerts, and those of the given storms that are not closed. */
export type Which = { ids?: readonly string[]; groups?: readonly string[] };

/** What their reader may see of them; locked in the order in which all lock them. */
export async function readMany(db: Db | Tx, rights: Visible, which: Which, lock: boolean): Promise<Alert[]> {
  const ids = (which.ids ?? []).filter((id) => UUID.test(id));
  const rows = await sql<AlertRow>`select *, ${groupOf} as group_id from alerts
    where (id = any(${ids}::uuid[]) or state <> 'closed'
        and id in (select alert_id from alert_members where group_id = any(${which.groups ?? []}::uuid[])))
      and ${rights.where(columns)} order by id ${lock ? sql`for update` : sql``}`.execute(db);
  return rows.rows.map(asAlert);
}

/** Of these storms, those of which nobody was reminded since; the caller reminds of them. Once, over all processes. */
export async function takeGroupReminders(tx: Tx, ids: readonly string[], now: Date, since: Date): Promise<Set<string>> {
  const rows = await sql<{ group_id: string }>`insert into alert_group_reminders (group_id, at)
    select g, ${now} from unnest(${[...new Set(ids)].sort()}::uuid[]) as g order by g
    on conflict (group_id) do update set at = excluded.at where alert_group_reminders.at <= ${since}
    returning group_id`.execute(tx);
  return new Set(rows.rows.map((row) => row.group_id));
}
