import { expect, it } from 'vitest';
import { coarse, metresBetween } from './place.ts';

it('a place is known by the middle of its cell', () => {
  // 106.2677/0.002 = 53133.85: cell 53133, from 106.266 to 106.268; 20.4447/0.002 = 10222.35, from 20.444 to 20.446.
  expect(coarse({ lon: 106.2677, lat: 20.4447 })).toEqual({ lon: 106.267, lat: 20.445 });
});

it('every place of a cell gives the same, at most 152 m away', () => {
  // Half of a cell: 0.001° × 111,195 m = 111.2 m north, × cos 20.445° = 104.2 m east; √(111.2² + 104.2²) = 152.4 m.
  for (const [east, north] of [
    [0.0001, 0.0001],
    [0.0019, 0.0001],
    [0.0001, 0.0019],
    [0.0019, 0.0019],
  ] as const) {
    const place = { lon: 106.266 + east, lat: 20.444 + north };
    expect(coarse(place)).toEqual({ lon: 106.267, lat: 20.445 });
    expect(metresBetween(place, coarse(place))).toBeLessThan(152.5);
  }
});

it('a degree of latitude is 111.2 km', () => {
  // 6,371,008.8 m × π/180 = 111,195 m.
  expect(metresBetween({ lon: 106, lat: 20 }, { lon: 106, lat: 21 })).toBeCloseTo(111_195, -1);
});
