import { createHash } from 'node:crypto';
import type { Db } from '../database/index.ts';
import type { Text } from '../words/index.ts';
import type { IngestTables } from './tables.ts';

export type Reason = { at: number | string; reason: Text; text?: string };

export type Quarantined = {
  id: number;
  door: string;
  source: string;
  receivedAt: Date;
  reasons: Reason[];
  state: string;
  bytes: Buffer;
};

/** Keeps what could not be read; the same bytes from the same source are kept once. */
export async function quarantine(
  db: Db,
  entry: { door: string; source: string; bytes: Uint8Array; reasons: readonly Reason[]; at: Date },
): Promise<void> {
  await db
    .withTables<IngestTables>()
    .insertInto('quarantine')
    .values({
      door: entry.door,
      source: entry.source,
      received_at: entry.at,
      bytes: Buffer.from(entry.bytes),
      reasons: JSON.stringify(entry.reasons.slice(0, 1000)),
      decided_at: null,
      decided_by: null,
      sha256: createHash('sha256').update(entry.bytes).digest(),
    })
    .onConflict((conflict) => conflict.columns(['door', 'source', 'sha256']).doNothing())
    .execute();
}

export async function quarantined(
  db: Db,
  limit: number,
  offset: number,
): Promise<{ items: Quarantined[]; total: number }> {
  const base = db.withTables<IngestTables>().selectFrom('quarantine').where('state', '=', 'waiting');
  const [rows, count] = await Promise.all([
    base.selectAll().orderBy('received_at', 'desc').limit(limit).offset(offset).execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map(asQuarantined), total: count.n };
}

export async function quarantinedOne(db: Db, id: number): Promise<Quarantined | null> {
  const row = await db
    .withTables<IngestTables>()
    .selectFrom('quarantine')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? asQuarantined(row) : null;
}

export async function decide(db: Db, id: number, state: 'retried' | 'dropped', by: string, at: Date): Promise<void> {
  await db
    .withTables<IngestTables>()
    .updateTable('quarantine')
    .set({ state, decided_at: at, decided_by: by })
    .where('id', '=', id)
    .execute();
}

const asQuarantined = (row: {
  id: number;
  door: string;
  source: string;
  received_at: Date;
  reasons: Reason[];
  state: string;
  bytes: Buffer;
}): Quarantined => ({
  id: row.id,
  door: row.door,
  source: row.source,
  receivedAt: row.received_at,
  reasons: row.reasons,
  state: row.state,
  bytes: row.bytes,
});
