/** Numbers, times and states as people and loggers write them in a file. Each is read, or told why not. */
import type { Quality } from '../../events/index.ts';
import { plain, type Text } from '../../words/index.ts';

/** A cell as its file has it: text, or the number that a spreadsheet keeps. */
export type Cell = string | number;

export type Decimal = ',' | '.';
export type DateOrder = 'dmy' | 'mdy';

export const isBlank = (cell: Cell | undefined): boolean => cell === undefined || cell === '';

/** Việt Nam's time, all year. */
const OFFSET_MS = 7 * 3_600_000;

/**
 * Reads a number that is written with this decimal sign. Groups of thousands are passed by; what fits the other sign only
 * (12.5 in a file with commas) is refused rather than guessed.
 */
export function readNumber(cell: Cell, decimal: Decimal): number | Text {
  const value = typeof cell === 'number' ? cell : numberOf(cell, decimal);
  if (value !== null && Number.isFinite(value)) return value;
  return value === null && typeof cell === 'string' && numberOf(cell, decimal === ',' ? '.' : ',') !== null
    ? {
        vi: `số “${cell}” không viết với dấu thập phân “${decimal}” như đã chọn cho tệp`,
        en: `the number “${cell}” is not written with the decimal sign “${decimal}” chosen for the file`,
      }
    : { vi: `“${short(cell)}” không phải là một số`, en: `“${short(cell)}” is not a number` };
}

const written = {
  ',': /^[+-]?(\d{1,3}(?:[.\s]\d{3})+|\d+)?(?:,\d+)?(?:[eE][+-]?\d{1,3})?$/,
  '.': /^[+-]?(\d{1,3}(?:[,\s]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/,
} as const;

function numberOf(text: string, decimal: Decimal): number | null {
  const trimmed = text.trim().replace('−', '-');
  if (!/\d/.test(trimmed) || !written[decimal].test(trimmed)) return null;
  const bare = decimal === ',' ? trimmed.replace(/[.\s]/g, '').replace(',', '.') : trimmed.replace(/[,\s]/g, '');
  return Number(bare);
}

/** The decimal sign that these texts must be written with; null where all of them may be read either way. */
export function decimalOf(texts: readonly string[]): Decimal | null {
  const only = { ',': 0, '.': 0 };
  for (const text of texts) {
    const comma = numberOf(text, ',') !== null && /[.,]/.test(text);
    const point = numberOf(text, '.') !== null && /[.,]/.test(text);
    if (comma && !point) only[','] += 1;
    if (point && !comma) only['.'] += 1;
  }
  return only[','] > only['.'] ? ',' : only['.'] > 0 ? '.' : null;
}

const CLOCK = String.raw`(\d{1,2})\s*(?::|h|g|giờ)\s*(\d{2})(?:\s*(?::|m|ph|phút)\s*(\d{2})(?:[.,](\d{1,9}))?)?s?\s*(SA|CH|AM|PM)?`;
const YMD = new RegExp(
  String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s,]+${CLOCK})?\s*(Z|[+-]\d{2}:?\d{2})?$`,
  'i',
);
const DMY = new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T\s,]+${CLOCK})?$`, 'i');
const CLOCK_FIRST = new RegExp(
  String.raw`^${CLOCK}[\s,]+(?:ngày\s+)?(\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d{1,2}-\d{1,2})$`,
  'i',
);
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/;

/** Days of a spreadsheet's calendar between 2000 and 2100; 25,569 is 1 January 1970. */
const isSerial = (value: number): boolean => value >= 36_526 && value < 73_051;

/**
 * Reads a time: dd/mm/yyyy hh:mm[:ss], ISO 8601, yyyyMMddHHmm[ss], or a spreadsheet's day number; a day alone is its
 * midnight. Where no zone is written it is Việt Nam's. @returns ms since 1970, or why it is none
 */
