import { describe, expect, it } from 'vitest';
import { lampState } from './lamp-state.ts';

const measured = (value: number) => ({ value, quality: 0 });

describe('the state of a lamp', () => {
  it('is out only where it was switched on and draws less than 5 W', () => {
    expect(lampState(measured(1), measured(4.9))).toBe('out');
    expect(lampState(measured(1), measured(5))).toBe('lit');
    expect(lampState(measured(0), measured(0))).toBe('dark');
  });

  it('is not known from a fault, a calibration or nothing', () => {
    expect(lampState(measured(1), { value: 0, quality: 2 })).toBe('unknown');
    expect(lampState({ value: 1, quality: 1 }, measured(0))).toBe('unknown');
    expect(lampState(undefined, measured(0))).toBe('unknown');
  });
});
