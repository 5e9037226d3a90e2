/**
 * Pauses: times in which something is not alarmed, such as planned maintenance; by name and reason, over by
 * themselves. What would have alerted is kept and shown, and raised at the end where it still holds.
 */
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { withinPeriods } from '../calendar/index.ts';
import type { Entity } from '../context/index.ts';
import type { Db, Tx } from '../database/index.ts';
import { covers, type Placed, type Principal, type Visible } from '../rights/index.ts';
import { refuse, type Text } from '../words/index.ts';
import { dependsOn } from './groups.ts';
import type { AlertsTables } from './tables.ts';
import type { HeldBack, NewAlert, NewPause, Pause, PauseScope } from './types.ts';

const LONGEST_PAUSE_DAYS = 366;

type PauseRow = Selectable<AlertsTables['alert_pauses']>;
type CountedRow = PauseRow & { held: number; waiting: number };

/** Whether a pause is on at a time. */
export function isOn(pause: Pick<PauseRow, 'from_at' | 'until_at' | 'ended_at' | 'weekly'>, at: Date): boolean {
  if (pause.ended_at !== null || at < pause.from_at || at >= pause.until_at) return false;
  return pause.weekly === null || withinPeriods(pause.weekly)(at.getTime());
}

/** Whether an alert that would be raised falls under a pause; an entity that is not known falls under none by type or site. */
export function falls(
  scope: PauseScope,
  seen: Pick<NewAlert, 'source' | 'entityId' | 'areaCode' | 'organisationId'>,
  entity: Entity | undefined,
): boolean {
  if (scope.entity !== undefined && scope.entity !== seen.entityId) return false;
  if (scope.site !== undefined && scope.site !== seen.entityId) {
    if (!entity || !dependsOn(entity).includes(scope.site)) return false;
  }
  if (scope.source !== undefined && scope.source !== seen.source) return false;
  if (scope.type !== undefined && scope.type !== entity?.type) return false;
  if (scope.area !== undefined && scope.area !== seen.areaCode) return false;
  return scope.organisation === undefined || scope.organisation === seen.organisationId;
}

/** Pauses that are not over yet, as the database knows them now. */
export async function openPauses(tx: Tx, now: Date): Promise<PauseRow[]> {
  const rows = await sql<PauseRow>`select * from alert_pauses where ended_at is null and until_at > ${now}
    and from_at <= ${now} order by made_at, id`.execute(tx);
  return rows.rows;
}

/** Keeps what a pause holds back; the caller holds the lock of the key. */
export async function keepHeld(
  tx: Tx,
  held: readonly { seen: NewAlert; entityName: string; pause: string }[],
): Promise<void> {
  const rows = held.map(({ seen, entityName, pause }) => ({
    id: randomUUID(),
    key: seen.key,
    pause_id: pause,
    entity_id: seen.entityId,
    entity_name: entityName,
    title: seen.title,
    severity: seen.severity,
    area_code: seen.areaCode,
    organisation_id: seen.organisationId,
    is_public: seen.isPublic ?? false,
    times: seen.times ?? 1,
    since_at: seen.happenedAt,
    last_at: seen.lastAt ?? seen.happenedAt,
    over_at: null,
    released_at: null,
    alert: seen,
  }));
  if (rows.length === 0) return;
  await sql`insert into alert_held select * from jsonb_populate_recordset(null::alert_held, ${JSON.stringify(rows)}::jsonb)
    on conflict (key) where over_at is null and released_at is null do update set times = alert_held.times + excluded.times,
      pause_id = excluded.pause_id,
      severity = greatest(alert_held.severity, excluded.severity), last_at = excluded.last_at, title = excluded.title,
      alert = excluded.alert || jsonb_build_object('happenedAt', alert_held.alert -> 'happenedAt')`.execute(tx);
}

/** The condition of these keys is over: what waited is over too. */
export async function endHeld(tx: Tx, ended: readonly { key: string; at: Date }[]): Promise<void> {
  if (ended.length === 0) return;
  await sql`update alert_held set over_at = given.at
    from unnest(${ended.map((one) => one.key)}::text[], ${ended.map((one) => one.at.toISOString())}::timestamptz[]) as given (key, at)
    where alert_held.key = given.key and over_at is null and released_at is null`.execute(tx);
}

