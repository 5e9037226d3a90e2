/** The exceedance register: each limit against values over its own averaging time. Pure. */
import type { BucketRow } from '../../platform/history/index.ts';
import { type Averaging, exceeds, type Limit, limitsOf } from './limits.ts';

export type Exceedance = {
  entityId: string;
  property: string;
  /** start of the averaging time (ms) */
  at: number;
  averaging: Averaging;
  value: number;
  /** share of the promised hours or values that were there */
  share: number;
  limit: Limit;
  /** value over limit (or limit over value where the limit is a least) */
  times: number;
};

const HOUR = 3_600_000;
const LOCAL = 7 * HOUR;
const SHARE = 0.75;

const localHour = (at: number): number => new Date(at + LOCAL).getUTCHours();
const localDay = (at: number): string => new Date(at + LOCAL).toISOString().slice(0, 10);

/** Whether an hour of the day lies in [from, to), over midnight too. */
export function holdsAt(hours: Limit['hours'], hour: number): boolean {
  if (!hours) return true;
  const [from, to] = hours;
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

/**
 * @param rows valid and invalid hour buckets of one entity (any order), reaching 7 hours before `from` for 8-hour means
 * @param from first instant of the register (ms); windows ending before it are left out
 */
export function findExceedances(
  entity: { id: string; type: string; properties: Record<string, unknown> },
  rows: readonly BucketRow[],
  from: number,
): Exceedance[] {
  const found: Exceedance[] = [];
  const byProperty = Map.groupBy(rows, (row) => row.property);
  for (const [property, all] of byProperty) {
    const hours = new Map(
      all.filter((row) => row.valid && row.mean !== null).map((row) => [row.at, row.mean as number]),
    );
    const starts = [...hours.keys()].sort((a, b) => a - b);
    const note = (at: number, averaging: Averaging, value: number, share: number): void => {
      for (const limit of limitsOf(entity.type, entity.properties, property, localDay(at))) {
        if (limit.averaging !== averaging || !holdsAt(limit.hours, localHour(at)) || !exceeds(limit, value)) continue;
        const over = limit.high !== null && value > limit.high;
        const times = over ? value / (limit.high as number) : (limit.low as number) / Math.max(value, 1e-9);
        found.push({ entityId: entity.id, property, at, averaging, value, share, limit, times });
      }
    };
    for (const at of starts) {
      if (at < from) continue;
      const value = hours.get(at) as number;
      note(at, '1h', value, 1);
      note(at, 'sample', value, 1);
      const eight = Array.from({ length: 8 }, (_, back) => hours.get(at - back * HOUR)).filter(
        (one) => one !== undefined,
      );
      if (eight.length >= SHARE * 8) note(at - 7 * HOUR, '8h', mean(eight), eight.length / 8);
    }
    for (const [, ofDay] of Map.groupBy(starts, localDay)) {
      const first = ofDay[0] as number;
      const midnight = first - localHour(first) * HOUR;
      if (midnight < from || ofDay.length < SHARE * 24) continue;
      note(midnight, '24h', mean(ofDay.map((at) => hours.get(at) as number)), ofDay.length / 24);
    }
  }
  return found.sort((a, b) => b.at - a.at || b.times - a.times);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
