import { createHash } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { type Db, inTransaction } from '../../database/index.ts';
import { Refusal, refuse, type Text } from '../../words/index.ts';
import type { Ingest } from '../index.ts';
import { quarantine } from '../quarantine.ts';
import { askedOf } from './asked.ts';
import { type Fetched, fetchWithin } from './fetch.ts';
import type { Guard } from './guard.ts';
import { rowsOf } from './reading.ts';
import { afterFailure, nextRun } from './schedule.ts';
import type { Seal } from './seal.ts';
import type { Outcome, PullTables } from './tables.ts';
import { storeRows } from './take.ts';

export type Run = {
  id: number;
  startedAt: Date;
  endedAt: Date | null;
  outcome: Outcome;
  status: number | null;
  bytes: number | null;
  accepted: number;
  refused: number;
  passed: number;
  problem: Text | null;
};

export type Puller = {
  /** Begins what is due and free, each once over all processes; does not wait for it. @returns how many began */
  runDue(): Promise<number>;
  /** Waits for what runs. */
  idle(): Promise<void>;
  /** Begins nothing more, breaks off what is being fetched and waits. */
  stop(): Promise<void>;
};

type Claimed = Selectable<PullTables['connectors']> & { run_id: number };
type Result = {
  outcome: Outcome;
  status?: number;
  bytes?: number;
  accepted?: number;
  refused?: number;
  passed?: number;
  problem?: Text;
  newestAt?: number | null;
  /** what the next fetch may be spared by */
  validators?: { etag: string | null; last_modified: string | null; body_sha256: Buffer } | null;
  retryAfter?: string | null;
};

/** One slow source must not keep the others waiting. */
const AT_ONCE = 8;
/** For storing what was fetched; after it, and the time limit, the process that ran it counts as lost. */
const STORE_SECONDS = 120;
const KEEP_DAYS = 30;

