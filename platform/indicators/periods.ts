/** Periods of figures: a day, month or year of Vietnam (UTC+7), half-open. Pure. */
import { refuse } from '../words/index.ts';

export type PeriodKind = 'day' | 'month' | 'year';

/** `key` is 2026-11-23, 2026-11 or 2026; `from` belongs to it, `to` no longer. */
export type Period = { kind: PeriodKind; key: string; from: Date; to: Date };

const OFFSET_MS = 7 * 3_600_000;
const LENGTHS: Record<PeriodKind, number> = { day: 10, month: 7, year: 4 };

/** Reads a key. Refuses 400 what is no period. */
export function periodOf(key: string): Period {
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(key);
  const [year, month, day] = (found ?? []).slice(1).map((part) => (part === undefined ? null : Number(part)));
  const kind: PeriodKind = day ? 'day' : month ? 'month' : 'year';
  const start = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1);
  // A 13th month or a 30th of February would slide into another period.
  if (!found || year === undefined || year === null || keyAt(start, kind) !== key) {
    throw refuse(400, 'bad-period', {
      vi: `Kỳ '${key}' không đúng; viết ngày 2026-11-23, tháng 2026-11 hoặc năm 2026.`,
      en: `There is no period '${key}'; write a day 2026-11-23, a month 2026-11 or a year 2026.`,
    });
  }
  const end = Date.UTC(
    kind === 'year' ? year + 1 : year,
    (month ?? 1) - 1 + (kind === 'month' ? 1 : 0),
    (day ?? 1) + (kind === 'day' ? 1 : 0),
  );
  return { kind, key, from: new Date(start - OFFSET_MS), to: new Date(end - OFFSET_MS) };
}

/** The period of a kind in which the instant lies. */
export function periodAt(at: Date, kind: PeriodKind): Period {
  return periodOf(keyAt(at.getTime() + OFFSET_MS, kind));
}

export function periodBefore(period: Period): Period {
  return periodAt(new Date(period.from.getTime() - 1), period.kind);
}

function keyAt(localMs: number, kind: PeriodKind): string {
  return new Date(localMs).toISOString().slice(0, LENGTHS[kind]);
}
