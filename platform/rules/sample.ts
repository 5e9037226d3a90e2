/** From stored rows to what is judged: the formulas' answers at each observation. Live judging and trials share it. */
import type { CompiledRule } from './condition.ts';
import { type CompiledInput, type Data, figureAt, hoursOf, reachOf, type Source } from './inputs.ts';
import type { Sample } from './run.ts';
import type { Value } from './states.ts';

/** A rule on one series, with the series its further figures come from. */
export type Judge = { rule: CompiledRule; sources: readonly Source[] };

/** With the values of all names, by which a severity is found. */
export type JudgedSample = Sample & { values: Readonly<Record<string, number | null>> };

/** The formulas' answer at one observation. Outside the rule's times the condition does not hold and is over. */
export function sampleOf({ rule, sources }: Judge, row: Value, data: Data): JudgedSample {
  const values: Record<string, number | null> = { [rule.property]: row.value };
  if (!rule.isActive(row.at)) return { at: row.at, value: row.value, holds: false, ends: true, values };
  for (const source of sources) values[source.input.name] = figureAt(source, row.at, data);
  return { at: row.at, value: row.value, holds: rule.holds(values), ends: rule.ends(values), values };
}

/** The stretches of series that must be read to judge observations between two times. */
export function windowsOf(
  sources: Iterable<Source>,
  from: number,
  to: number,
): { seriesId: number; from: number; to: number }[] {
  const back = new Map<number, number>();
  for (const { input, seriesIds } of sources) {
    for (const id of seriesIds) back.set(id, Math.max(back.get(id) ?? 0, reachOf(input)));
  }
  return [...back].map(([seriesId, ms]) => ({ seriesId, from: from - ms, to }));
}

/** The hourly means that must be read to judge observations at these times. */
export function hoursNeeded(sources: Iterable<Source>, times: readonly number[]): { seriesId: number; hour: number }[] {
  const wanted = new Map<string, { seriesId: number; hour: number }>();
  for (const { input, seriesIds } of sources) {
    if (input.given.kind !== 'unusual') continue;
    for (const at of times) {
      for (const hour of hoursOf(input, at)) {
        for (const seriesId of seriesIds) wanted.set(`${seriesId} ${hour}`, { seriesId, hour });
      }
    }
  }
  return [...wanted.values()];
}

/** Which entities' properties a figure of an entity is computed from. */
export const isOfArea = (input: CompiledInput): boolean => input.given.kind === 'area';
