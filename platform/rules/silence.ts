/**
 * Silence is an alarm by default: an entity that promised data and sent none for three of its intervals (at least five
 * minutes) raises an alert without anyone writing a rule. Only time in which the platform was up is counted.
 */
import { sql } from 'kysely';
import { type Alerts, type Change, dependsOn } from '../alerts/index.ts';
import { type Context, type Entity, type NamedType, promisedSeconds, silentAfterSeconds } from '../context/index.ts';
import type { Db, Tx } from '../database/index.ts';
import { durationWords } from './duration.ts';
import { localMinute } from './fill.ts';
import { causesOf, releaseSilences, writeHeld } from './held.ts';
import type { RulesTables } from './tables.ts';

/** Beats come every 15 s; four missed ones are a time in which the platform was down. */
const BEAT_LOST_MS = 60_000;
/** A silence that goes on is said again this often, so that the alert shows that it still is. */
const AGAIN_MS = 3_600_000;
const KEEP_UPTIME_MS = 400 * 86_400_000;

/** A stretch of time, in ms. */
export type Span = { from: number; to: number };

/** The promised interval of an entity in ms: the shortest of what it sends itself; null for none. */
export function promisedMs(type: Pick<NamedType, 'observes'>, entity: Pick<Entity, 'properties'>): number | null {
  const seconds = promisedSeconds(type.observes, entity);
  return seconds === null ? null : seconds * 1000;
}

/** How long silence may last, in ms. */
export const silentAfterMs = (everyMs: number): number => silentAfterSeconds(everyMs / 1000) * 1000;

/** How much of the time from `since` to `now` the platform was up, in ms. */
export function upSince(up: readonly Span[], since: number, now: number): number {
  return up.reduce((sum, span) => sum + Math.max(0, Math.min(span.to, now) - Math.max(span.from, since)), 0);
}

/**
 * Writes that the platform is up now. A long time since the last beat begins a new stretch; a clock that went back
 * cuts off what now lies in the future.
 */
export async function beat(tx: Tx, now: Date): Promise<Span[]> {
  await sql`delete from platform_uptime where from_at > ${now} or to_at < ${new Date(now.getTime() - KEEP_UPTIME_MS)}`.execute(
    tx,
  );
  await sql`update platform_uptime set to_at = ${now} where to_at > ${now}`.execute(tx);
  const goesOn = await sql`update platform_uptime set to_at = ${now}
    where from_at = (select max(from_at) from platform_uptime)
      and to_at >= ${new Date(now.getTime() - BEAT_LOST_MS)}`.execute(tx);
  if (Number(goesOn.numAffectedRows ?? 0) === 0) {
    await sql`insert into platform_uptime (from_at, to_at) values (${now}, ${now}) on conflict do nothing`.execute(tx);
  }
  const rows = await tx.withTables<RulesTables>().selectFrom('platform_uptime').selectAll().execute();
  return rows.map((row) => ({ from: row.from_at.getTime(), to: row.to_at.getTime() }));
}

export type SilenceOptions = {
  db: Db;
  context: Pick<Context, 'types' | 'quiet' | 'read' | 'latest'>;
  alerts: Pick<Alerts, 'change'>;
};

/**
 * One look at all entities that promised data and did not keep it; one process at a time.
 * @returns how many are silent, or null where another process looks
 */
