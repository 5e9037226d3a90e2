/**
 * Events: the one log between the rooms, with the observations that doors commit. Promise: `offer` resolves only
 * when its rows are committed together with their event; a follower sees each event once, in order, and commits its
 * effects with its cursor; a slow follower slows nobody; nothing that commits late is skipped.
 */
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Db, Tx } from '../database/index.ts';
import type { Permission } from '../rights/index.ts';
import { tidyBatches } from './batches.ts';
import {
  type Cursor,
  createRecentRows,
  ensureCursor,
  type Follower,
  headOf,
  type LogEvent,
  readAfter,
  step,
  wants,
} from './follow.ts';
import { createLeases } from './lease.ts';
import { createPartitions } from './partitions.ts';
import { createSeries, type SeriesRegistry } from './series.ts';
import type { EventsTables } from './tables.ts';
import { type Committed, createWriter, type Observation, writeOver } from './writer.ts';

export { type Compacted, type Compaction, createCompaction } from './compact.ts';
export type { Cursor, Follower, LogEvent } from './follow.ts';
export { countObservations, heldBySeries, holdObservations, removeObservations } from './remove.ts';
export { allSeries, type Series, type SeriesRegistry } from './series.ts';
export { stored } from './stored.ts';
export type { EventsTables } from './tables.ts';
export { logTranslations } from './translate.ts';
export type { Committed, Observation, Quality } from './writer.ts';

/** An event as a room writes it; who may hear of it follows from the permission and the place. */
export type NewEvent = {
  kind: string;
  subject: string;
  areaCode?: string | null;
  organisationId?: string | null;
  permission?: Permission | null;
  isPublic?: boolean;
  payload: Record<string, unknown>;
};

export type Log = {
  series: SeriesRegistry;
  /** Stores observations durably; refuses with 429 `too-much-at-once` rather than fill the memory. */
  offer(observations: readonly Observation[]): Promise<void>;
  /** Writes (or corrects) observations inside a follower's transaction: derived values. */
  write(tx: Tx, observations: readonly Observation[]): Promise<void>;
  /** Writes events in the transaction that makes the change. */
  append(tx: Tx, events: readonly NewEvent[]): Promise<void>;
  /** Registers a follower; all start with `start()`. */
  follow(follower: Follower): void;
  /** Calls back with new events from now on, without a stored cursor (one for each process: live streams). */
  tail(listener: { kinds: readonly string[]; handle(events: readonly LogEvent[]): void }): void;
  /** Events after a cursor, oldest first, at most 2000 (resuming a stream). */
  readAfter(cursor: Cursor): Promise<LogEvent[]>;
  head(): Promise<Cursor>;
  /** Starts the tails, and unless told otherwise the followers too (each where this process gets its lease). */
  start(options?: { follow: boolean }): void;
  /** Ends when every follower has finished the step it is in; nothing offered is left unanswered. */
  stop(): Promise<void>;
  /** Resolves when all followers have passed everything committed so far (tests, command line). */
  settled(): Promise<void>;
  /** Takes away observation events that every follower has passed and that are older than a day; call now and then. */
  tidy(): Promise<number>;
  health(): Promise<{
    waiting: number;
    followers: {
      name: string;
      behind: number;
      /** when the oldest event that it has not passed was written; null where there is none */
      since: Date | null;
      failures: number;
      error: string | null;
    }[];
  }>;
};

export type LogOptions = {
  db: Db;
  pool: pg.Pool;
  now: () => Date;
  onError: (follower: string, error: unknown) => void;
  /** Observations that may wait for a commit (default 200,000). */
  waitingLimit?: number;
  /** How long readers sleep where nothing was committed in this process (default 1000 ms): others commit too. */
  idleMs?: number;
};

const IDLE_MS = 1000;
/** Browsers that were away for so long begin anew instead of getting all that they missed. */
const KEEP_MS = 24 * 3_600_000;
/** Rows of the last commits kept for followers (some 70 bytes each). */
const RECENT_ROWS = 600_000;
/**
 * Between two steps a follower waits as long as `SHARE` times the last step took, at least a breath and at most its
 * patience: what commits meanwhile is taken in one step instead of many. A quiet platform reacts at once; a busy one
 * merges more, and its followers together never take the time that the doors need.
 */
const BREATH_MS = 15;
const SHARE = 6;
const PATIENCE_MS = 150;

