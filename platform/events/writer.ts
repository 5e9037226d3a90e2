import { sql } from 'kysely';
import type pg from 'pg';
import type { Db, Tx } from '../database/index.ts';
import { refuse } from '../words/index.ts';
import { packRows } from './batches.ts';
import { CopyAtOnce, encode } from './copy-binary.ts';
import type { Partitions } from './partitions.ts';
import { anyCompacted, stored } from './stored.ts';

/** 0 measured, 1 calibrating, 2 fault, 3 taken out by a person. Only 0 enters an index, an alert or an average. */
export type Quality = 0 | 1 | 2 | 3;

/** One observation of a known series; `at` is the instant in ms since 1970 (UTC). */
export type Observation = { seriesId: number; at: number; value: number; quality: Quality };

export type Committed = {
  batch: number;
  observations: readonly Observation[];
  /** true where some rows replaced older ones, so that sums must be made again. */
  corrected: boolean;
};

type Waiting = { observations: readonly Observation[]; resolve: () => void; reject: (error: unknown) => void };

/**
 * The grouped writer: all that arrived while the last commit ran goes into the next COPY, together with one event.
 * `offer` resolves when its rows are committed, never before. Rows already there with the same value are passed by;
 * with another value they are corrected and the old value is kept in `observation_revisions`.
 */
export type Writer = {
  offer(observations: readonly Observation[]): Promise<void>;
  waiting(): number;
  stop(): Promise<void>;
};

const GROUP = 20_000;
const NUMBERS = 50;
/** Younger days are never compacted (see compact.ts). */
const CLOSED_AFTER_MS = 86_400_000;

/** Numbers of events, drawn many at once; what is left when the process ends is never used. */
function createNumbers(): { next(client: pg.PoolClient): Promise<number> } {
  const drawn: number[] = [];
  return {
    async next(client) {
      if (drawn.length === 0) {
        const rows = await client.query<{ id: number }>({
          name: 'event-numbers',
          text: "select nextval(pg_get_serial_sequence('events', 'id')) as id from generate_series(1, $1)",
          values: [NUMBERS],
        });
        drawn.push(...rows.rows.map((row) => row.id));
      }
      const id = drawn.shift();
      if (id === undefined) throw new Error('no number for the event');
      return id;
    },
  };
}

