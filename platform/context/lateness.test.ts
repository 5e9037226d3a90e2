import { describe, expect, it } from 'vitest';
import { isLate, silentAfterSeconds, staleAfterSeconds } from './types.ts';

const everyHour = { everySeconds: 3600 };
const station = { properties: { everySeconds: 60 } };

describe('a figure is old', () => {
  it('after three of its intervals, by the entity’s own promise where it has one, and never within five minutes', () => {
    expect(staleAfterSeconds(everyHour, { properties: {} })).toBe(3 * 3600);
    expect(staleAfterSeconds(everyHour, { properties: { everySeconds: 900 } })).toBe(2700);
    expect(staleAfterSeconds(everyHour, station)).toBe(300);
    expect(silentAfterSeconds(10)).toBe(300);
  });
  it('where it is derived, an hour after the next one was due: an hour’s index of 10:00 at 13:00', () => {
    expect(staleAfterSeconds({ everySeconds: 3600, derived: true }, station)).toBe(3 * 3600);
    expect(staleAfterSeconds({ everySeconds: 86_400, derived: true }, station)).toBe(2 * 86_400 + 3600);
  });
});

describe('a source is late', () => {
  const observes = { dust: everyHour, rain: { everySeconds: 86_400 }, index: { everySeconds: 3600, derived: true } };
  const now = Date.UTC(2026, 10, 25, 10);
  it('where the newest that it sends itself is older than three of its shortest intervals, whatever was derived', () => {
    const times: Record<string, number> = { dust: now - 301_000, rain: now - 400_000, index: now };
    expect(isLate(observes, station, (property) => times[property], now)).toBe(true);
    expect(isLate(observes, station, (property) => times[property], now - 2_000)).toBe(false);
  });
  it('where it never sent, and not where it promised nothing', () => {
    expect(isLate(observes, station, () => undefined, now)).toBe(true);
    expect(isLate({ index: observes.index }, station, () => undefined, now)).toBe(false);
  });
});
