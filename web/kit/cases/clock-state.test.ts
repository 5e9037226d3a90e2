import { expect, it } from 'vitest';
import { clockRung } from './clock-state.ts';

const hour = 3600;

it('steps at half, four fifths and the whole of the time allowed', () => {
  const at = (usedSeconds: number) => clockRung({ budgetSeconds: 10 * hour, usedSeconds });
  expect([at(4.9 * hour), at(5 * hour), at(7.9 * hour), at(8 * hour), at(10 * hour), at(10 * hour + 1)]).toEqual([
    'calm',
    'watch',
    'watch',
    'near',
    'near',
    'late',
  ]);
});

it('says paused while it is paused, but late stays late', () => {
  expect(clockRung({ budgetSeconds: hour, usedSeconds: 10, pausedFor: 'chờ bổ sung' })).toBe('paused');
  expect(clockRung({ budgetSeconds: hour, usedSeconds: hour + 1, pausedFor: 'chờ bổ sung' })).toBe('late');
});

it('tells done in time from done late', () => {
  expect(clockRung({ budgetSeconds: hour, usedSeconds: hour, met: true })).toBe('met');
  expect(clockRung({ budgetSeconds: hour, usedSeconds: hour + 60, met: true })).toBe('missed');
});
