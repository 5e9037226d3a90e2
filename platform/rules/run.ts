/** When a condition has held long enough, as pure functions over observations in their order. */

/** true, false, or null where it cannot be known (an input is missing). */
export type Verdict = boolean | null;

/** One good observation of the rule's property, already judged by its formulas. `at` in ms. */
export type Sample = { at: number; value: number; holds: Verdict; ends: Verdict };

/** A run that goes on. `activeFrom`: the observation that made it an alert; null while it has not held long enough. */
export type Run = { since: number; lastTrue: number; activeFrom: number | null };

export type RunTerms = {
  /** how long the condition must have held */
  forMs: number;
  /** what one observation covers: [at, at + every) */
  everyMs: number;
};

export type Happening = 'opened' | 'goes-on' | 'ended';

/** A hole longer than this many intervals breaks a run: what was not measured was not seen to hold. */
export const GAP = 2.5;

/**
 * Judges the next observation. A run begins with the first observation for which the condition holds and covers up to
 * one interval after the last; it becomes an alert with the observation whose interval makes it as long as `forMs`.
 * Once an alert, it ends only when `ends` is true (hysteresis). What cannot be known changes nothing.
 */
export function next(
  run: Run | null,
  sample: Sample,
  terms: RunTerms,
): { run: Run | null; happening: Happening | null } {
  const { at, holds, ends } = sample;
  if (run && run.activeFrom !== null) {
    if (ends === true) return { run: null, happening: 'ended' };
    if (holds === true) return { run: { ...run, lastTrue: at }, happening: 'goes-on' };
    return { run, happening: null };
  }
  if (holds === null) return { run, happening: null };
  if (holds === false) return { run: null, happening: null };
  const broken = run === null || at - run.lastTrue > GAP * terms.everyMs;
  const since = broken ? at : run.since;
  const held = at + terms.everyMs - since;
  if (held >= terms.forMs) return { run: { since, lastTrue: at, activeFrom: at }, happening: 'opened' };
  return { run: { since, lastTrue: at, activeFrom: null }, happening: null };
}

/** A time in which the condition had held long enough; `until` null: it still does. Times in ms. */
export type Episode = {
  since: number;
  reached: number;
  until: number | null;
  lastTrue: number;
  value: number;
  /** value of every observation from reaching on for which the condition held */
  values: number[];
};

/** All episodes of a stretch of observations, and the run that goes on at its end. */
export function episodesOf(
  start: Run | null,
  samples: readonly Sample[],
  terms: RunTerms,
): { run: Run | null; episodes: Episode[] } {
  let run = start;
  const episodes: Episode[] = [];
  if (run?.activeFrom != null) {
    episodes.push({
      since: run.since,
      reached: run.activeFrom,
      until: null,
      lastTrue: run.lastTrue,
      value: Number.NaN,
      values: [],
    });
  }
  for (const sample of samples) {
    const step = next(run, sample, terms);
    const last = episodes.at(-1);
    if (step.happening === 'opened' && step.run) {
      const { since, activeFrom } = step.run;
      episodes.push({
        since,
        reached: activeFrom ?? sample.at,
        until: null,
        lastTrue: sample.at,
        value: sample.value,
        values: [sample.value],
      });
    } else if (step.happening === 'goes-on' && last) {
      last.lastTrue = sample.at;
      last.value = sample.value;
      last.values.push(sample.value);
    } else if (step.happening === 'ended' && last) last.until = sample.at;
    run = step.run;
  }
  return { run, episodes };
}

/** An episode that was recorded when it was raised. */
export type Recorded = { since: number; reached: number; until: number | null };

export type Reconciled =
  /** nobody knew of it: raise it, and end it too where it is over */
  | { found: Episode }
  /** it was thought over and is not: raise it again */
  | { resumed: Episode; recorded: Recorded }
  /** it was thought to go on and is over */
  | { over: Episode; recorded: Recorded; until: number }
  /** corrected data took its ground away while it was going on */
  | { withdrawn: Recorded };

/**
 * What late or corrected data change: the episodes as they are now seen against those recorded when they were raised.
 * What overlaps a recorded episode is that episode and is not raised again.
 */
export function reconcile(seen: readonly Episode[], recorded: readonly Recorded[]): Reconciled[] {
  const result: Reconciled[] = [];
  const met = new Set<Recorded>();
  for (const episode of seen) {
    const same = recorded.filter((one) => overlap(episode, one));
    for (const one of same) met.add(one);
    const last = same.at(-1);
    if (!last) result.push({ found: episode });
    else if (last.until !== null && episode.until === null) result.push({ resumed: episode, recorded: last });
    else if (last.until === null && episode.until !== null) {
      result.push({ over: episode, recorded: last, until: episode.until });
    }
  }
  for (const one of recorded) if (one.until === null && !met.has(one)) result.push({ withdrawn: one });
  return result;
}

/** Whether two stretches of time share some; `until` null goes on for ever. */
export function overlap(
  a: { since: number; until: number | null },
  b: { since: number; until: number | null },
): boolean {
  const end = (one: { until: number | null }): number => one.until ?? Number.POSITIVE_INFINITY;
  return a.since < end(b) && b.since < end(a);
}
