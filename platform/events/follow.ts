import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import { readBatches } from './batches.ts';
import type { Committed, Observation } from './writer.ts';

/** One entry of the log as followers get it; `observations` holds the rows of an `observations` event. */
export type LogEvent = {
  id: number;
  xid: string;
  at: Date;
  kind: string;
  subject: string | null;
  areaCode: string | null;
  organisationId: string | null;
  permission: string | null;
  isPublic: boolean;
  payload: Record<string, unknown>;
  observations: readonly Observation[];
};

export type Cursor = { xid: string; id: number };

/**
 * A follower: gets events in order, and commits its effects together with its cursor, so that nothing is judged
 * twice or missed whatever dies when. `kinds` are exact names or prefixes ending in `.` ('alert.').
 */
export type Follower = {
  name: string;
  kinds: readonly string[];
  /** Where a follower that never ran begins. */
  startAt: 'beginning' | 'now';
  /** How long its effects may wait under load, so that more is merged in one step (ms; 150 where not given). */
  patienceMs?: number;
  /** Observations in one step at most, events being whole (60,000 where not given). */
  observationsAStep?: number;
  /**
   * Its commits need not wait for the disk: all that it does lies in this database, is done again from the cursor where
   * a crash of the database undid it, and nobody outside has heard of it.
   */
  undoable?: true;
  /** May answer 'undoable': this time nobody outside will hear of what it did, as if `undoable` were set. */
  handle(tx: Tx, events: readonly LogEvent[]): Promise<unknown>;
};

const EVENTS_A_STEP = 2000;
const OBSERVATIONS_A_STEP = 60_000;

/** Rows of the last commits, so that followers need not read back what was just written. */
export type RecentRows = { keep(committed: Committed): void; of(batch: number): readonly Observation[] | undefined };

export function createRecentRows(limit: number): RecentRows {
  const batches = new Map<number, readonly Observation[]>();
  let size = 0;
  return {
    keep({ batch, observations }) {
      batches.set(batch, observations);
      size += observations.length;
      for (const [oldest, rows] of batches) {
        if (size <= limit) break;
        batches.delete(oldest);
        size -= rows.length;
      }
    },
    of: (batch) => batches.get(batch),
  };
}

/** Reads what stands after the cursor, up to (not including) the oldest transaction still running. */
export async function readAfter(
  db: Db | Tx,
  cursor: Cursor,
  recent: RecentRows,
  observationsAStep = OBSERVATIONS_A_STEP,
): Promise<LogEvent[]> {
  const rows = await sql<{
    id: number;
    xid: string;
    at: Date;
    kind: string;
    subject: string | null;
    area_code: string | null;
    organisation_id: string | null;
    permission: string | null;
    is_public: boolean;
    payload: Record<string, unknown>;
  }>`select id, xid::text, at, kind, subject, area_code, organisation_id, permission, is_public, payload
     from events
     where (xid, id) > (${cursor.xid}::xid8, ${cursor.id}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
     -- of the table, not of the text that is answered: as text 1000 comes before 999
     order by events.xid, events.id limit ${EVENTS_A_STEP}`.execute(db);
  const absent = rows.rows.filter((row) => row.kind === 'observations' && !recent.of(row.id));
  const stored = await readStored(db, absent, observationsAStep);
  const events: LogEvent[] = [];
  let size = 0;
  for (const row of rows.rows) {
    let observations: readonly Observation[] = [];
    if (row.kind === 'observations') {
      // Known before the rows are read, so that a long way behind is gone in steps that fit into the memory.
      size += Number(row.payload.n);
      if (events.length > 0 && size > observationsAStep) break;
      observations = recent.of(row.id) ?? stored.get(row.id) ?? [];
    }
    events.push({
      id: row.id,
      xid: row.xid,
      at: row.at,
      kind: row.kind,
      subject: row.subject,
      areaCode: row.area_code,
      organisationId: row.organisation_id,
      permission: row.permission,
      isPublic: row.is_public,
      payload: row.payload,
      observations,
    });
  }
  return events;
}

