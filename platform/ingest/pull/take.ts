import type { Db } from '../../database/index.ts';
import type { Log } from '../../events/index.ts';
import type { Flaw } from '../../words/index.ts';
import type { Device } from '../devices.ts';
import type { Incoming, Intake } from '../intake.ts';
import { mapped } from '../protocols/mapping.ts';
import { isRecord } from '../protocols/reading.ts';
import { type Reading, readRow, rowsOf } from './reading.ts';
import type { PullTables } from './tables.ts';

/** In quarantine: rows that were refused, or an answer of which nothing could be read, whole. */
export type PullDoor = 'pull' | 'pull-answer';
export const isPull = (door: string): door is PullDoor => door === 'pull' || door === 'pull-answer';

type Parts = { db: Db; log: Log; intake: Intake };
export type ReadRow = { at: number; row: unknown; incoming: Incoming[]; names: string[]; bad: Flaw[] };

const AT_ONCE = 5_000;

/**
 * Rows as the doors take them. Where the mapping names sources, rows of other things are passed by: an agency's answer
 * holds stations that are not ours.
 */
export function readRows(
  device: Pick<Device, 'mapping' | 'entities'>,
  reading: Reading,
  rows: readonly unknown[],
  fetchedAt: number,
): { read: ReadRow[]; passed: number } {
  const { mapping, entities } = device;
  const named = Object.keys(mapping.properties ?? {});
  const sources = mapping.sources && Object.keys(mapping.sources).length > 0 ? mapping.sources : null;
  const read: ReadRow[] = [];
  let passed = 0;
  rows.forEach((row, at) => {
    const { readings, bad } = readRow(row, reading, named, fetchedAt);
    const ours = readings.filter(({ source }) => source === null || sources === null || Object.hasOwn(sources, source));
    if (readings.length > 0 && ours.length === 0) {
      passed += 1;
      return;
    }
    const incoming: Incoming[] = [];
    const names: string[] = [];
    for (const one of ours) {
      const here = mapped(one, mapping, entities);
      if (!here) continue;
      incoming.push(here);
      names.push(one.name);
    }
    read.push({ at, row, incoming, names, bad });
  });
  return { read, passed };
}

export type Stored = {
  accepted: number;
  refused: Flaw[];
  /** the rows in which something was refused */
  kept: unknown[];
  passed: number;
  newestAt: number | null;
};

/** Stores what is good of the rows, some thousand values at a time, and tells the rest by the number of its row, from 1. */
export async function storeRows(
  { log, intake }: Omit<Parts, 'db'>,
  device: Device,
  reading: Reading,
  rows: readonly unknown[],
  fetchedAt: number,
): Promise<Stored> {
  const { read, passed } = readRows(device, reading, rows, fetchedAt);
  const stored: Stored = { accepted: 0, refused: [], kept: [], passed, newestAt: null };
  for (let begin = 0; begin < read.length; begin += AT_ONCE) {
    const piece = read.slice(begin, begin + AT_ONCE);
    const places = piece.flatMap((row) => row.incoming.map((_, index) => ({ row, name: row.names[index] ?? '' })));
    const sorted = await intake.sort(
      piece.flatMap((row) => row.incoming),
      (id) => device.entities.has(id),
    );
    await log.offer(sorted.good);
    stored.accepted += sorted.good.length;
    for (const { at } of sorted.good) stored.newestAt = Math.max(stored.newestAt ?? at, at);
    const bad = new Map<ReadRow, Flaw[]>(piece.flatMap((row) => (row.bad.length > 0 ? [[row, [...row.bad]]] : [])));
    for (const { at, reason } of sorted.bad) {
      const place = places[Number(at)];
      if (place) bad.set(place.row, [...(bad.get(place.row) ?? []), { at: place.name, reason }]);
    }
    for (const [row, flaws] of [...bad].toSorted(([one], [other]) => one.at - other.at)) {
      stored.kept.push(row.row);
      for (const { at, reason } of flaws) stored.refused.push({ at: `${row.at + 1}${at ? ` (${at})` : ''}`, reason });
    }
  }
  return stored;
}

/** Takes again what a connector brought, with its reading and mapping of today. */
export async function retakePulled(
  parts: Parts,
  door: PullDoor,
  device: Device,
  bytes: Buffer,
  fetchedAt: Date,
): Promise<{ accepted: number; refused: Flaw[] }> {
  const connector = await parts.db
    .withTables<PullTables>()
    .selectFrom('connectors')
    .select('reading')
    .where('device_id', '=', device.principal.id)
    .executeTakeFirstOrThrow();
  const kept = door === 'pull' ? { rows: JSON.parse(bytes.toString('utf8')) } : rowsOf(bytes, connector.reading);
  if ('problem' in kept) return { accepted: 0, refused: [{ at: '', reason: kept.problem }] };
  return storeRows(parts, device, connector.reading, kept.rows, fetchedAt.getTime());
}

/** A row as a person looks at it: short, and as text. */
export const shown = (row: unknown): string => JSON.stringify(isRecord(row) ? row : (row ?? null)).slice(0, 500);
