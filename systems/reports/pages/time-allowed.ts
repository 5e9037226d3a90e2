import { useTexts } from '../../../web/kit/index.ts';
import type { Deadline } from '../types.ts';
import { settingsWords } from './settings-words.ts';

export const countedIn = ['workingDays', 'workingHours', 'days', 'hours'] as const;
export type CountedIn = (typeof countedIn)[number];
export type Allowed = { n: number; in: CountedIn };

/** 'P5D' of working time is five working days; null where it is written otherwise. */
export function allowedOf({ budget, kind }: Deadline): Allowed | null {
  const [, days, hours] = /^P(?:(\d+)D|T(\d+)H)$/.exec(budget) ?? [];
  const working = kind === 'working';
  if (days) return { n: Number(days), in: working ? 'workingDays' : 'days' };
  return hours ? { n: Number(hours), in: working ? 'workingHours' : 'hours' } : null;
}

export function deadlineOf(allowed: Allowed): Deadline {
  const isDays = allowed.in === 'days' || allowed.in === 'workingDays';
  return {
    budget: isDays ? `P${allowed.n}D` : `PT${allowed.n}H`,
    kind: allowed.in === 'days' || allowed.in === 'hours' ? 'calendar' : 'working',
  };
}

/** A time allowed in words. */
export function useAllowedWords(): (deadline: Deadline) => string {
  const t = useTexts(settingsWords);
  return (deadline) => {
    const allowed = allowedOf(deadline);
    return allowed ? t(allowed.in, { n: allowed.n }) : deadline.budget;
  };
}
