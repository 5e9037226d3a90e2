import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import { refuse } from '../words/index.ts';
import { DAY_MS } from './local-time.ts';

export const keyOf = (type: string, property: string): string => `${type}.${property}`;

/** The instants (ms) before which single values have gone by their class, by `keyOf`. Their sums stand. */
export async function floorsOf(db: Db | Tx): Promise<Map<string, number>> {
  const rows = await sql<{ type: string; property: string; at: number }>`select type, property,
    extract(epoch from before::timestamp at time zone 'UTC')::float8 * 1000 as at from retention_floors`.execute(db);
  return new Map(rows.rows.map(({ type, property, at }) => [keyOf(type, property), at]));
}

/** No class keeps single values for less (see the table), so that younger hours need no look at what has gone. */
const LEAST_MS = 31 * DAY_MS;

/**
 * Takes the hours out of a step whose values have gone: made again from what is left they would be wrong. Nothing comes there by
 * the doors; a value that was on its way while they went is left to the next run.
 */
export async function keepWhatHasGone(
  tx: Tx,
  touched: Map<number, Set<number>>,
  keyOfSeries: (seriesId: number) => string | null,
  now: Date,
): Promise<void> {
  const old = now.getTime() - LEAST_MS;
  if (![...touched.values()].some((hours) => [...hours].some((hour) => hour < old))) return;
  const floors = await floorsOf(tx);
  if (floors.size === 0) return;
  for (const [id, hours] of touched) {
    const floor = floors.get(keyOfSeries(id) ?? '');
    if (floor === undefined) continue;
    for (const hour of hours) if (hour < floor) hours.delete(hour);
    if (hours.size === 0) touched.delete(id);
  }
}

export const rawHasGone = (floor: number) => {
  const day = new Date(floor).toISOString().slice(0, 10);
  const [year, month, date] = day.split('-').map(Number);
  return refuse(410, 'raw-not-kept', {
    vi: `Số liệu gốc trước ngày ${date}/${month}/${year} (UTC) đã được xóa theo thời hạn lưu giữ; hãy dùng số liệu theo giờ hoặc theo ngày, hoặc chọn thời gian sau ngày đó.`,
    en: `Single values before ${day} (UTC) have gone by their retention class; use hours or days, or a later period.`,
  });
};
