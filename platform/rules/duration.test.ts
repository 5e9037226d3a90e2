import { describe, expect, it } from 'vitest';
import { durationMs, durationWords } from './duration.ts';

describe('durations', () => {
  it('are read from ISO 8601', () => {
    expect(durationMs('PT1H')).toBe(3_600_000);
    expect(durationMs('PT90S')).toBe(90_000);
    expect(durationMs('P1DT12H30M')).toBe((36 * 60 + 30) * 60_000);
    expect(durationMs('PT0S')).toBe(0);
  });

  it.each(['', 'P', 'PT', 'P1DT', '1h', 'PT1.5H', 'P1M', '-PT1H'])('refuse %j', (text) => {
    expect(() => durationMs(text)).toThrow(/ISO 8601/);
  });

  it('are said in words', () => {
    expect(durationWords(5_400_000)).toEqual({ vi: '1 giờ 30 phút', en: '1 hour 30 minutes' });
    expect(durationWords(86_400_000 * 2 + 1000)).toEqual({ vi: '2 ngày 1 giây', en: '2 days 1 second' });
    expect(durationWords(0)).toEqual({ vi: '0 giây', en: '0 seconds' });
  });
});
