import { describe, expect, it } from 'vitest';
import { differenceTo, driftOf, type Hour, isDrift, isStuck, longestStill, scoresOf } from './scores.ts';

const counts = { expected: 1440, received: 1440, refused: 0, corrected: 0, stretches: 24, heard: 24 };
const HOUR = 3_600_000;

describe('the four words', () => {
  it('are whole where all came, nothing was refused and nothing was found', () => {
    expect(scoresOf(counts, 4, 0)).toEqual({ complete: 1, clean: 1, live: 1, correct: 1, worst: 1 });
  });

  it('are shares of what was promised, and the worst of them counts', () => {
    // 720 of 1,440 came; of 720 + 80 that were sent 80 were refused and 40 corrected; 12 of 24 hours; 1 of 4 checks failed.
    const scores = scoresOf({ ...counts, received: 720, refused: 80, corrected: 40, heard: 12 }, 4, 1);
    expect(scores).toEqual({ complete: 0.5, clean: 1 - 120 / 800, live: 0.5, correct: 0.75, worst: 0.5 });
  });

  it('are unknown where nothing could be judged, and never more than whole', () => {
    const none = { expected: 0, received: 0, refused: 0, corrected: 0, stretches: 0, heard: 0 };
    expect(scoresOf(none, 0, 0)).toEqual({ complete: null, clean: null, live: null, correct: null, worst: null });
    expect(scoresOf({ ...counts, received: 1500 }, 0, 0)).toMatchObject({ complete: 1, correct: null });
    // All that came was refused, and the same corrected: no share below nothing.
    expect(scoresOf({ ...counts, received: 10, refused: 5, corrected: 20 }, 0, 0).clean).toBe(0);
  });
});

describe('a stuck figure', () => {
  const range: [number, number] = [-5, 100];
  const hour = (n: number, value: number, move = 0): Hour => ({
    at: n * HOUR,
    mean: value,
    min: value - move,
    max: value + move,
  });
  it('is one that does not move for six hours on end', () => {
    const still = longestStill(
      [0, 1, 2, 3, 4, 5].map((n) => hour(n, 7)),
      range,
    );
    expect([still, isStuck(still ?? 0)]).toEqual([6, true]);
  });
  it('is not one that moves, is zero, or has a hole between', () => {
    expect(
      longestStill(
        [0, 1, 2, 3, 4, 5].map((n) => hour(n, 7, 0.1)),
        range,
      ),
    ).toBe(0);
    expect(
      longestStill(
        [0, 1, 2, 3, 4, 5].map((n) => hour(n, 0)),
        range,
      ),
    ).toBe(0);
    expect(
      longestStill(
        [0, 1, 2, 4, 5, 6].map((n) => hour(n, 7)),
        range,
      ),
    ).toBe(3);
    expect(
      longestStill(
        [0, 1, 2, 3, 4, 5].map((n) => hour(n, n)),
        range,
      ),
    ).toBe(1);
  });
  it('is not one at an end of its range: air can be saturated all night', () => {
    expect(
      longestStill(
        [0, 1, 2, 3, 4, 5].map((n) => hour(n, 100)),
        range,
      ),
    ).toBe(0);
    expect(
      longestStill(
        [0, 1, 2, 3, 4, 5].map((n) => hour(n, -5)),
        range,
      ),
    ).toBe(0);
  });
  it('is not judged with fewer than six hours', () => {
    expect(
      longestStill(
        [0, 1, 2, 3, 4].map((n) => hour(n, 7)),
        range,
      ),
    ).toBeNull();
  });
});

describe('drift against the neighbours', () => {
  const day = (value: number, hours = 24) => new Map(Array.from({ length: hours }, (_, n) => [n * HOUR, value]));
  it('is the median difference to the neighbours’ median', () => {
    // The neighbours’ median of 40, 50 and 90 is 50; 58 - 50 = 8.
    expect(differenceTo(day(58), [day(40), day(50), day(90)])).toEqual({ difference: 8, level: 50 });
  });
  it('is unknown with two neighbours or fewer than twelve hours', () => {
    expect(differenceTo(day(58), [day(40), day(50)])).toBeNull();
    expect(differenceTo(day(58, 11), [day(40), day(50), day(60)])).toBeNull();
  });
  it('is measured by the days before: median 2, MAD 1, so 8 is (8 - 2) / 1.4826', () => {
    const deviation = driftOf({ difference: 8, level: 50 }, [0, 1, 1, 2, 3, 3, 4]);
    expect(deviation).toBeCloseTo(6 / 1.4826, 9);
    expect(isDrift(deviation ?? 0)).toBe(true);
  });
  it('never calls less than 2 % of the level a spread: 8 - 6.5 = 1.5 of 1.0', () => {
    const deviation = driftOf({ difference: 8, level: 50 }, [6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5]);
    expect(deviation).toBeCloseTo(1.5, 9);
    expect(isDrift(deviation ?? 0)).toBe(false);
  });
  it('is unknown with fewer than seven days before, or where all is zero', () => {
    expect(driftOf({ difference: 8, level: 50 }, [1, 2, 3, 4, 5, 6])).toBeNull();
    expect(driftOf({ difference: 0, level: 0 }, [0, 0, 0, 0, 0, 0, 0])).toBeNull();
  });
});
