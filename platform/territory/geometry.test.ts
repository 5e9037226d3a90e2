import { describe, expect, it } from 'vitest';
import { cellsOf } from './approximate.ts';
import { checkGeometry } from './border-check.ts';
import { areaKm2, contains, distanceKm, type MultiPolygon, type Ring, simplify } from './geometry.ts';

/** A square of 0.1° at 20.5° N: 11.132 km by 11.132 * cos(20.5°... 20.6°, mean of its ring) km. */
const square: Ring = [
  [106.3, 20.5],
  [106.4, 20.5],
  [106.4, 20.6],
  [106.3, 20.6],
  [106.3, 20.5],
];

describe('geometry', () => {
  it('knows inside, outside and holes', () => {
    const hole: Ring = [
      [106.34, 20.54],
      [106.36, 20.54],
      [106.36, 20.56],
      [106.34, 20.56],
      [106.34, 20.54],
    ];
    expect(contains([[square, hole]], 106.31, 20.51)).toBe(true);
    expect(contains([[square, hole]], 106.35, 20.55)).toBe(false);
    expect(contains([[square, hole]], 106.41, 20.55)).toBe(false);
  });

  it('computes an area in km²', () => {
    // 11.132² * cos(20.54°) = 123.92 * 0.93644 = 116.04
    expect(areaKm2([[square]])).toBeCloseTo(116.04, 0);
  });

  it('measures the distance to the border in km', () => {
    // 0.01° of latitude below the southern edge: 1.1132 km
    expect(distanceKm([[square]], 106.35, 20.49)).toBeCloseTo(1.113, 2);
  });

  it('simplifies without opening or flattening a ring', () => {
    const wavy: Ring = Array.from({ length: 101 }, (_, i): [number, number] => {
      const angle = (2 * Math.PI * (i % 100)) / 100;
      return [106.35 + 0.05 * Math.cos(angle), 20.55 + 0.05 * Math.sin(angle)];
    });
    const [[ring]] = simplify([[wavy]], 0.001) as [[Ring]];
    expect(ring.length).toBeLessThan(40);
    expect(ring.at(-1)).toEqual(ring[0]);
    expect(areaKm2([[ring]])).toBeGreaterThan(areaKm2([[wavy]]) * 0.95);
  });
});

describe('approximate borders', () => {
  it('give every point of the land to the nearest centre and cover the land without overlap', () => {
    const sites = [
      { id: 'west', lon: 106.32, lat: 20.55 },
      { id: 'east', lon: 106.38, lat: 20.55 },
    ];
    const cells = cellsOf(sites, [[square]]);
    const [west, east] = [cells.get('west') as MultiPolygon, cells.get('east') as MultiPolygon];
    // The bisector is the meridian 106.35.
    expect(contains(west, 106.349, 20.58)).toBe(true);
    expect(contains(east, 106.351, 20.58)).toBe(true);
    expect(areaKm2(west) + areaKm2(east)).toBeCloseTo(areaKm2([[square]]), 3);
  });
});

describe('a border that is offered', () => {
  const polygon = (ring: unknown) => ({ type: 'Polygon', coordinates: [ring] });
  const refusal = (geometry: unknown) => {
    const checked = checkGeometry(geometry);
    return 'reason' in checked ? checked.reason.en : null;
  };

  it('is taken where it is sound', () => {
    expect(checkGeometry(polygon(square))).toEqual({ geometry: [[square]] });
  });

  it('is refused where it is not closed, too short, no polygon, or empty', () => {
    expect(refusal(polygon(square.slice(0, 4)))).toMatch(/not closed/);
    expect(refusal(polygon(square.slice(0, 2)))).toMatch(/fewer than four/);
    expect(refusal({ type: 'Point', coordinates: [106, 20] })).toMatch(/Polygon or MultiPolygon/);
    expect(refusal({ type: 'MultiPolygon', coordinates: [] })).toMatch(/empty/);
    expect(refusal(null)).toMatch(/Polygon or MultiPolygon/);
  });

  it('is refused where latitude stands before longitude, or a number is missing', () => {
    expect(refusal(polygon(square.map(([lon, lat]) => [lat, lon])))).toMatch(/outside Vietnam/);
    expect(refusal(polygon([...square.slice(0, 4), [106.3, null]]))).toMatch(/Polygon or MultiPolygon/);
  });

  it('loses a hole that shrank to a line', () => {
    const line = [
      [106.34, 20.54],
      [106.36, 20.54],
      [106.35, 20.54],
      [106.34, 20.54],
    ];
    expect(checkGeometry({ type: 'Polygon', coordinates: [square, line] })).toEqual({ geometry: [[square]] });
    expect(refusal(polygon(line))).toMatch(/no area/);
  });

  it('is refused where it crosses itself', () => {
    const bowTie = [square[0], square[2], square[1], square[3], square[0]];
    expect(refusal(polygon(bowTie))).toMatch(/crosses itself|no area/);
    const lopsided = [
      [106.3, 20.5],
      [106.4, 20.6],
      [106.4, 20.5],
      [106.3, 20.55],
      [106.3, 20.5],
    ];
    expect(refusal(polygon(lopsided))).toMatch(/crosses itself/);
  });
});
