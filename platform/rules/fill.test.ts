import { describe, expect, it } from 'vitest';
import { checkBlanks, fill, localMinute } from './fill.ts';

const blanks = {
  entity: 'Trạm Lê Lợi',
  property: { vi: 'VN_AQI giờ', en: 'hourly VN_AQI' },
  value: 1315.55,
  unit: 'µg/m³',
  threshold: 150,
  for: { vi: '1 giờ', en: '1 hour' },
  since: new Date('2026-11-23T01:05:00Z'),
};

describe('the text of an alert', () => {
  it('is filled in both languages, numbers as each writes them, times of the province', () => {
    const text = {
      vi: '{property} tại {entity} là {value} {unit}, trên {threshold} trong {for} từ {since}',
      en: '{property} at {entity} is {value} {unit}, above {threshold} for {for} since {since}',
    };
    expect(fill(text, blanks, 1)).toEqual({
      vi: 'VN_AQI giờ tại Trạm Lê Lợi là 1.315,6 µg/m³, trên 150 trong 1 giờ từ 08:05 23/11/2026',
      en: 'hourly VN_AQI at Trạm Lê Lợi is 1,315.6 µg/m³, above 150 for 1 hour since 08:05 23/11/2026',
    });
  });

  it('says midnight as 00:00', () => {
    expect(localMinute(new Date('2026-11-22T17:00:00Z'))).toBe('00:00 23/11/2026');
  });

  it('is refused where nothing fills a blank', () => {
    expect(() => checkBlanks('r', { vi: '{gia_tri}', en: '{value}' }, true)).toThrow(/gia_tri/);
    expect(() => checkBlanks('r', { vi: '{threshold}', en: 'x' }, false)).toThrow(/threshold/);
    expect(() => checkBlanks('r', { vi: '{threshold} {entity}', en: '{since}' }, true)).not.toThrow();
  });
});