/** What was raised after all does not wait any more. */
export async function releaseHeld(tx: Tx, keys: readonly string[], now: Date): Promise<void> {
  if (keys.length === 0) return;
  await sql`update alert_held set released_at = ${now}
    where key = any(${keys}::text[]) and over_at is null and released_at is null`.execute(tx);
}

/** What waits though its pause is not on any more, as it would have been raised. */
export async function freed(tx: Tx, now: Date): Promise<NewAlert[]> {
  const rows = await sql<Pick<PauseRow, 'from_at' | 'until_at' | 'ended_at' | 'weekly'> & { alert: Stored }>`
    select p.from_at, p.until_at, p.ended_at, p.weekly, h.alert from alert_held h join alert_pauses p on p.id = h.pause_id
    where h.over_at is null and h.released_at is null order by h.key`.execute(tx);
  return rows.rows
    .filter((row) => !isOn(row, now))
    .map(({ alert: { happenedAt, lastAt, ...alert } }) => ({
      ...alert,
      happenedAt: new Date(happenedAt),
      lastAt: new Date(lastAt ?? happenedAt),
    }));
}

type Stored = Omit<NewAlert, 'happenedAt' | 'lastAt'> & { happenedAt: string; lastAt?: string };

/** Refuses what a pause may not be: of everything, of nothing's time, or beyond the rights of who makes it. */
export function demandPause(principal: Principal, pause: NewPause, entity: Entity | null, now: Date): Placed {
  const { scope, from, until } = pause;
  if (Object.keys(scope).length === 0) throw ofEverything();
  const days = (until.getTime() - from.getTime()) / 86_400_000;
  if (!(days > 0) || days > LONGEST_PAUSE_DAYS || until <= now) throw badTime();
  if (pause.weekly) withinPeriods(pause.weekly);
  const place: Placed = {
    areaCode: entity?.areaCode ?? scope.area ?? null,
    organisationId: entity?.organisationId ?? scope.organisation ?? null,
  };
  if (!covers(principal, 'alert:act', place)) throw beyondRights();
  return place;
}

const columns = { area: 'p.area_code', organisation: 'p.organisation_id' } as const;

const counted = sql`(select count(*) from alert_held h where h.pause_id = p.id) as held, (select count(*) from alert_held h
  where h.pause_id = p.id and h.over_at is null and h.released_at is null) as waiting`;

export async function readPauses(
  db: Db,
  rights: Visible,
  query: { state?: 'now' | 'all' },
  now: Date,
): Promise<Pause[]> {
  const open = query.state === 'now' ? sql`and p.ended_at is null and p.until_at > ${now}` : sql``;
  const rows = await sql<CountedRow>`select p.*, ${counted}
    from alert_pauses p where ${rights.where(columns)} ${open} order by p.until_at desc, p.id limit 500`.execute(db);
  return rows.rows.map((row) => asPause(row, now));
}

export async function writePause(
  tx: Tx,
  principal: Principal,
  pause: NewPause,
  place: Placed,
  words: Text,
  now: Date,
): Promise<Pause> {
  const row: PauseRow = {
    id: randomUUID(),
    scope: pause.scope,
    from_at: pause.from,
    until_at: pause.until,
    weekly: pause.weekly ?? null,
    reason: pause.reason.trim(),
    words,
    area_code: place.areaCode,
    organisation_id: place.organisationId,
    made_by: principal.id,
    made_name: principal.name,
    made_at: now,
    ended_by: null,
    ended_name: null,
    ended_at: null,
  };
  await sql`insert into alert_pauses select * from jsonb_populate_record(null::alert_pauses, ${JSON.stringify(row)}::jsonb)`.execute(
    tx,
  );
  return asPause({ ...row, held: 0, waiting: 0 }, now);
}

/** Nobody else ends it meanwhile; null where it may not be seen. */
export async function lockPause(tx: Tx, rights: Visible, id: string, now: Date): Promise<Pause | null> {
  const rows = await sql<CountedRow>`select p.*, ${counted} from alert_pauses p
    where id = ${id} and ${rights.where(columns)} for update`.execute(tx);
  const [row] = rows.rows;
  return row ? asPause(row, now) : null;
}

export async function endPause(tx: Tx, principal: Principal, id: string, now: Date): Promise<void> {
  await sql`update alert_pauses set ended_at = ${now}, ended_by = ${principal.id}, ended_name = ${principal.name}
    where id = ${id}`.execute(tx);
}

