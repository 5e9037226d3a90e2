import { describe, expect, it } from 'vitest';
import { formatBytes, formatNumber, formatQuantity, formatShare } from './numbers.ts';
import { formatAge, formatDate, formatDay, formatDuration, formatInstant, formatTime } from './times.ts';

describe('numbers', () => {
  it('are written the Vietnamese way, a point for thousands and a comma before decimals', () => {
    expect(formatNumber(1315.5, 'vi')).toBe('1.315,5');
    expect(formatNumber(1315.5, 'en')).toBe('1,315.5');
    expect(formatNumber(1234567, 'vi')).toBe('1.234.567');
  });

  it('keep the places that were asked for, and say no value with a dash', () => {
    expect(formatNumber(7, 'vi', 1)).toBe('7,0');
    expect(formatNumber(null, 'vi')).toBe('–');
    expect(formatNumber(Number.NaN, 'vi')).toBe('–');
  });

  it('never show a minus before zero', () => {
    expect(formatNumber(-0.001, 'vi', 2)).toBe('0,00');
    expect(formatNumber(-3.5, 'vi')).toBe('−3,5');
  });

  it('carry their unit', () => {
    expect(formatQuantity(86.4, 'ug/m3', 'vi')).toBe('86,4\u00a0µg/m³');
    expect(formatQuantity(null, 'ug/m3', 'vi')).toBe('–');
    expect(formatShare(0.875, 'vi', 1)).toBe('87,5 %');
    expect(formatBytes(1536, 'vi')).toBe('1,5 kB');
  });
});

describe('times', () => {
  // 27 August 2020, 14:05 in Hanoi (UTC+7, no summer time) is 07:05 UTC.
  const instant = '2020-08-27T07:05:00Z';

  it('are shown in Asia/Ho_Chi_Minh whatever the zone of the browser', () => {
    expect(formatInstant(instant)).toBe('27/8/2020 14:05');
    expect(formatTime('2020-08-27T17:30:09Z', true)).toBe('00:30:09');
    // 17:30 UTC is already the next day in Hanoi.
    expect(formatDate('2020-08-27T17:30:09Z')).toBe('28/8/2020');
  });

  it('leave a calendar date alone', () => {
    expect(formatDate('2020-08-27')).toBe('27/8/2020');
  });

  it('name the day: 27 August 2020 was a Thursday', () => {
    expect(formatDay(instant, 'vi')).toBe('Thứ năm, 27/8/2020');
    expect(formatDay(instant, 'en')).toBe('Thursday, 27/8/2020');
  });

  it('say how old a value is', () => {
    expect(formatAge('2020-08-27T07:03:00Z', instant, 'vi')).toBe('2 phút trước');
    expect(formatAge('2020-08-27T07:03:00Z', instant, 'en')).toBe('2 minutes ago');
    expect(formatAge('2020-08-27T07:04:55Z', instant, 'vi')).toBe('vừa xong');
    expect(formatAge('2020-08-26T06:00:00Z', instant, 'en')).toBe('1 day ago');
    expect(formatAge('2020-08-27T07:15:00Z', instant, 'vi')).toBe('10 phút nữa');
    expect(formatAge(null, instant, 'vi')).toBe('–');
  });

  it('say how long something takes in its two largest parts', () => {
    expect(formatDuration(2 * 3600 + 15 * 60 + 20, 'vi')).toBe('2 giờ 15 phút');
    expect(formatDuration(3 * 86400, 'en')).toBe('3 days');
    expect(formatDuration(45, 'vi')).toBe('45 giây');
    expect(formatDuration(0, 'vi')).toBe('0 giây');
  });
});
