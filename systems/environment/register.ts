import type { Entity } from '../../platform/context/index.ts';
import type { Platform } from '../../platform/declaration/index.ts';
import { DAY_MS, HOUR_MS, LOCAL_OFFSET_MS } from '../../platform/history/index.ts';
import type { Visible } from '../../platform/rights/index.ts';
import { type Exceedance, findExceedances } from './exceedances.ts';
import { allLimits } from './limits.ts';

/** Local days `yyyy-mm-dd` (both included) as instants. */
export function daysOf(from: string, to: string): { from: Date; to: Date } {
  const start = Date.parse(`${from}T00:00:00Z`) - LOCAL_OFFSET_MS;
  const end = Date.parse(`${to}T00:00:00Z`) - LOCAL_OFFSET_MS + DAY_MS;
  return { from: new Date(start), to: new Date(end) };
}

const watched = Map.groupBy(allLimits, (limit) => limit.of.split('.')[0] ?? '');

/** All exceedances of the stations that the reader may see, newest first. */
export async function exceedancesOf(
  platform: Platform,
  rights: Visible,
  range: { from: Date; to: Date },
  type?: string,
): Promise<{ entity: Entity; found: Exceedance }[]> {
  const rows: { entity: Entity; found: Exceedance }[] = [];
  for (const [name, limits] of watched) {
    if (type && name !== type) continue;
    const { items } = await platform.context.find(rights, { type: name, limit: 5000 });
    if (items.length === 0) continue;
    const properties = [...new Set(limits.map((limit) => limit.of.split('.')[1] ?? ''))];
    const buckets = await platform.history.buckets(
      rights,
      items.map((one) => one.id),
      properties,
      'hour',
      new Date(range.from.getTime() - 7 * HOUR_MS),
      range.to,
    );
    const byEntity = Map.groupBy(buckets, (row) => row.entityId);
    for (const entity of items) {
      for (const found of findExceedances(entity, byEntity.get(entity.id) ?? [], range.from.getTime())) {
        rows.push({ entity, found });
      }
    }
  }
  return rows.sort((a, b) => b.found.at - a.found.at || b.found.times - a.found.times);
}
