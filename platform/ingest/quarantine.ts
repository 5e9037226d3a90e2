import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { Text } from '../words/index.ts';
import type { IngestTables } from './tables.ts';

export type Reason = { at: number | string; reason: Text; text?: string };

/** An entry as a list shows it: the first reasons and the first characters. */
export type Quarantined = {
  id: number;
  door: string;
  source: string;
  receivedAt: Date;
  reasons: Reason[];
  /** parts refused in all */
  refused: number;
  /** bytes in all */
  size: number;
  preview: string;
};

/** An entry to be read again. */
export type Kept = { id: number; door: string; source: string; receivedAt: Date; state: string; bytes: Buffer };

const REASONS_KEPT = 1_000;
const REASONS_SHOWN = 20;
const PREVIEW_BYTES = 400;

/**
 * Keeps what could not be taken. The same bytes from the same source are one entry; where they come again after someone
 * decided about them they wait again.
 */
export async function quarantine(
  db: Db,
  entry: {
    door: string;
    source: string;
    bytes: Uint8Array;
    reasons: readonly Reason[];
    at: Date;
    /** whose data these would have been, where that is known */
    entityId?: string | null;
  },
): Promise<void> {
  const told = {
    received_at: entry.at,
    reasons: JSON.stringify(entry.reasons.slice(0, REASONS_KEPT)),
    refused: entry.reasons.length,
    entity_id: entry.entityId ?? null,
    state: 'waiting' as const,
    decided_at: null,
    decided_by: null,
  };
  await db
    .withTables<IngestTables>()
    .insertInto('quarantine')
    .values({
      ...told,
      door: entry.door,
      source: entry.source,
      bytes: Buffer.from(entry.bytes),
      sha256: createHash('sha256').update(entry.bytes).digest(),
    })
    .onConflict((conflict) => conflict.columns(['door', 'source', 'sha256']).doUpdateSet(told))
    .execute();
}

/** What waits, newest first, `q` a part of its source or door; of long input only its beginning is read. */
export async function quarantined(
  db: Db,
  limit: number,
  offset: number,
  q = '',
): Promise<{ items: Quarantined[]; total: number }> {
  const base = db
    .withTables<IngestTables>()
    .selectFrom('quarantine')
    .where('state', '=', 'waiting')
    .where(sql<boolean>`position(lower(${q}) in lower(source || ' ' || door)) > 0`);
  const [rows, count] = await Promise.all([
    base
      .select(['id', 'door', 'source', 'received_at', 'refused'])
      .select([
        sql<Reason[]>`jsonb_path_query_array(reasons, ${`$[0 to ${REASONS_SHOWN - 1}]`}::jsonpath)`.as('reasons'),
        sql<number>`octet_length(bytes)`.as('size'),
        sql<Buffer>`substring(bytes from 1 for ${PREVIEW_BYTES})`.as('beginning'),
      ])
      .orderBy('received_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  const items = rows.map(({ received_at, beginning, ...row }) => ({
    ...row,
    receivedAt: received_at,
    preview: textOf(beginning),
  }));
  return { items, total: count.n };
}

/** The text of bytes of unknown encoding, as well as can be told: UTF-16 by its mark, UTF-8, else Windows' Vietnamese. */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const utf8 = new TextDecoder().decode(bytes);
  // The beginning of a file may end within a letter: one sign that cannot be read, at the very end.
  return utf8.slice(0, -1).includes('\ufffd') ? new TextDecoder('windows-1258').decode(bytes) : utf8;
}

export async function quarantinedOne(db: Db, id: number): Promise<Kept | null> {
  const row = await db
    .withTables<IngestTables>()
    .selectFrom('quarantine')
    .select(['id', 'door', 'source', 'received_at', 'state', 'bytes'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? { ...row, receivedAt: row.received_at } : null;
}

/** Parts refused within [from, to), whatever became of them since, by the device or the entity that they are of. */
export async function refusalsOf(
  db: Db,
  from: Date,
  to: Date,
): Promise<{ deviceId: string | null; entityId: string | null; refused: number }[]> {
  // A file's source is a path; a device's begins with its id.
  const rows = await sql<{ deviceId: string | null; entityId: string | null; refused: number }>`
    select d.id as "deviceId", q.entity_id as "entityId", sum(q.refused)::int as refused
    from quarantine q left join devices d on d.id = split_part(q.source, ':', 1)
    where q.received_at >= ${from} and q.received_at < ${to} group by 1, 2`.execute(db);
  return rows.rows;
}

const REASONS_TOLD = 3;

/** What of a device's messages was refused since an instant, and why, by the newest message. */
export async function refusedOf(
  db: Db,
  deviceId: string,
  since: Date,
): Promise<{ refused: number; at: Date | null; reasons: Text[] }> {
  const rows = await db
    .withTables<IngestTables>()
    .selectFrom('quarantine')
    .select(['received_at', 'refused'])
    .select(sql<Reason[]>`jsonb_path_query_array(reasons, ${`$[0 to ${REASONS_TOLD - 1}]`}::jsonpath)`.as('reasons'))
    // Over MQTT the source is the device and its topic.
    .where(sql<boolean>`split_part(source, ':', 1) = ${deviceId}`)
    .where('received_at', '>=', since)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return {
    refused: rows.reduce((sum, row) => sum + row.refused, 0),
    at: rows[0]?.received_at ?? null,
    reasons: rows[0]?.reasons.map((one) => one.reason) ?? [],
  };
}

/** How many entries of these doors wait, by the entity that they are of. */
export async function waitingOf(
  db: Db,
  doors: readonly string[],
): Promise<{ door: string; entityId: string | null; n: number }[]> {
  const rows = await sql<{ door: string; entityId: string | null; n: number }>`
    select door, entity_id as "entityId", count(*)::int as n from quarantine
    where state = 'waiting' and door = any(${doors}) group by 1, 2`.execute(db);
  return rows.rows;
}

/** @returns false where someone else decided before */
export async function decide(
  tx: Tx,
  id: number,
  decision: { state: 'retried' | 'dropped'; by: string; at: Date },
): Promise<boolean> {
  const done = await tx
    .withTables<IngestTables>()
    .updateTable('quarantine')
    .set({ state: decision.state, decided_at: decision.at, decided_by: decision.by })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return done.numUpdatedRows === 1n;
}

/** It was read again and is still refused, for these reasons; it goes on waiting. */
export async function refuseAgain(tx: Tx, id: number, reasons: readonly Reason[]): Promise<void> {
  await tx
    .withTables<IngestTables>()
    .updateTable('quarantine')
    .set({ reasons: JSON.stringify(reasons.slice(0, REASONS_KEPT)), refused: reasons.length })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}
