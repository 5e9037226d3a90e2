import { describe, expect, it } from 'vitest';
import { episodesOf, next, type Recorded, type Run, reconcile, type Sample } from './run.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const minutely = { forMs: HOUR, everyMs: MINUTE };
const hourly = { forMs: HOUR, everyMs: HOUR };

/** a value above 150 holds; ends below `clear` */
const sample = (minute: number, value: number, clear = 150): Sample => ({
  at: minute * MINUTE,
  value,
  holds: value > 150,
  ends: value <= clear,
});
const happenings = (samples: Sample[], terms: { forMs: number; everyMs: number }) => {
  let run: Run | null = null;
  const said: [number, string][] = [];
  for (const one of samples) {
    const step = next(run, one, terms);
    run = step.run;
    if (step.happening && step.happening !== 'goes-on') said.push([one.at / MINUTE, step.happening]);
  }
  return said;
};
const range = (from: number, to: number, value = 160) =>
  Array.from({ length: to - from + 1 }, (_, i) => sample(from + i, value));

describe('a run', () => {
  it('is an alert once, with the sixtieth of sixty one-minute values, for an hour', () => {
    // the value of minute 0 covers [0, 1), that of minute 59 covers [59, 60): together one hour
    expect(happenings(range(0, 59), minutely)).toEqual([[59, 'opened']]);
    expect(happenings(range(0, 58), minutely)).toEqual([]);
    expect(happenings(range(0, 300), minutely)).toEqual([[59, 'opened']]);
  });

  it('is an alert with one hourly value, for an hour', () => {
    expect(happenings([sample(0, 160)], hourly)).toEqual([[0, 'opened']]);
  });

  it('begins anew after one value for which the condition does not hold', () => {
    const dip = [...range(0, 30), sample(31, 150), ...range(32, 91)];
    expect(happenings(dip, minutely)).toEqual([[91, 'opened']]);
  });

  it('bears a hole of two and a half intervals and breaks at a longer one', () => {
    const hole = (gap: number) => [...range(0, 29), ...range(29 + gap, 29 + gap + 60)];
    expect(happenings(hole(2), minutely)).toEqual([[59, 'opened']]);
    // 2.5 minutes exactly is still borne
    const exact = [...range(0, 29), ...range(30, 90).map((one) => ({ ...one, at: one.at + 1.5 * MINUTE }))];
    expect(happenings(exact, minutely)[0]?.[0]).toBe(59.5);
    // broken at minute 32: the new run reaches an hour with minute 91
    expect(happenings(hole(3), minutely)).toEqual([[91, 'opened']]);
    expect(happenings([...range(0, 29), ...range(32, 91)], minutely)).toEqual([[91, 'opened']]);
  });

  it('ends only below the lower limit, where one is given', () => {
    const terms = { forMs: 0, everyMs: MINUTE };
    const at = (minute: number, value: number) => sample(minute, value, 120);
    expect(happenings([at(0, 160), at(1, 140), at(2, 155), at(3, 121), at(4, 120), at(5, 160)], terms)).toEqual([
      [0, 'opened'],
      [4, 'ended'],
      [5, 'opened'],
    ]);
  });

  it('is not changed by what cannot be known', () => {
    const unknown = (minute: number): Sample => ({ at: minute * MINUTE, value: 0, holds: null, ends: null });
    expect(happenings([...range(0, 28), unknown(29), ...range(30, 59)], minutely)).toEqual([[59, 'opened']]);
    expect(happenings([sample(0, 160), unknown(60), sample(120, 100)], hourly)).toEqual([
      [0, 'opened'],
      [120, 'ended'],
    ]);
  });
});

describe('late and corrected data', () => {
  const seen = (samples: Sample[], start: Run | null = null) => episodesOf(start, samples, hourly).episodes;
  const recorded = (from: number, until: number | null): Recorded => ({
    since: from * MINUTE,
    reached: from * MINUTE,
    until: until === null ? null : until * MINUTE,
  });

  it('raise what nobody knew of', () => {
    const result = reconcile(seen([sample(0, 100), sample(60, 170), sample(120, 100)]), []);
    expect(result).toMatchObject([{ found: { since: HOUR, until: 2 * HOUR, values: [170] } }]);
  });

  it('do not raise again what was raised, be its values corrected or its stretch longer', () => {
    const samples = [sample(0, 155), sample(60, 170), sample(120, 100)];
    expect(reconcile(seen(samples), [recorded(60, 120)])).toEqual([]);
  });

  it('end what corrected data show to be over, and take up again what they show to go on', () => {
    const over = seen([sample(60, 170), sample(120, 100)]);
    expect(reconcile(over, [recorded(60, null)])).toMatchObject([{ over: { since: HOUR }, until: 2 * HOUR }]);
    const on = seen([sample(60, 170), sample(120, 160)]);
    expect(reconcile(on, [recorded(60, 120)])).toMatchObject([{ resumed: { since: HOUR, until: null } }]);
  });

  it('withdraw an alert whose ground they took away', () => {
    expect(reconcile(seen([sample(60, 100), sample(120, 100)]), [recorded(60, null)])).toEqual([
      { withdrawn: recorded(60, null) },
    ]);
  });

  it('go on from an alert that began before the stretch that is judged again', () => {
    const start = { since: 0, lastTrue: 0, activeFrom: 0 };
    expect(reconcile(seen([sample(300, 160)], start), [recorded(0, null)])).toEqual([]);
    expect(reconcile(seen([sample(300, 100)], start), [recorded(0, null)])).toMatchObject([{ until: 5 * HOUR }]);
  });
});
