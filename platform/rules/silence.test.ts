import { describe, expect, it } from 'vitest';
import type { Observed } from '../context/index.ts';
import { promisedMs, silentAfterMs, upSince } from './silence.ts';

const MINUTE = 60_000;
const observed = (everySeconds: number, derived?: true): Observed => ({
  title: { vi: 'Trị số', en: 'Value' },
  unit: 'mm',
  everySeconds,
  range: [0, 1],
  rollUp: 'mean',
  ...(derived ? { derived } : {}),
});

describe('silence', () => {
  it('is measured by the shortest interval of what the entity itself sends', () => {
    const byType = { properties: {} };
    expect(promisedMs({ observes: { a: observed(300), b: observed(60), aqi: observed(10, true) } }, byType)).toBe(
      MINUTE,
    );
    // A station that sends by the hour is not silent after minutes.
    expect(promisedMs({ observes: { a: observed(300) } }, { properties: { everySeconds: 3600 } })).toBe(60 * MINUTE);
    expect(promisedMs({ observes: { aqi: observed(3600, true) } }, byType)).toBeNull();
    expect(promisedMs({ observes: {} }, byType)).toBeNull();
  });

  it('may last three intervals, and never less than five minutes', () => {
    expect(silentAfterMs(10 * MINUTE)).toBe(30 * MINUTE);
    expect(silentAfterMs(MINUTE)).toBe(5 * MINUTE);
  });

  it('counts only time in which the platform was up', () => {
    // up from minute 0 to 10 and from minute 100 on; last heard at minute 8, now minute 103: 2 + 3 minutes
    const up = [
      { from: 0, to: 10 * MINUTE },
      { from: 100 * MINUTE, to: 103 * MINUTE },
    ];
    expect(upSince(up, 8 * MINUTE, 103 * MINUTE)).toBe(5 * MINUTE);
    expect(upSince(up, 104 * MINUTE, 103 * MINUTE)).toBe(0);
    expect(upSince([], 0, 103 * MINUTE)).toBe(0);
  });
});
