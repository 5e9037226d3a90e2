import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { Observation, Quality } from './writer.ts';

const VERSION = 1;
/** series number (int32), instant (float64, ms since 1970), value (float64), quality (uint8); little-endian */
const ROW = 4 + 8 + 8 + 1;

/** The rows of one event as bytes: one byte of version, then the rows one after another. */
export function packRows(observations: readonly Observation[]): Buffer {
  const bytes = Buffer.allocUnsafe(1 + observations.length * ROW);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes[0] = VERSION;
  let at = 1;
  for (const one of observations) {
    view.setInt32(at, one.seriesId, true);
    view.setFloat64(at + 4, one.at, true);
    view.setFloat64(at + 12, one.value, true);
    bytes[at + 20] = one.quality;
    at += ROW;
  }
  return bytes;
}

/** Throws where the bytes are of a version that this program does not know. */
export function unpackRows(bytes: Buffer): Observation[] {
  if (bytes[0] !== VERSION) throw new Error(`rows of an event in version ${bytes[0]}, which is not known here`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const observations: Observation[] = [];
  for (let at = 1; at < bytes.length; at += ROW) {
    observations.push({
      seriesId: view.getInt32(at, true),
      at: view.getFloat64(at + 4, true),
      value: view.getFloat64(at + 12, true),
      quality: bytes[at + 20] as Quality,
    });
  }
  return observations;
}

/** The rows of these events; an event whose rows are no longer kept is left out. */
export async function readBatches(
  db: Db | Tx,
  eventIds: readonly number[],
): Promise<Map<number, readonly Observation[]>> {
  if (eventIds.length === 0) return new Map();
  const found = await sql<{ event_id: number; rows: Buffer }>`select event_id, rows from event_batches
    where event_id = any(${[...eventIds]}::bigint[])`.execute(db);
  return new Map(found.rows.map((row) => [row.event_id, unpackRows(row.rows)]));
}

const AT_ONCE = 5_000;

/**
 * Takes away the observation events, and their rows, that every follower has passed and that are older than `before`.
 * Other events stay: they are the story of alerts, cases and rights. @returns how many were taken away
 */
export async function tidyBatches(db: Db, before: Date): Promise<number> {
  let all = 0;
  for (;;) {
    const gone = await db.transaction().execute(async (tx) => {
      const events = await sql<{ id: number }>`delete from events where id in (
          select e.id from events e
          where e.kind = 'observations' and e.at < ${before}
            and not exists (select 1 from cursors c where (c.xid, c.id) < (e.xid, e.id))
          order by e.xid, e.id limit ${AT_ONCE})
        returning id`.execute(tx);
      const ids = events.rows.map((row) => row.id);
      await sql`delete from event_batches where event_id = any(${ids}::bigint[])`.execute(tx);
      return ids.length;
    });
    all += gone;
    if (gone < AT_ONCE) return all;
  }
}