export function readTime(cell: Cell, order: DateOrder): number | Text {
  if (typeof cell === 'number' && isSerial(cell)) return Math.round((cell - 25_569) * 86_400) * 1000 - OFFSET_MS;
  const text = String(cell).trim().replace(/\s+/g, ' ');
  const turned = CLOCK_FIRST.exec(text);
  if (turned) {
    const [, h = '', mi = '', s = '00', , half = '', day = ''] = turned;
    return readTime(`${day} ${h}:${mi}:${s}${half}`, order);
  }
  const ymd = YMD.exec(text) ?? compact(text);
  const dmy = ymd ? null : DMY.exec(text);
  const [, first = '', second = '', third = '', h = '0', mi = '0', s = '0', fraction = '', half = '', zone = ''] =
    ymd ?? dmy ?? [];
  if (first === '') return noTime(text);
  const [y, m, d] = ymd ? [first, second, third] : order === 'dmy' ? [third, second, first] : [third, first, second];
  const hour = (Number(h) % (half ? 12 : 100)) + (/^(ch|pm)$/i.test(half) ? 12 : 0);
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const at = Date.UTC(Number(y), Number(m) - 1, Number(d), 0, 0, 0, ms);
  const day = new Date(at);
  const isReal = day.getUTCMonth() === Number(m) - 1 && day.getUTCDate() === Number(d);
  // 24:00 is the end of a day, as daily tables write it.
  const isClock = Number(mi) < 60 && Number(s) < 60 && (hour < 24 || (hour === 24 && Number(mi) + Number(s) === 0));
  if (!isReal || !isClock) return notInCalendar(text, order);
  return at + ((hour * 60 + Number(mi)) * 60 + Number(s)) * 1000 - offsetOf(zone);
}

function compact(text: string): string[] | null {
  const found = COMPACT.exec(text);
  return found ? [...found.slice(0, 7).map((part) => part ?? '0')] : null;
}

function offsetOf(zone: string): number {
  if (zone === '') return OFFSET_MS;
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Whether the days of these texts can only be read as month/day; null where nothing decides. */
export function dateOrderOf(texts: readonly string[]): DateOrder | null {
  let only: DateOrder | null = null;
  for (const text of texts) {
    const [, first = '', second = ''] = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}/.exec(text.trim()) ?? [];
    if (Number(first) > 12) return 'dmy';
    if (Number(second) > 12) only = 'mdy';
  }
  return only;
}

const qualities: Record<string, Quality> = {
  '': 0,
  '0': 0,
  '00': 0,
  ok: 0,
  do: 0,
  'dang do': 0,
  'binh thuong': 0,
  measured: 0,
  normal: 0,
  '1': 1,
  '01': 1,
  'hieu chuan': 1,
  calibrating: 1,
  calibration: 1,
  '2': 2,
  '02': 2,
  loi: 2,
  'bao loi': 2,
  'loi thiet bi': 2,
  fault: 2,
  error: 2,
};

/** 00 measured, 01 calibrating, 02 fault (Circular 10/2021/TT-BTNMT), or in words. */
export function readQuality(cell: Cell | undefined): Quality | Text {
  const text = plain(String(cell ?? ''));
  const quality = Object.hasOwn(qualities, text) ? qualities[text] : undefined;
  return (
    quality ?? {
      vi: `trạng thái “${short(text)}” không rõ: 00 đang đo, 01 hiệu chuẩn, 02 lỗi thiết bị`,
      en: `status “${short(text)}” is not known: 00 measured, 01 calibrating, 02 fault`,
    }
  );
}

export const short = (cell: Cell): string => {
  const text = String(cell);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const noTime = (text: string): Text => ({
  vi: `không đọc được thời gian “${short(text)}”; viết như 27/08/2026 14:05 hoặc 2026-08-27 14:05`,
  en: `the time “${short(text)}” cannot be read; write it as 27/08/2026 14:05 or 2026-08-27 14:05`,
});

const notInCalendar = (text: string, order: DateOrder): Text => ({
  vi: `không có thời gian “${short(text)}” trong lịch (đọc theo ${order === 'dmy' ? 'ngày/tháng/năm' : 'tháng/ngày/năm'})`,
  en: `there is no time “${short(text)}” (read as ${order === 'dmy' ? 'day/month/year' : 'month/day/year'})`,
});
