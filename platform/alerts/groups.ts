/**
 * Storms: alerts that open in a short time and share one thing are one group, so that an operator can work. What they
 * may share, in this order: a site or gateway that their entities depend on; the rule (or other source) within one
 * commune; the rule across communes. `notes/life-cycle.md` says the same in words.
 */
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Entity } from '../context/index.ts';
import type { Tx } from '../database/index.ts';
import type { Text } from '../words/index.ts';
import { graver } from './life-cycle.ts';
import type { AlertsTables } from './tables.ts';
import type { Alert, Severity } from './types.ts';

export type StormTerms = {
  /** so many alerts that share one thing ... */
  least: number;
  /** ... and opened within this time are a group */
  withinMs: number;
  /** an alert joins an open group until so long after the last one did */
  joinWithinMs: number;
};

export const defaultStorm: StormTerms = { least: 10, withinMs: 5 * 60_000, joinWithinMs: 15 * 60_000 };

type GroupRow = Selectable<AlertsTables['alert_groups']>;
export type Place = { areaCode: string | null; organisationId: string | null };

/** An alert that opened now, and what its entity depends on. */
export type Opened = { alert: Alert; on: readonly string[] };

/** What came of it: in which group each alert is, and of which groups somebody must be told. */
export type Joined = {
  groupOf: Map<string, string>;
  /** alerts graver than all that their group had: they are told of by themselves too */
  graver: Set<string>;
  told: { group: GroupRow; count: number; places: Place[] }[];
};

/** What an entity says that it depends on: its site, its gateway. */
export function dependsOn({ properties, id }: Pick<Entity, 'id' | 'properties'>): string[] {
  const given = properties.dependsOn;
  const list = Array.isArray(given) ? given : [given];
  return list.filter((one): one is string => typeof one === 'string' && one !== id);
}

/** What an alert is about, without where: 'Mất số liệu: Trạm Vũ Thư' is 'Mất số liệu'. */
export function topicOf(title: Text, entityName: string): Text {
  const cut = (text: string, joins: RegExp): string => {
    const at = entityName === '' ? -1 : text.indexOf(entityName);
    if (at < 0) return text;
    const rest = `${text.slice(0, at).replace(joins, '')}${text.slice(at + entityName.length)}`.trim();
    return rest === '' ? text : rest;
  };
  return {
    vi: cut(title.vi, /\s*(:|–|-|\btại|\bở|\bcủa)?\s*$/u),
    en: cut(title.en, /\s*(:|–|-|\bat|\bin|\bof)?\s*$/u),
  };
}

type Candidate = Place & { id: string; source: string; severity: Severity; title: Text; entityName: string };

/**
 * Puts alerts that opened now into groups. Openings that share a thing wait for each other here, so that two
 * processes make one group; the caller has locked the alerts' keys before, and locks nothing after.
 */