export function createLog(options: LogOptions): Log {
  const { db, pool, now } = options;
  const recent = createRecentRows(RECENT_ROWS);
  const bell = new EventEmitter();
  bell.setMaxListeners(0);
  const followers: (Follower & { failures: number; error: string | null })[] = [];
  const tails: { kinds: readonly string[]; handle(events: readonly LogEvent[]): void }[] = [];
  const partitions = createPartitions(pool, now);
  const leases = createLeases(pool);
  const idleMs = options.idleMs ?? IDLE_MS;
  const loops: Promise<void>[] = [];
  const stopping = new AbortController();
  const series = createSeries(db);
  let following = false;

  const writer = createWriter({
    pool,
    db,
    partitions,
    now,
    limit: options.waitingLimit ?? 200_000,
    onCommit: (committed: Committed) => {
      recent.keep(committed);
      bell.emit('ring');
    },
  });

  /** Sleeps until something was committed here, or a while for what other processes commit. */
  const nap = async (ms: number): Promise<void> => {
    const woken = new AbortController();
    const ring = (): void => woken.abort();
    bell.once('ring', ring);
    try {
      await sleep(ms, undefined, { signal: AbortSignal.any([woken.signal, stopping.signal]) });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    } finally {
      bell.off('ring', ring);
    }
  };

  const pause = async (ms: number): Promise<void> => {
    try {
      await sleep(ms, undefined, { signal: stopping.signal });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
  };

  const holds = (name: string): Promise<boolean> =>
    leases.hold(name).catch((error) => {
      options.onError(name, error);
      return false;
    });

  const runFollower = async (follower: (typeof followers)[number]): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (!(await holds(follower.name))) {
        await pause(idleMs);
        continue;
      }
      let done = { passed: 0, handled: 0, full: false };
      const began = performance.now();
      try {
        done = await step(db, follower, recent, now);
        follower.failures = 0;
        follower.error = null;
        if (done.handled > 0) bell.emit('ring');
      } catch (error) {
        follower.failures += 1;
        follower.error = String(error);
        options.onError(follower.name, error);
        await nap(Math.min(30_000, 100 * 2 ** follower.failures));
        continue;
      }
      if (done.passed === 0) await nap(idleMs);
      else {
        const patience = follower.patienceMs ?? PATIENCE_MS;
        // One that only passes events by may come after more of them.
        // A full step merges no more by waiting: it only leaves the doors their share of the time.
        const share = done.full ? 1 : SHARE;
        const wanted = done.handled > 0 ? share * (performance.now() - began) : patience;
        await pause(Math.min(patience, Math.max(BREATH_MS, wanted)));
      }
    }
  };

  const runTails = async (): Promise<void> => {
    let cursor: Cursor | null = null;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      try {
        cursor ??= await headOf(db);
        const events: LogEvent[] = await readAfter(db, cursor, recent);
        const last = events.at(-1);
        if (last) {
          cursor = { xid: last.xid, id: last.id };
          for (const tail of tails) {
            const mine = events.filter((event) => wants(tail, event.kind));
            if (mine.length > 0) tail.handle(mine);
          }
          await pause(Math.min(PATIENCE_MS, Math.max(BREATH_MS, SHARE * (performance.now() - began))));
          continue;
        }
      } catch (error) {
        options.onError('tail', error);
      }
      await nap(tails.length > 0 ? idleMs / 4 : idleMs);
    }
  };

  /** Counted in the log's own order: ids alone are handed out in another order than transactions commit. */
  const behindOf = async (name: string): Promise<{ behind: number; since: Date | null }> => {
    const row = await sql<{ n: number; since: Date | null }>`select count(*)::int as n, min(e.at) as since
      from events e, cursors c
      where c.follower = ${name} and (e.xid, e.id) > (c.xid, c.id)`.execute(db);
    return { behind: row.rows[0]?.n ?? 0, since: row.rows[0]?.since ?? null };
  };

  return {
    series,
    offer: (observations) => writer.offer(observations),
    async write(tx, observations) {
      if (observations.length === 0) return;
      await partitions.ensure(observations);
      // Kept although the transaction may still fail: nobody asks for a batch whose event was never committed.
      recent.keep(await writeOver(tx, observations, now()));
    },
    async append(tx, events) {
      if (events.length === 0) return;
      await tx
        .withTables<EventsTables>()
        .insertInto('events')
        .values(
          events.map((event) => ({
            at: now(),
            kind: event.kind,
            subject: event.subject,
            area_code: event.areaCode ?? null,
            organisation_id: event.organisationId ?? null,
            permission: event.permission ?? null,
            is_public: event.isPublic ?? false,
            payload: JSON.stringify(event.payload),
          })),
        )
        .execute();
      // The bell rings for readers of this process once the commit is surely over; others poll.
      setTimeout(() => bell.emit('ring'), 5).unref();
    },
    follow(follower) {
      followers.push({ ...follower, failures: 0, error: null });
    },
    tail(listener) {
      tails.push(listener);
    },
    readAfter: (cursor) => readAfter(db, cursor, recent),
    head: () => headOf(db),
    start({ follow } = { follow: true }) {
      following = follow;
      if (follow) for (const follower of followers) loops.push(runFollower(follower));
      loops.push(runTails());
    },
    async stop() {
      await writer.stop();
      stopping.abort();
      await Promise.all(loops);
      leases.release();
    },
    async settled() {
      // One that has not begun yet is not behind by the table: its place must be there first.
      if (following) await Promise.all(followers.map((follower) => ensureCursor(db, follower, now())));
      for (let quiet = 0; quiet < 2; ) {
        const behind = await Promise.all(followers.map((follower) => behindOf(follower.name)));
        quiet = behind.every((one) => one.behind === 0) ? quiet + 1 : 0;
        await sleep(20);
      }
    },
    tidy: () => tidyBatches(db, new Date(now().getTime() - KEEP_MS)),
    async health() {
      return {
        waiting: writer.waiting(),
        followers: await Promise.all(
          followers.map(async ({ name, failures, error }) => ({ name, failures, error, ...(await behindOf(name)) })),
        ),
      };
    },
  };
}