export async function lookForSilence(options: SilenceOptions, now: Date): Promise<number | null> {
  const { db, context, alerts } = options;
  return db.transaction().execute(async (tx) => {
    const lock = await sql<{
      mine: boolean;
    }>`select pg_try_advisory_xact_lock(hashtext('rules.silence')) as mine`.execute(tx);
    if (!lock.rows[0]?.mine) return null;
    const up = await beat(tx, now);
    const known = new Map(
      (await tx.withTables<RulesTables>().selectFrom('rule_silences').selectAll().execute()).map((row) => [
        row.entity_id,
        row,
      ]),
    );
    const changes: Change[] = [];
    const silent = new Map<string, { since: Date; raisedAt: Date }>();
    const fallen: { entity: Entity; since: Date; isNew: boolean; change: { raise: NewSilence } }[] = [];
    const over: string[] = [];
    const stillKnown = Map.groupBy((await context.read(tx, [...known.keys()])).values(), (one) => one.type);
    for (const type of context.types()) {
      // Those that may be silent by the clock alone, and those that were: of all others there is nothing to say.
      const some = [...(await context.quiet(tx, type, now)), ...(stillKnown.get(type.name) ?? [])];
      const entities = [...new Map(some.map((one) => [one.id, one])).values()];
      const latest = await context.latest(
        tx,
        entities.map((entity) => entity.id),
      );
      for (const entity of entities) {
        const everyMs = promisedMs(type, entity);
        if (everyMs === null) continue;
        const old = known.get(entity.id);
        const expected = entity.properties.expectsData !== false;
        const received = lastReceived(type, latest.get(entity.id));
        const since = received ?? entity.createdAt;
        const quietMs = expected ? upSince(up, since.getTime(), now.getTime()) : 0;
        if (quietMs <= silentAfterMs(everyMs)) {
          if (!old) continue;
          over.push(entity.id);
          changes.push({ clear: keyOf(entity.id), at: received && received > old.since ? received : now });
          continue;
        }
        if (old && now.getTime() - old.raised_at.getTime() < AGAIN_MS) continue;
        const raise = silence(entity, { since, never: received === null, everyMs, quietMs, now });
        fallen.push({ entity, since, isNew: old === undefined, change: { raise } });
      }
    }
    // What depends on something that is out, be it since this look, is not raised, and looked at again next time.
    const causes = await causesOf(
      tx,
      fallen.map(({ entity }) => entity),
    );
    const quiet = new Set(fallen.map(({ entity }) => entity.id));
    const held: Parameters<typeof writeHeld>[1][number][] = [];
    for (const { entity, since, isNew, change } of fallen) {
      const beside = dependsOn(entity).find((id) => quiet.has(id));
      const cause = causes.get(entity.id) ?? (beside === undefined ? null : { byEntity: beside, byRule: null });
      if (isNew && cause) {
        held.push({ key: keyOf(entity.id), entityId: entity.id, title: change.raise.title, since, cause });
        continue;
      }
      silent.set(entity.id, { since, raisedAt: now });
      changes.push(change);
    }
    await releaseSilences(
      tx,
      held.map((one) => one.key),
    );
    await writeHeld(tx, held, []);
    await write(tx, silent, over);
    if (changes.length > 0) await alerts.change(tx, changes);
    return known.size - over.length + [...silent.keys()].filter((id) => !known.has(id)).length;
  });
}

const keyOf = (entityId: string): string => `silent:${entityId}`;

function lastReceived(type: NamedType, states: Record<string, { receivedAt: Date }> | undefined): Date | null {
  let last: Date | null = null;
  for (const [property, state] of Object.entries(states ?? {})) {
    const observed = type.observes[property];
    if (!observed || observed.derived) continue;
    if (last === null || state.receivedAt > last) last = state.receivedAt;
  }
  return last;
}

async function write(
  tx: Tx,
  silent: ReadonlyMap<string, { since: Date; raisedAt: Date }>,
  over: readonly string[],
): Promise<void> {
  if (over.length > 0) await sql`delete from rule_silences where entity_id = any(${over}::text[])`.execute(tx);
  if (silent.size === 0) return;
  const rows = [...silent];
  await sql`insert into rule_silences (entity_id, since, raised_at)
    select * from unnest(${rows.map(([id]) => id)}::text[], ${rows.map(([, one]) => one.since.toISOString())}::timestamptz[],
      ${rows.map(([, one]) => one.raisedAt.toISOString())}::timestamptz[])
    on conflict (entity_id) do update set since = excluded.since, raised_at = excluded.raised_at`.execute(tx);
}

type NewSilence = ReturnType<typeof silence>;

function silence(entity: Entity, what: { since: Date; never: boolean; everyMs: number; quietMs: number; now: Date }) {
  const quiet = durationWords(Math.floor(what.quietMs / 60_000) * 60_000);
  const every = durationWords(what.everyMs);
  const last = localMinute(what.since);
  const text = what.never
    ? {
        vi: `${entity.name} chưa gửi số liệu nào từ khi đăng ký (${last}); cam kết mỗi ${every.vi} một lần.`,
        en: `${entity.name} has sent nothing since it was registered (${last}); it promised data every ${every.en}.`,
      }
    : {
        vi: `${entity.name} không gửi số liệu đã ${quiet.vi} (lần cuối nhận ${last}); cam kết mỗi ${every.vi} một lần.`,
        en: `${entity.name} has sent nothing for ${quiet.en} (last received ${last}); it promised data every ${every.en}.`,
      };
  return {
    key: keyOf(entity.id),
    source: 'silence',
    entityId: entity.id,
    title: { vi: `Mất số liệu: ${entity.name}`, en: `No data: ${entity.name}` },
    text,
    severity: 2 as const,
    value: Math.floor(what.quietMs / 60_000),
    unit: 'phút',
    happenedAt: what.since,
    lastAt: what.now,
    areaCode: entity.areaCode,
    organisationId: entity.organisationId,
    provenance: entity.provenance,
  };
}