export function createPuller(options: {
  db: Db;
  ingest: Ingest;
  guard: Guard;
  seal: Seal;
  now: () => Date;
  onError: (what: string, error: unknown) => void;
}): Puller {
  const { db, ingest, guard, seal, now, onError } = options;
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  /** Moves the next run on in the transaction that begins this one: no other process begins it too. */
  const claim = async (most: number): Promise<Claimed[]> =>
    inTransaction(db, async (tx) => {
      const at = now();
      const due = await sql<Selectable<PullTables['connectors']>>`
        select c.* from connectors c join devices d on d.id = c.device_id
        where d.active and c.next_run_at <= ${at} and (c.running_until is null or c.running_until < ${at})
        order by c.next_run_at limit ${most} for update of c skip locked`.execute(tx);
      const own = tx.withTables<PullTables>();
      const claimed: Claimed[] = [];
      for (const row of due.rows) {
        const until = new Date(at.getTime() + (row.timeout_seconds + STORE_SECONDS) * 1000);
        await own
          .updateTable('connectors')
          .set({ next_run_at: nextRun(at, row.every_minutes, row.offset_minutes), running_until: until })
          .where('device_id', '=', row.device_id)
          .execute();
        // Its process ended in the middle: what it had committed is kept, and the same values again change nothing.
        await own
          .updateTable('connector_runs')
          .set({ outcome: 'failed', ended_at: at, problem: JSON.stringify(interrupted) })
          .where('device_id', '=', row.device_id)
          .where('outcome', '=', 'running')
          .execute();
        const run = await own
          .insertInto('connector_runs')
          .values({
            device_id: row.device_id,
            started_at: at,
            ended_at: null,
            outcome: 'running',
            status: null,
            bytes: null,
            problem: null,
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        claimed.push({ ...row, run_id: run.id });
      }
      return claimed;
    });

  const pull = async (row: Claimed): Promise<Result> => {
    const device = await ingest.devices.get(row.device_id);
    if (!device) throw new Error(`connector ${row.device_id} has no device`);
    const key = row.key_sealed ? await seal.open(row.key_sealed, row.device_id) : null;
    const asked = askedOf(
      {
        url: row.url,
        headers: row.headers,
        key: row.key_place && row.key_name ? { place: row.key_place, name: row.key_name } : null,
        timeoutSeconds: row.timeout_seconds,
        maxBytes: row.max_bytes,
      },
      key,
    );
    // A figure without a time of its own is of when it was fetched: that it is the same as before is a value too.
    const sparing = row.reading.time !== '';
    if (sparing && row.etag !== null) asked.headers['if-none-match'] = row.etag;
    if (sparing && row.last_modified !== null) asked.headers['if-modified-since'] = row.last_modified;
    const fetched: Fetched = await fetchWithin(guard, { ...asked, signal: stopping.signal });
    const { status, retryAfter } = fetched;
    const told = { status, bytes: fetched.body.length };
    if (status === 304) return { ...told, outcome: 'unchanged' };
    if (status !== 200) return { ...told, outcome: 'failed', problem: answered(status), retryAfter };
    const body_sha256 = createHash('sha256').update(fetched.body).digest();
    if (sparing && row.body_sha256?.equals(body_sha256)) return { ...told, outcome: 'unchanged' };
    const fetchedAt = now();
    const source = row.device_id;
    const found = rowsOf(fetched.body, row.reading);
    if ('problem' in found) {
      const reasons = [{ at: 0, reason: found.problem }];
      await quarantine(db, { door: 'pull-answer', source, bytes: fetched.body, reasons, at: fetchedAt });
      return { ...told, outcome: 'failed', refused: 1, problem: found.problem };
    }
    const stored = await storeRows(ingest, device, row.reading, found.rows, fetchedAt.getTime());
    if (stored.refused.length > 0) {
      const bytes = Buffer.from(JSON.stringify(stored.kept));
      await quarantine(db, { door: 'pull', source, bytes, reasons: stored.refused, at: fetchedAt });
    }
    return {
      ...told,
      outcome: 'taken',
      accepted: stored.accepted,
      refused: stored.refused.length,
      passed: stored.passed,
      newestAt: stored.newestAt,
      validators: { etag: fetched.etag, last_modified: fetched.lastModified, body_sha256 },
    };
  };

  const finish = (row: Claimed, result: Result): Promise<void> =>
    inTransaction(db, async (tx) => {
      const at = now();
      const own = tx.withTables<PullTables>();
      await own
        .updateTable('connector_runs')
        .set({
          ended_at: at,
          outcome: result.outcome,
          status: result.status ?? null,
          bytes: result.bytes ?? null,
          accepted: result.accepted ?? 0,
          refused: result.refused ?? 0,
          passed: result.passed ?? 0,
          problem: result.problem ? JSON.stringify(result.problem) : null,
        })
        .where('id', '=', row.run_id)
        .execute();
      const failures = result.outcome === 'failed' ? row.failures + 1 : 0;
      const newest = result.newestAt ?? null;
      const isNew = newest !== null && (row.newest_at === null || newest > row.newest_at.getTime());
      await own
        .updateTable('connectors')
        .set({
          running_until: null,
          failures,
          ...(failures > 0
            ? { next_run_at: afterFailure(at, failures, row.every_minutes, result.retryAfter ?? null) }
            : {}),
          ...(isNew ? { newest_at: new Date(newest), delivered_at: at } : {}),
        })
        .where('device_id', '=', row.device_id)
        .execute();
      if (result.validators) {
        await own
          .updateTable('connectors')
          .set(result.validators)
          .where('device_id', '=', row.device_id)
          .where('version', '=', row.version)
          .execute();
      }
      if (isNew) await own.updateTable('devices').set({ last_seen_at: at }).where('id', '=', row.device_id).execute();
      await own
        .deleteFrom('connector_runs')
        .where('device_id', '=', row.device_id)
        .where('started_at', '<', new Date(at.getTime() - KEEP_DAYS * 86_400_000))
        .execute();
    });

  const one = async (row: Claimed): Promise<void> => {
    const result = await pull(row).catch((error: unknown): Result => {
      if (error instanceof Refusal) return { outcome: 'failed', problem: error.text };
      onError(`connector ${row.device_id}`, error);
      return { outcome: 'failed', problem: ourFault };
    });
    // Where the database is away the run stays open, and is closed as interrupted by the next.
    await finish(row, result).catch((error) => onError(`connector ${row.device_id}`, error));
  };

  return {
    async runDue() {
      if (stopping.signal.aborted || running.size >= AT_ONCE) return 0;
      const claimed = await claim(AT_ONCE - running.size);
      for (const row of claimed) {
        const run = one(row).finally(() => running.delete(run));
        running.add(run);
      }
      return claimed.length;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    async stop() {
      stopping.abort(stopped());
      await Promise.all(running);
    },
  };
}

/** A row of `connector_runs`, by the driver or as JSON. */
export const runOf = (row: {
  id: number;
  started_at: Date | string;
  ended_at: Date | string | null;
  outcome: Outcome;
  status: number | null;
  bytes: number | null;
  accepted: number;
  refused: number;
  passed: number;
  problem: Text | null;
}): Run => ({
  id: row.id,
  startedAt: new Date(row.started_at),
  endedAt: row.ended_at === null ? null : new Date(row.ended_at),
  outcome: row.outcome,
  status: row.status,
  bytes: row.bytes,
  accepted: row.accepted,
  refused: row.refused,
  passed: row.passed,
  problem: row.problem,
});

const interrupted: Text = {
  vi: 'Bị ngắt giữa chừng (máy chủ dừng); lần chạy sau lấy lại.',
  en: 'Broken off in the middle (the server stopped); the next run fetches again.',
};
const ourFault: Text = {
  vi: 'Lỗi của nền tảng khi ghi; đã ghi vào nhật ký máy chủ và sẽ thử lại.',
  en: 'A fault of the platform while storing; it is in the server’s log and is tried again.',
};
const answered = (status: number): Text => ({
  vi: `Máy chủ trả lời mã ${status}, không phải 200.`,
  en: `The server answered ${status}, not 200.`,
});
const stopped = () => refuse(503, 'pull-stopped', interrupted);
