import { useMemo } from 'react';
import { useLanguage } from '../words/language.ts';
import { formatBytes, formatNumber, formatQuantity, formatShare, formatUnit } from './numbers.ts';
import {
  formatAge,
  formatDate,
  formatDay,
  formatDuration,
  formatInstant,
  formatMonth,
  formatTime,
  type Instant,
} from './times.ts';

export type Formats = {
  number(value: number | null | undefined, decimals?: number): string;
  quantity(value: number | null | undefined, unit?: string | null, decimals?: number): string;
  share(share: number | null | undefined, decimals?: number): string;
  unit(unit: string | null | undefined): string;
  bytes(bytes: number): string;
  instant(instant: Instant | null | undefined): string;
  time(instant: Instant | null | undefined, withSeconds?: boolean): string;
  date(instant: Instant | null | undefined): string;
  month(instant: Instant | null | undefined): string;
  day(instant: Instant | null | undefined): string;
  age(instant: Instant | null | undefined, now: Instant): string;
  duration(seconds: number | null | undefined): string;
};

/** Every format in the reader's language. */
export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(
    () => ({
      number: (value, decimals) => formatNumber(value, language, decimals),
      quantity: (value, unit, decimals) => formatQuantity(value, unit, language, decimals),
      share: (share, decimals) => formatShare(share, language, decimals),
      unit: (unit) => formatUnit(unit, language),
      bytes: (bytes) => formatBytes(bytes, language),
      instant: formatInstant,
      time: formatTime,
      date: formatDate,
      month: formatMonth,
      day: (instant) => formatDay(instant, language),
      age: (instant, now) => formatAge(instant, now, language),
      duration: (seconds) => formatDuration(seconds, language),
    }),
    [language],
  );
}
