/**
 * How a source stands on a day by the four words that officials use: 'đúng, đủ, sạch, sống'. Pure; shares are 0 to 1, null
 * where there is nothing to judge. `VERSION` counts the formulas; it stands with every stored figure.
 */
import { median } from '../rules/index.ts';

export const VERSION = 2;

const HOUR_MS = 3_600_000;
/** 1 / Φ⁻¹(3/4): makes the MAD of normally distributed values their standard deviation. */
const SCALE = 1.4826;
/** Iglewicz and Hoaglin (1993): a modified z-score above it is an outlier. */
const OUTLIER = 3.5;
/** A figure that was the same for so many hours on end is taken for a stuck sensor. */
const STUCK_HOURS = 6;
/** The median of two is their mean: of two neighbours one that drifts would make the other's fault its own. */
const LEAST_NEIGHBOURS = 3;
const LEAST_HOURS = 12;
const LEAST_DAYS = 7;
/** A deviation below this share of the level never counts as drift, however calm the days before were. */
const FLOOR = 0.02;

export type Hour = { at: number; mean: number | null; min: number | null; max: number | null };

export type Counts = {
  expected: number;
  received: number;
  refused: number;
  corrected: number;
  stretches: number;
  heard: number;
};

export type Finding = { check: 'stuck' | 'drift'; property: string; value: number };

/**
 * @param counts `taken`: what `refused` is a part of, where that is not what is expected (lines of files)
 * @param failed findings among `judged` checks
 */
export function scoresOf(counts: Counts & { taken?: number }, judged: number, failed: number) {
  const { expected, received, refused, corrected, stretches, heard, taken = received } = counts;
  const complete = share(Math.min(received, expected), expected);
  const spoilt = share(Math.min(refused + corrected, taken + refused), taken + refused);
  const clean = spoilt === null ? null : 1 - spoilt;
  const live = share(heard, stretches);
  const correct = judged === 0 ? null : 1 - failed / judged;
  const known = [complete, clean, live, correct].filter((one) => one !== null);
  return { complete, clean, live, correct, worst: known.length === 0 ? null : Math.min(...known) };
}

const share = (part: number, whole: number): number | null =>
  whole <= 0 ? null : Math.max(0, Math.min(1, part / whole));

/**
 * The longest run of hours on end in which the figure did not move at all. 0 does not count (no rain, no wind, lamps off),
 * nor does an end of the declared range (air saturated at 100 %): there a figure stands still by nature.
 * Null with fewer than six measured hours: then nothing is judged.
 */
export function longestStill(hours: readonly Hour[], [least, most]: readonly [number, number]): number | null {
  let measured = 0;
  let longest = 0;
  let run = 0;
  let last: Hour | null = null;
  for (const hour of hours) {
    if (hour.mean === null) continue;
    measured += 1;
    const still = hour.min === hour.max && hour.min !== 0 && hour.min !== least && hour.min !== most;
    const goesOn =
      still && last !== null && last.min === hour.min && last.max === hour.max && hour.at - last.at === HOUR_MS;
    run = goesOn ? run + 1 : still ? 1 : 0;
    longest = Math.max(longest, run);
    last = hour;
  }
  return measured < STUCK_HOURS ? null : longest;
}

export const isStuck = (still: number): boolean => still >= STUCK_HOURS;

/**
 * The median over the day's hours of (own mean - median of the neighbours' means), and the neighbours' level (the median of
 * their medians). Hours with fewer than three neighbours do not count; null with fewer than twelve hours that do.
 */
export function differenceTo(
  own: ReadonlyMap<number, number>,
  neighbours: readonly ReadonlyMap<number, number>[],
): { difference: number; level: number } | null {
  const differences: number[] = [];
  const levels: number[] = [];
  for (const [at, mean] of own) {
    const others = neighbours.flatMap((one) => one.get(at) ?? []);
    const level = others.length < LEAST_NEIGHBOURS ? null : median(others);
    if (level === null) continue;
    differences.push(mean - level);
    levels.push(level);
  }
  const difference = median(differences);
  const level = median(levels);
  return differences.length < LEAST_HOURS || difference === null || level === null ? null : { difference, level };
}

/**
 * How far the day's difference to the neighbours is from that of the days before: (difference - median) / the greater of
 * 1.4826 MAD and 2 % of the neighbours' level. Null with fewer than seven days before, or where nothing moves.
 */
export function driftOf(today: { difference: number; level: number }, before: readonly number[]): number | null {
  const middle = median(before);
  if (before.length < LEAST_DAYS || middle === null) return null;
  const mad = median(before.map((one) => Math.abs(one - middle))) ?? 0;
  const spread = Math.max(SCALE * mad, FLOOR * Math.abs(today.level));
  return spread === 0 ? null : (today.difference - middle) / spread;
}

export const isDrift = (deviation: number): boolean => Math.abs(deviation) > OUTLIER;
