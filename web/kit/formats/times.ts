/** Instants, dates, ages and durations: stored in UTC, shown in Asia/Ho_Chi_Minh whatever the browser's zone. */
import type { Language } from '../../../platform/words/index.ts';
import { noValue } from './numbers.ts';

export type Instant = Date | string | number;

const zone = 'Asia/Ho_Chi_Minh';

const partsFormat = new Intl.DateTimeFormat('en-GB', {
  timeZone: zone,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  weekday: 'short',
  hourCycle: 'h23',
});

type Parts = {
  year: number;
  month: number;
  day: number;
  hour: string;
  minute: string;
  second: string;
  weekday: string;
};

function toDate(instant: Instant | null | undefined): Date | null {
  if (instant === null || instant === undefined || instant === '') return null;
  const date = instant instanceof Date ? instant : new Date(instant);
  return Number.isNaN(date.getTime()) ? null : date;
}

function partsOf(date: Date): Parts {
  const found: Record<string, string> = {};
  for (const part of partsFormat.formatToParts(date)) found[part.type] = part.value;
  return {
    year: Number(found.year),
    month: Number(found.month),
    day: Number(found.day),
    hour: found.hour ?? '00',
    minute: found.minute ?? '00',
    second: found.second ?? '00',
    weekday: found.weekday ?? '',
  };
}

/** 27/8/2020 14:05 */
export function formatInstant(instant: Instant | null | undefined): string {
  const date = toDate(instant);
  if (!date) return noValue;
  const p = partsOf(date);
  return `${p.day}/${p.month}/${p.year} ${p.hour}:${p.minute}`;
}

/** 14:05, with seconds 14:05:09 */
export function formatTime(instant: Instant | null | undefined, withSeconds = false): string {
  const date = toDate(instant);
  if (!date) return noValue;
  const p = partsOf(date);
  return withSeconds ? `${p.hour}:${p.minute}:${p.second}` : `${p.hour}:${p.minute}`;
}

/** 27/8/2020; a date without a time (`2020-08-27`) is a day of the calendar and is never moved by a zone. */
export function formatDate(instant: Instant | null | undefined): string {
  if (typeof instant === 'string') {
    const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(instant);
    if (day) return `${Number(day[3])}/${Number(day[2])}/${day[1]}`;
  }
  const date = toDate(instant);
  if (!date) return noValue;
  const p = partsOf(date);
  return `${p.day}/${p.month}/${p.year}`;
}

/** 8/2020 */
export function formatMonth(instant: Instant | null | undefined): string {
  const date = toDate(instant);
  if (!date) return noValue;
  const p = partsOf(date);
  return `${p.month}/${p.year}`;
}

const weekdays: Record<string, { vi: string; en: string }> = {
  Mon: { vi: 'Thứ hai', en: 'Monday' },
  Tue: { vi: 'Thứ ba', en: 'Tuesday' },
  Wed: { vi: 'Thứ tư', en: 'Wednesday' },
  Thu: { vi: 'Thứ năm', en: 'Thursday' },
  Fri: { vi: 'Thứ sáu', en: 'Friday' },
  Sat: { vi: 'Thứ bảy', en: 'Saturday' },
  Sun: { vi: 'Chủ nhật', en: 'Sunday' },
};

/** 'Thứ năm, 27/8/2020' */
export function formatDay(instant: Instant | null | undefined, language: Language): string {
  const date = toDate(instant);
  if (!date) return noValue;
  const p = partsOf(date);
  return `${weekdays[p.weekday]?.[language] ?? p.weekday}, ${p.day}/${p.month}/${p.year}`;
}

type Step = { seconds: number; vi: string; one: string; many: string };

const steps: readonly Step[] = [
  { seconds: 365 * 86400, vi: 'năm', one: 'year', many: 'years' },
  { seconds: 30 * 86400, vi: 'tháng', one: 'month', many: 'months' },
  { seconds: 86400, vi: 'ngày', one: 'day', many: 'days' },
  { seconds: 3600, vi: 'giờ', one: 'hour', many: 'hours' },
  { seconds: 60, vi: 'phút', one: 'minute', many: 'minutes' },
  { seconds: 1, vi: 'giây', one: 'second', many: 'seconds' },
];

function counted(count: number, step: Step, language: Language): string {
  if (language === 'vi') return `${count} ${step.vi}`;
  return `${count} ${count === 1 ? step.one : step.many}`;
}

/** '2 phút trước', 'vừa xong' under ten seconds, 'trong 5 phút nữa' for what is to come. */
export function formatAge(instant: Instant | null | undefined, now: Instant, language: Language): string {
  const [then, at] = [toDate(instant), toDate(now)];
  if (!then || !at) return noValue;
  const seconds = Math.round((at.getTime() - then.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 10) return language === 'vi' ? 'vừa xong' : 'just now';
  const step = steps.find((candidate) => size >= candidate.seconds) ?? steps[steps.length - 1]!;
  const words = counted(Math.floor(size / step.seconds), step, language);
  if (seconds >= 0) return language === 'vi' ? `${words} trước` : `${words} ago`;
  return language === 'vi' ? `${words} nữa` : `in ${words}`;
}

/** A length of time in its two largest parts: '2 giờ 15 phút', '3 ngày', '45 giây'. */
export function formatDuration(seconds: number | null | undefined, language: Language): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return noValue;
  const whole = Math.round(Math.abs(seconds));
  const index = steps.findIndex((candidate) => whole >= candidate.seconds);
  if (index < 0) return counted(0, steps[steps.length - 1]!, language);
  const step = steps[index]!;
  const count = Math.floor(whole / step.seconds);
  const next = steps[index + 1];
  const rest = next ? Math.floor((whole - count * step.seconds) / next.seconds) : 0;
  return rest > 0 && next
    ? `${counted(count, step, language)} ${counted(rest, next, language)}`
    : counted(count, step, language);
}