export async function joinGroups(
  tx: Tx,
  opened: readonly Opened[],
  terms: StormTerms,
  known: Date,
  nameOf: (entityId: string) => Promise<string>,
): Promise<Joined> {
  const joined: Joined = { groupOf: new Map(), graver: new Set(), told: [] };
  if (opened.length === 0) return joined;
  const shares = new Map<string, Opened[]>();
  const add = (share: string, one: Opened) => shares.set(share, [...(shares.get(share) ?? []), one]);
  for (const one of opened) {
    for (const id of one.on) add(`on:${id}`, one);
    add(one.alert.source, one);
  }
  const names = [...shares.keys()].sort();
  await sql`select pg_advisory_xact_lock(n) from (
    select distinct hashtextextended(s, 2020) as n from unnest(${names}::text[]) as s order by 1 offset 0) as l`.execute(
    tx,
  );
  await note(tx, shares, terms, known);

  const open = await openGroups(tx, opened, new Date(known.getTime() - terms.joinWithinMs));
  const grown = new Map<string, { group: GroupRow; members: Candidate[] }>();
  const put = (group: GroupRow, members: readonly Candidate[], fresh: boolean): void => {
    const mine = grown.get(group.id) ?? { group, members: [] };
    mine.members.push(...members);
    grown.set(group.id, mine);
    for (const one of members) {
      joined.groupOf.set(one.id, group.id);
      if (!fresh && one.severity > group.worst) joined.graver.add(one.id);
    }
    group.worst = members.reduce<Severity>((worst, one) => graver(worst, one.severity), group.worst);
  };

  // An alert that came back is in its old group still.
  const before = await membersOf(
    tx,
    opened.map(({ alert }) => alert.id),
  );
  for (const [id, group] of before) joined.groupOf.set(id, group);
  for (const { alert, on } of opened) {
    if (before.has(alert.id)) continue;
    const wanted = [...on.map((id) => `on:${id}`), alert.source, areaShare(alert.source, alert.areaCode)];
    const found = wanted.flatMap((share) => open.get(share) ?? [])[0];
    if (found) put(found, [asCandidate(alert)], false);
  }

  const freshById = new Map(opened.map(({ alert }) => [alert.id, alert]));
  const waiting = async (share: string): Promise<Candidate[]> =>
    (await recent(tx, share, freshById)).filter((one) => !joined.groupOf.has(one.id));
  for (const share of names) {
    if (!share.startsWith('on:') || open.has(share)) continue;
    const found = await waiting(share);
    if (found.length < terms.least) continue;
    const entityId = share.slice(3);
    const name = await nameOf(entityId);
    const title = { vi: `Phụ thuộc vào ${name}`, en: `Depend on ${name}` };
    put(fresh('site', share, { entityId, title, known, found }), found, true);
  }
  for (const source of names) {
    if (source.startsWith('on:') || open.has(source)) continue;
    const found = await waiting(source);
    if (found.length < terms.least) continue;
    const narrow = await openInAreas(tx, source, new Date(known.getTime() - terms.joinWithinMs));
    const areas = new Set(found.map((one) => one.areaCode));
    const [area = null] = areas;
    const first = found[0];
    if (!first) continue;
    const title = topicOf(first.title, first.entityName);
    if (areas.size === 1 && area !== null && narrow.length === 0) {
      put(fresh('rule-area', areaShare(source, area), { source, area, title, known, found }), found, true);
      continue;
    }
    // What began in one commune has spread: the wide group takes what the narrow ones have.
    const wide = fresh('rule', source, { source, title, known, found });
    for (const one of narrow) {
      if (one.worst > wide.worst) wide.worst = one.worst;
      if (one.opened_at < wide.opened_at) wide.opened_at = one.opened_at;
    }
    put(wide, found, true);
    await absorb(
      tx,
      narrow.map((one) => one.id),
      wide.id,
    );
    for (const one of narrow) {
      const mine = grown.get(one.id);
      grown.delete(one.id);
      if (mine) put(wide, mine.members, true);
    }
  }
  await write(tx, grown, known);
  joined.told = await placesToTell(tx, grown);
  return joined;
}

const areaShare = (source: string, area: string | null): string => `${source}@${area ?? ''}`;

const asCandidate = (alert: Alert): Candidate => ({
  id: alert.id,
  source: alert.source,
  severity: alert.severity,
  title: alert.title,
  entityName: alert.entityName,
  areaCode: alert.areaCode,
  organisationId: alert.organisationId,
});

function fresh(
  kind: GroupRow['kind'],
  share: string,
  of: {
    source?: string;
    entityId?: string;
    area?: string;
    title: Text;
    known: Date;
    found: readonly Candidate[];
  },
): GroupRow {
  return {
    id: randomUUID(),
    kind,
    share,
    source: of.source ?? null,
    entity_id: of.entityId ?? null,
    area_code: of.area ?? null,
    title: of.title,
    opened_at: of.known,
    joined_at: of.known,
    worst: of.found.reduce<Severity>((worst, one) => graver(worst, one.severity), 1),
    into_id: null,
  };
}

/** Writes down what opened, and forgets what opened too long ago to count. */
async function note(
  tx: Tx,
  shares: ReadonlyMap<string, readonly Opened[]>,
  terms: StormTerms,
  known: Date,
): Promise<void> {
  const names = [...shares.keys()];
  await sql`delete from alert_openings where share = any(${names}::text[])
    and (at <= ${new Date(known.getTime() - terms.withinMs)} or at > ${known})`.execute(tx);
  const rows = [...shares].flatMap(([share, all]) => all.map(({ alert }) => ({ share, id: alert.id })));
  await sql`insert into alert_openings (share, at, alert_id)
    select share, ${known}, id from unnest(${rows.map((row) => row.share)}::text[], ${rows.map((row) => row.id)}::uuid[])
      as given (share, id) on conflict do nothing`.execute(tx);
}

async function openGroups(tx: Tx, opened: readonly Opened[], since: Date): Promise<Map<string, GroupRow>> {
  const wanted = new Set(
    opened.flatMap(({ alert, on }) => [
      ...on.map((id) => `on:${id}`),
      alert.source,
      areaShare(alert.source, alert.areaCode),
    ]),
  );
  const rows = await sql<GroupRow>`select * from alert_groups g where into_id is null and joined_at >= ${since}
    and share = any(${[...wanted]}::text[]) and ${isActive} order by opened_at, id`.execute(tx);
  return new Map(rows.rows.map((row) => [row.share, row]));
}

