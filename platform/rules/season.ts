/** What is usual in an hour of the week, from hourly means: the median and the median absolute deviation (MAD). */

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 86_400_000;
/** 1 / Φ⁻¹(3/4): makes the MAD of normally distributed values their standard deviation. */
const SCALE = 1.4826;

/** The same hour of the week in the weeks before, newest first: beginnings in ms. */
export function hoursLikeThis(at: number, weeks: number): number[] {
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
  return Array.from({ length: weeks }, (_, n) => hour - (n + 1) * WEEK_MS);
}

/** The middle value, of an even number the mean of the two middle ones; null of none. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/**
 * How far `value` is from the usual: (value - median) / (1.4826 MAD), the modified z-score of Iglewicz and Hoaglin
 * (1993), who call more than 3.5 an outlier. Null with fewer than `least` values, or where they do not differ.
 */
export function unusual(value: number, usual: readonly number[], least: number): number | null {
  const middle = median(usual);
  if (usual.length < least || middle === null) return null;
  const mad = median(usual.map((one) => Math.abs(one - middle)));
  return mad === null || mad === 0 ? null : (value - middle) / (SCALE * mad);
}
