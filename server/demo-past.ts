/**
 * The past of the demo: the program lives the last weeks once more, with its clock set back, by the same functions as
 * on any day. All that comes of it is marked as simulated.
 */
import type { Logger } from 'pino';
import { type Composed, type ComposeOptions, compose } from './compose.ts';
import { liveReports } from './demo-reports.ts';
import { liveVoices } from './demo-voices.ts';

export type Past = {
  composed: Composed;
  /** what the rooms take for now */
  clock: { now: Date };
  /** when the demo was started */
  present: number;
  seed: number;
  logger: Logger;
  signal: AbortSignal;
};

export async function livePast(
  options: ComposeOptions,
  { seed, logger, signal }: Pick<Past, 'seed' | 'logger' | 'signal'>,
): Promise<void> {
  const present = options.now();
  const clock = { now: present };
  const composed = await compose({ ...options, now: () => clock.now, tracing: null });
  try {
    await composed.territory.seed();
    await composed.calendar.seed();
    const past: Past = { composed, clock, present: present.getTime(), seed, logger, signal };
    await liveReports(past);
    await liveVoices(past);
  } finally {
    await composed.http.app.close();
  }
}