async function openInAreas(tx: Tx, source: string, since: Date): Promise<GroupRow[]> {
  const rows = await sql<GroupRow>`select * from alert_groups g where into_id is null and joined_at >= ${since}
    and kind = 'rule-area' and source = ${source} and ${isActive} order by opened_at, id`.execute(tx);
  return rows.rows;
}

/** A storm that is dealt with takes no more: what comes then is told of by itself. */
const isActive = sql`exists (select 1 from alert_members m join alerts a on a.id = m.alert_id
  where m.group_id = g.id and a.state <> 'closed')`;

/** In which group these alerts are. */
export async function membersOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql<{ alert_id: string; group_id: string }>`select alert_id, group_id from alert_members
    where alert_id = any(${ids}::uuid[])`.execute(tx);
  return new Map(rows.rows.map((row) => [row.alert_id, row.group_id]));
}

/** What opened lately with this share and is in no group; what opens now is not in the table yet. */
async function recent(tx: Tx, share: string, opening: ReadonlyMap<string, Alert>): Promise<Candidate[]> {
  const rows = await sql<Candidate & { alertId: string }>`select o.alert_id as "alertId", a.id, a.source, a.severity,
      a.title, a.entity_name as "entityName", a.area_code as "areaCode", a.organisation_id as "organisationId"
    from alert_openings o left join alerts a on a.id = o.alert_id
    where o.share = ${share} and not exists (select 1 from alert_members m where m.alert_id = o.alert_id)
    order by o.at, o.alert_id`.execute(tx);
  const seen = new Map<string, Candidate>();
  for (const { alertId, ...row } of rows.rows) {
    const now = opening.get(alertId);
    if (now) seen.set(alertId, asCandidate(now));
    else if (row.id) seen.set(alertId, row);
  }
  return [...seen.values()];
}

async function absorb(tx: Tx, narrow: readonly string[], wide: string): Promise<void> {
  if (narrow.length === 0) return;
  await sql`update alert_members set group_id = ${wide} where group_id = any(${narrow}::uuid[])`.execute(tx);
  await sql`update alert_groups set into_id = ${wide} where id = any(${narrow}::uuid[]) or into_id = any(${narrow}::uuid[])`.execute(
    tx,
  );
}

async function write(
  tx: Tx,
  grown: ReadonlyMap<string, { group: GroupRow; members: readonly Candidate[] }>,
  known: Date,
): Promise<void> {
  if (grown.size === 0) return;
  const groups = [...grown.values()].map(({ group }) => ({ ...group, joined_at: known }));
  await sql`insert into alert_groups select * from jsonb_populate_recordset(null::alert_groups, ${JSON.stringify(groups)}::jsonb)
    on conflict (id) do update set joined_at = excluded.joined_at, worst = excluded.worst`.execute(tx);
  const rows = [...grown.values()].flatMap(({ group, members }) => members.map(({ id }) => ({ id, group: group.id })));
  await sql`insert into alert_members (alert_id, group_id, joined_at)
    select id, g, ${known} from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.group)}::uuid[])
      as given (id, g) on conflict (alert_id) do update set group_id = excluded.group_id`.execute(tx);
}

/** Groups with members at places whose people were not told of them yet. */
async function placesToTell(
  tx: Tx,
  grown: ReadonlyMap<string, { group: GroupRow; members: readonly Candidate[] }>,
): Promise<Joined['told']> {
  const told: Joined['told'] = [];
  for (const { group, members } of grown.values()) {
    const places = new Map(members.map((one) => [`${one.areaCode} ${one.organisationId}`, one]));
    const fresh = await sql<{ area: string; organisation: string }>`
      insert into alert_group_places (group_id, area_code, organisation_id)
      select ${group.id}, coalesce(area, ''), coalesce(organisation, '') from unnest(
        ${[...places.values()].map((one) => one.areaCode)}::text[],
        ${[...places.values()].map((one) => one.organisationId)}::text[]) as given (area, organisation)
      on conflict do nothing returning area_code as area, organisation_id as organisation`.execute(tx);
    if (fresh.rows.length === 0) continue;
    const count = await sql<{
      n: number;
    }>`select count(*) as n from alert_members where group_id = ${group.id}`.execute(tx);
    told.push({
      group,
      count: count.rows[0]?.n ?? 0,
      places: fresh.rows.map((row) => ({ areaCode: row.area || null, organisationId: row.organisation || null })),
    });
  }
  return told;
}
