/** Preparing series for charts: gaps, the shift to Hanoi's clock, rows of the table beside the chart. */

export type SeriesPoint = readonly [at: string | number, value: number | null];

const hanoiMs = 7 * 3600 * 1000;

const millis = (at: string | number) => (typeof at === 'number' ? at : new Date(at).getTime());

/**
 * Milliseconds for a time axis that is drawn as if it were UTC: then every browser shows Hanoi's time. Vietnam has kept
 * UTC+7 without summer time since 1975.
 */
export function axisTime(at: string | number): number {
  return millis(at) + hanoiMs;
}

/** The inverse of `axisTime`. */
export function instantOfAxis(axis: number): number {
  return axis - hanoiMs;
}

/**
 * Points in order of time, with a null where more than one and a half intervals passed without a value, so that a
 * line never bridges what was not measured.
 */
export function withGaps(points: readonly SeriesPoint[], everySeconds?: number): [number, number | null][] {
  const sorted = points
    .map(([at, value]) => [axisTime(at), value] as [number, number | null])
    .sort((a, b) => a[0] - b[0]);
  if (!everySeconds) return sorted;
  const step = everySeconds * 1000;
  const result: [number, number | null][] = [];
  for (const point of sorted) {
    const before = result.at(-1);
    if (before && point[0] - before[0] > step * 1.5) result.push([before[0] + step, null]);
    result.push(point);
  }
  return result;
}

/** One row for each time that any series has, newest first: the table beside the chart. */
export function tableRows(
  series: readonly { points: readonly SeriesPoint[] }[],
): { at: number; values: (number | null)[] }[] {
  const rows = new Map<number, (number | null)[]>();
  series.forEach((one, index) => {
    for (const [at, value] of one.points) {
      const key = millis(at);
      const row = rows.get(key) ?? series.map(() => null);
      row[index] = value;
      rows.set(key, row);
    }
  });
  return [...rows].map(([at, values]) => ({ at, values })).sort((a, b) => b.at - a.at);
}