/** What pauses held back, newest first; of one pause or one entity, or all that waits now. */
export async function readHeldBack(
  db: Db,
  rights: Visible,
  query: { pause?: string; entity?: string },
): Promise<HeldBack[]> {
  const of = query.pause
    ? sql`h.pause_id = ${query.pause}`
    : query.entity
      ? sql`h.entity_id = ${query.entity}`
      : sql`h.over_at is null and h.released_at is null`;
  const rows =
    await sql<HeldBack>`select h.id, h.entity_id as "entityId", h.entity_name as "entityName", h.title, h.severity,
      h.times, h.since_at as "since", h.last_at as "lastAt", h.over_at as "overAt", h.released_at as "releasedAt",
      h.pause_id as "pauseId", p.until_at as "until", p.reason
    from alert_held h join alert_pauses p on p.id = h.pause_id
    where ${of} and ${rights.where({ area: 'h.area_code', organisation: 'h.organisation_id', public: 'h.is_public' })}
    order by h.since_at desc, h.id limit 500`.execute(db);
  return rows.rows;
}

function asPause(row: CountedRow, now: Date): Pause {
  return {
    id: row.id,
    scope: row.scope,
    words: row.words,
    from: row.from_at,
    until: row.until_at,
    weekly: row.weekly,
    reason: row.reason,
    made: { id: row.made_by, name: row.made_name, at: row.made_at },
    ended: row.ended_at ? { id: row.ended_by ?? '', name: row.ended_name ?? '', at: row.ended_at } : null,
    state:
      row.ended_at !== null || row.until_at <= now
        ? 'over'
        : isOn(row, now)
          ? 'on'
          : row.from_at > now
            ? 'coming'
            : 'between',
    held: row.held,
    waiting: row.waiting,
    areaCode: row.area_code,
    organisationId: row.organisation_id,
  };
}

/** 'Đối tượng Trạm Vũ Thư; địa bàn xã Vũ Thư'. */
export function pauseWords(scope: PauseScope, names: { entity?: string; type?: Text; area?: string }): Text {
  const { entity, site, source, type, area, organisation } = scope;
  const rule = source?.replace(/^rule:/, '');
  const parts: (Text | false)[] = [
    entity !== undefined && { vi: `đối tượng ${names.entity ?? entity}`, en: `entity ${names.entity ?? entity}` },
    site !== undefined && {
      vi: `${names.entity ?? site} và mọi đối tượng phụ thuộc`,
      en: `${names.entity ?? site} and all that depends on it`,
    },
    rule !== undefined &&
      (source === 'silence'
        ? { vi: 'cảnh báo mất số liệu', en: 'alerts of silence' }
        : { vi: `luật ${rule}`, en: `rule ${rule}` }),
    type !== undefined && { vi: `loại ${names.type?.vi ?? type}`, en: `type ${names.type?.en ?? type}` },
    area !== undefined && { vi: `địa bàn ${names.area ?? area}`, en: `area ${names.area ?? area}` },
    organisation !== undefined && { vi: `đơn vị ${organisation}`, en: `unit ${organisation}` },
  ];
  const given = parts.filter((part) => part !== false);
  return { vi: given.map((part) => part.vi).join('; '), en: given.map((part) => part.en).join('; ') };
}

function ofEverything() {
  return refuse(422, 'pause-of-everything', {
    vi: 'Hãy chọn ít nhất một điều: đối tượng, điểm phụ thuộc, luật, loại, địa bàn hoặc đơn vị. Không tạm dừng được mọi cảnh báo.',
    en: 'Choose at least one thing: an entity, a site, a rule, a type, an area or a unit. All alerts cannot be paused.',
  });
}

function badTime() {
  return refuse(422, 'pause-time', {
    vi: `Thời gian tạm dừng phải kết thúc sau lúc bắt đầu và sau bây giờ, dài nhất ${LONGEST_PAUSE_DAYS} ngày.`,
    en: `A pause must end after it begins and after now, and last ${LONGEST_PAUSE_DAYS} days at most.`,
  });
}

function beyondRights() {
  return refuse(403, 'forbidden', {
    vi: 'Bạn chỉ tạm dừng được cảnh báo trong địa bàn hoặc đơn vị mình phụ trách. Hãy chọn đối tượng, địa bàn hoặc đơn vị của mình.',
    en: 'You may pause alerts of your own area or unit only. Choose an entity, area or unit of yours.',
  });
}