/** The rows of events that other processes wrote, or that this one forgot: as many as one step takes. */
async function readStored(
  db: Db | Tx,
  rows: readonly { id: number; payload: Record<string, unknown> }[],
  atMost: number,
): Promise<Map<number, readonly Observation[]>> {
  const ids: number[] = [];
  let size = 0;
  for (const { id, payload } of rows) {
    size += Number(payload.n);
    if (ids.length > 0 && size > atMost) break;
    ids.push(id);
  }
  return readBatches(db, ids);
}

export function wants(follower: { kinds: readonly string[] }, kind: string): boolean {
  return follower.kinds.some((wanted) => (wanted.endsWith('.') ? kind.startsWith(wanted) : kind === wanted));
}

/**
 * One step of a follower in one transaction.
 * @returns how many events it passed, how many of them it handled, and whether the step was as large as it may be; none
 * where there was nothing to do or another process holds it
 */
export async function step(
  db: Db,
  follower: Follower,
  recent: RecentRows,
  now: () => Date,
): Promise<{ passed: number; handled: number; full: boolean }> {
  await ensureCursor(db, follower, now());
  const idle = await nothingNew(db, follower);
  const none = { passed: 0, handled: 0, full: false };
  if (idle) return none;
  return db.transaction().execute(async (tx) => {
    const held = await sql<{ xid: string; id: number }>`select xid::text, id from cursors
      where follower = ${follower.name} for update skip locked`.execute(tx);
    const cursor = held.rows[0];
    if (!cursor) return none;
    const events = await readAfter(tx, cursor, recent, follower.observationsAStep);
    const last = events.at(-1);
    if (!last) return none;
    const mine = events.filter((event) => wants(follower, event.kind));
    // Whoever only passed events by passes them again after a crash.
    const done = mine.length > 0 ? await follower.handle(tx, mine) : 'undoable';
    const waits = follower.undoable || done === 'undoable' ? 'off' : 'on';
    await sql`update cursors set xid = ${last.xid}::xid8, id = ${last.id}, updated_at = ${now()}
      where follower = ${follower.name} returning set_config('synchronous_commit', ${waits}, true)`.execute(tx);
    const observations = events.reduce((sum, event) => sum + event.observations.length, 0);
    const full =
      events.length === EVENTS_A_STEP || observations > 0.8 * (follower.observationsAStep ?? OBSERVATIONS_A_STEP);
    return { passed: events.length, handled: mine.length, full };
  });
}

/**
 * A look without a transaction of its own: an idle follower must not hold a snapshot or write. One entry of the index:
 * as a plain join the server reads the log from its beginning, the longer the log, the slower.
 */
async function nothingNew(db: Db, follower: Follower): Promise<boolean> {
  const next = await sql`select from cursors c cross join lateral (
      select from events e where (e.xid, e.id) > (c.xid, c.id) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by e.xid, e.id limit 1) e
    where c.follower = ${follower.name}`.execute(db);
  return next.rows.length === 0;
}

const ensured = new WeakMap<Db, Set<string>>();

/** Puts the follower's cursor where it begins, unless it has one. */
export async function ensureCursor(db: Db, follower: Follower, at: Date): Promise<void> {
  const names = ensured.get(db) ?? new Set<string>();
  ensured.set(db, names);
  if (names.has(follower.name)) return;
  if (follower.startAt === 'beginning') {
    await sql`insert into cursors (follower, xid, id, updated_at)
      values (${follower.name}, '0'::xid8, 0, ${at}) on conflict do nothing`.execute(db);
  } else {
    const head = await headOf(db);
    await sql`insert into cursors (follower, xid, id, updated_at)
      values (${follower.name}, ${head.xid}::xid8, ${head.id}, ${at}) on conflict do nothing`.execute(db);
  }
  names.add(follower.name);
}

/** The place after everything that readers can see now. */
export async function headOf(db: Db): Promise<Cursor> {
  const head = await sql<{ xid: string; id: number }>`select xid::text, id from events
    where xid < pg_snapshot_xmin(pg_current_snapshot()) order by events.xid desc, events.id desc limit 1`.execute(db);
  return head.rows[0] ?? { xid: '0', id: 0 };
}
