/** What every measure shares: a directory for the run, what must be ended if it fails, the shape of a result. */
import { readdir, readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../tests/browser.ts';

/**
 * One line of bench/results.json. `ratio` is value / floor of the same run (null where the figure has no floor);
 * `met` says whether the goal is reached: for a ratio at least, for a time or a size at most.
 */
export type Result = {
  name: string;
  value: number;
  unit: string;
  floor: number | null;
  ratio: number | null;
  goal: number;
  met: boolean;
  note?: string;
};

export type Run = {
  directory: string;
  /** Ended in any case when the run is over. */
  running: Set<() => Promise<void>>;
};

export type Measure = { names: readonly string[]; run(run: Run): Promise<Result[]> };

/** A browser that is closed with the run at the latest. */
export async function startBrowser(run: Run): Promise<{ browser: Browser; close(): Promise<void> }> {
  const browser = await openBrowser();
  const close = async (): Promise<void> => {
    run.running.delete(close);
    await browser.close();
  };
  run.running.add(close);
  return { browser, close };
}

/** A figure measured against a floor: the more the better. */
export function against(name: string, unit: string, value: number, floor: number, goal: number, note: string): Result {
  const ratio = value / floor;
  return {
    name,
    value: Math.round(value),
    unit,
    floor: Math.round(floor),
    ratio: Number(ratio.toFixed(3)),
    goal,
    met: ratio >= goal,
    note,
  };
}

/** A time or a size: the less the better. */
export function atMost(name: string, unit: string, value: number, goal: number, note: string): Result {
  return { name, value: Number(value.toPrecision(3)), unit, floor: null, ratio: null, goal, met: value <= goal, note };
}

/** The value below which `share` of the samples lie (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const TICKS_PER_SECOND = 100;

/**
 * CPU seconds that a process and all below it have used (Linux; elsewhere 0). On a machine that others use too it says
 * more than the clock does.
 */
export async function cpuSeconds(pid: number): Promise<number> {
  const all = new Map<number, { parent: number; ticks: number }>();
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The command may hold spaces and brackets: the fields begin after the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 16) continue;
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    all.set(Number(name), { parent: Number(fields[1]), ticks });
  }
  const sum = (of: number): number => {
    let ticks = all.get(of)?.ticks ?? 0;
    for (const [id, one] of all) if (one.parent === of) ticks += sum(id);
    return ticks;
  };
  return sum(pid) / TICKS_PER_SECOND;
}