export function createWriter(options: {
  pool: pg.Pool;
  db: Db;
  partitions: Partitions;
  now: () => Date;
  /** Observations that may wait; past it `offer` refuses with 429, and memory stays bounded. */
  limit: number;
  onCommit: (committed: Committed) => void;
}): Writer {
  const queue: Waiting[] = [];
  const numbers = createNumbers();
  let waiting = 0;
  let running: Promise<void> | null = null;
  let stopped = false;

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const group: Waiting[] = [];
      let size = 0;
      while (queue.length > 0 && (size === 0 || size + (queue[0]?.observations.length ?? 0) <= GROUP)) {
        const next = queue.shift();
        if (!next) break;
        group.push(next);
        size += next.observations.length;
      }
      const observations =
        group.length === 1 ? (group[0]?.observations ?? []) : group.flatMap((one) => one.observations);
      try {
        const committed = await commit(observations);
        for (const one of group) one.resolve();
        options.onCommit(committed);
      } catch (error) {
        for (const one of group) one.reject(error);
      } finally {
        waiting -= size;
      }
    }
    running = null;
  };

  const commit = async (observations: readonly Observation[]): Promise<Committed> => {
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { at } of observations) {
      if (at < from) from = at;
      if (at > to) to = at;
    }
    await options.partitions.ensure(observations);
    // COPY does not see what lies in the compacted form; the slower way compares with both.
    if (from < options.now().getTime() - CLOSED_AFTER_MS && (await anyCompacted(options.db, from, to))) {
      return options.db.transaction().execute((tx) => writeOver(tx, observations, options.now()));
    }
    const client = await options.pool.connect();
    let broken: Error | undefined;
    try {
      try {
        const batch = await numbers.next(client);
        await writeNew(client, batch, observations, from, to, options.now());
        return { batch, observations, corrected: false };
      } catch (error) {
        if ((error as { code?: string }).code !== '23505') throw error;
        // Some rows are there already (a resend, a correction): the slower way sorts them out.
        return await options.db.transaction().execute((tx) => writeOver(tx, observations, options.now()));
      }
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  };

  return {
    offer(observations) {
      if (stopped) return Promise.reject(stopping());
      if (observations.length === 0) return Promise.resolve();
      if (waiting + observations.length > options.limit) return Promise.reject(busy());
      waiting += observations.length;
      return new Promise((resolve, reject) => {
        queue.push({ observations, resolve, reject });
        running ??= Promise.resolve().then(drain);
      });
    },
    waiting: () => waiting,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

const WRITE_EVENT = {
  name: 'write-event',
  text: "insert into events (id, at, kind, payload) overriding system value values ($1, $2, 'observations', $3)",
};
const WRITE_BATCH = { name: 'write-batch', text: 'insert into event_batches (event_id, rows) values ($1, $2)' };
const COPY_ROWS = {
  name: 'copy-rows',
  text: 'copy observations (series_id, observed_at, value, quality, batch) from stdin (format binary)',
};

/**
 * The event and its rows in one message to the server, which is one transaction by itself: one journey there and back
 * for each commit. The event's id is drawn beforehand, because the rows carry it.
 */
async function writeNew(
  client: pg.PoolClient,
  batch: number,
  observations: readonly Observation[],
  from: number,
  to: number,
  at: Date,
): Promise<void> {
  const payload = JSON.stringify({ n: observations.length, from, to, corrected: false });
  const id = String(batch);
  const copy = new CopyAtOnce(
    [
      { prepared: WRITE_EVENT, values: [id, at.toISOString(), payload] },
      { prepared: WRITE_BATCH, values: [id, packRows(observations)] },
      { prepared: COPY_ROWS, values: [] },
    ],
    encode(observations, batch),
  );
  client.query(copy);
  await copy.done;
}

/**
 * Writes within a transaction: takes the last of each (series, instant), passes equal ones by and corrects the
 * others, keeping what they replaced. Safe to repeat. Partitions must be there.
 */
export async function writeOver(tx: Tx, observations: readonly Observation[], at: Date): Promise<Committed> {
  const times = observations.map((one) => one.at);
  const payload = {
    n: observations.length,
    from: times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    to: times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    corrected: true,
  };
  const event = await sql<{ id: number }>`insert into events (at, kind, payload)
    values (${at}, 'observations', ${JSON.stringify(payload)}) returning id`.execute(tx);
  const batch = event.rows[0]?.id;
  if (batch === undefined) throw new Error('the event was not written');
  const written = await sql<{ series_id: number; at: number; value: number; quality: Quality }>`
    with newest as (
      select distinct on (series_id, observed_at) series_id, observed_at, value, quality
      from (select * from unnest(
        ${observations.map((one) => one.seriesId)}::int[],
        ${times.map((time) => new Date(time).toISOString())}::timestamptz[],
        ${observations.map((one) => one.value)}::float8[],
        ${observations.map((one) => one.quality)}::smallint[]
      ) with ordinality as given (series_id, observed_at, value, quality, n)) ordered
      order by series_id, observed_at, n desc
    ), changing as materialized (
      select n.*, o.value as old_value, o.quality as old_quality, o.batch as old_batch
      from newest n left join lateral ${stored({
        series: sql`n.series_id`,
        from: sql`n.observed_at`,
        to: sql`n.observed_at + interval '1 millisecond'`,
        within: { from: new Date(payload.from), to: new Date(payload.to + 1) },
      })} o on true
      where (o.value, o.quality) is distinct from (n.value, n.quality)
    ), kept as (
      insert into observation_revisions (series_id, observed_at, value, quality, batch, replaced_by)
      select series_id, observed_at, old_value, old_quality, old_batch, ${batch} from changing
      where old_batch is not null
    )
    insert into observations (series_id, observed_at, value, quality, batch)
    select series_id, observed_at, value, quality, ${batch} from changing
    on conflict (series_id, observed_at) do update
      set value = excluded.value, quality = excluded.quality, batch = excluded.batch
      where (observations.value, observations.quality) is distinct from (excluded.value, excluded.quality)
    returning series_id, extract(epoch from observed_at)::float8 * 1000 as at, value, quality`.execute(tx);
  const changed = written.rows.map((row) => ({
    seriesId: row.series_id,
    at: row.at,
    value: row.value,
    quality: row.quality,
  }));
  await sql`insert into event_batches (event_id, rows) values (${batch}, ${packRows(changed)})`.execute(tx);
  return { batch, observations: changed, corrected: true };
}

function busy() {
  return refuse(429, 'too-much-at-once', {
    vi: 'Hệ thống đang nhận quá nhiều dữ liệu; hãy gửi lại sau ít giây. Chưa có gì của lần gửi này được ghi.',
    en: 'Too much data is arriving; send again in a few seconds. Nothing of this request was stored.',
  });
}

function stopping() {
  return refuse(503, 'stopping', {
    vi: 'Hệ thống đang dừng; hãy gửi lại sau.',
    en: 'The server is stopping; send again later.',
  });
}
