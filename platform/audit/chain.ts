import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import type { AuditTables } from './tables.ts';

/** An entry as it is hashed: every column as PostgreSQL writes it, so that nothing is lost in JavaScript's numbers. */
export type EntryText = {
  id: number;
  at: string;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  actor_organisation_id: string | null;
  action: string;
  subject: string | null;
  area_code: string | null;
  organisation_id: string | null;
  detail: string;
  request_id: string | null;
  ip: string | null;
};

/** What stands before the first link. */
export const GENESIS = Buffer.alloc(32);

/** One writer at a time over all processes on the database; the number is this room's own. */
const LOCK = 2520_0827;
const BATCH = 500;

/** Columns of an entry as text, microseconds included; `jsonb` has one spelling for each value. */
export const entryColumns = sql`e.id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  e.actor_kind, e.actor_id, e.actor_name, e.actor_organisation_id, e.action, e.subject, e.area_code,
  e.organisation_id, e.detail::text as detail, e.request_id, e.ip`;

/**
 * The hash of a link: sha256(previous || JSON array of its number, its time and the entry's columns in the order of
 * `EntryText`).
 */
export function linkHash(previous: Uint8Array, sequence: number, chainedAt: string, entry: EntryText): Buffer {
  const canonical = JSON.stringify([
    sequence,
    chainedAt,
    entry.id,
    entry.at,
    entry.actor_kind,
    entry.actor_id,
    entry.actor_name,
    entry.actor_organisation_id,
    entry.action,
    entry.subject,
    entry.area_code,
    entry.organisation_id,
    entry.detail,
    entry.request_id,
    entry.ip,
  ]);
  return createHash('sha256').update(previous).update(canonical, 'utf8').digest();
}

/** Time as the chain spells it: ISO with microseconds. */
export const spellTime = (at: Date): string => at.toISOString().replace('Z', '000Z');

/**
 * Chains all committed entries that wait, in batches of one transaction each. Safe under several processes: the lock
 * is taken first, and the next statement sees everything that the last holder committed.
 * @returns how many entries this call chained
 */
export async function chainWaiting(db: Db, now: () => Date): Promise<number> {
  let chained = 0;
  for (;;) {
    const count = await chainBatch(db, now());
    chained += count;
    if (count < BATCH) return chained;
  }
}

async function chainBatch(db: Db, at: Date): Promise<number> {
  return inTransaction(db, async (tx) => {
    await lockChain(tx);
    const tables = tx.withTables<AuditTables>();
    const { rows } = await sql<EntryText>`select ${entryColumns} from audit_waiting w
      join audit_entries e on e.id = w.entry_id order by w.entry_id limit ${BATCH}`.execute(tx);
    if (rows.length === 0) return 0;
    const head = await headOf(tx);
    let sequence = head?.sequence ?? 0;
    let hash: Buffer = head?.hash ?? GENESIS;
    const links = rows.map((entry) => {
      sequence += 1;
      hash = linkHash(hash, sequence, spellTime(at), entry);
      return { sequence, entry_id: entry.id, chained_at: at, hash };
    });
    await tables.insertInto('audit_chain').values(links).execute();
    await tables
      .deleteFrom('audit_waiting')
      .where(
        'entry_id',
        'in',
        rows.map((entry) => entry.id),
      )
      .execute();
    return rows.length;
  });
}

/** Only one process at a time chains or anchors; held to the end of the transaction. */
export async function lockChain(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
}

/** The last link; undefined while there is none. */
export function headOf(tx: Tx): Promise<{ sequence: number; hash: Buffer } | undefined> {
  return tx
    .withTables<AuditTables>()
    .selectFrom('audit_chain')
    .select(['sequence', 'hash'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
}
