import { describe, expect, it } from 'vitest';
import { pictureOf, planReports } from './reports.ts';

const plan = planReports(2520, 200, 60);

describe('the simulated reports', () => {
  it('are the same for the same seed and others for another', () => {
    expect(planReports(2520, 200, 60)).toEqual(plan);
    expect(planReports(2521, 200, 60)).not.toEqual(plan);
  });
  it('come to every end, are sent in order, and some are about what a neighbour reported within a few steps of it', () => {
    expect(new Set(plan.map((one) => one.outcome))).toEqual(
      new Set(['waiting', 'assigned', 'in-progress', 'asked', 'answered', 'refused', 'reopened']),
    );
    const twins = plan.filter((one) => one.twinOf !== null);
    expect(twins.length).toBeGreaterThan(5);
    for (const twin of twins) {
      const first = plan[twin.twinOf ?? 0];
      expect(twin).toMatchObject({ category: first?.category, commune: first?.commune });
      expect(first?.hoursAgo).toBeGreaterThan(twin.hoursAgo);
      // 0.0003 degrees are some 33 m.
      expect(Math.abs(twin.east - (first?.east ?? 0))).toBeLessThanOrEqual(0.0003);
    }
    for (const one of plan) {
      expect(one.commune).toBeLessThan(60);
      expect(one.hoursAgo).toBeGreaterThan(0);
      if (one.rating !== null) expect(['answered', 'reopened']).toContain(one.outcome);
    }
  });
  it('have pictures that say what they are', () => {
    const [one] = plan;
    if (one) expect(pictureOf(one, 2520)).toContain('ẢNH MÔ PHỎNG');
  });
});
