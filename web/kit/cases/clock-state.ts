/** How a deadline clock stands; the arithmetic of working time is the calendar's, this only reads its answer. */

export type ClockInput = {
  /** Working seconds allowed, and used so far or when it was met. */
  budgetSeconds: number;
  usedSeconds: number;
  /** When the deadline falls on the wall clock; absent while paused. */
  deadlineAt?: string | null;
  pausedFor?: string | null;
  met?: boolean;
};

/** `calm` under half, `watch` from 50 %, `near` from 80 %, `late` beyond the budget. */
export type ClockRung = 'calm' | 'watch' | 'near' | 'late' | 'paused' | 'met' | 'missed';

export function clockShare(input: ClockInput): number {
  return input.budgetSeconds <= 0 ? 1 : input.usedSeconds / input.budgetSeconds;
}

export function clockRung(input: ClockInput): ClockRung {
  const share = clockShare(input);
  if (input.met) return share > 1 ? 'missed' : 'met';
  if (share > 1) return 'late';
  if (input.pausedFor) return 'paused';
  if (share >= 0.8) return 'near';
  return share >= 0.5 ? 'watch' : 'calm';
}
