/** Checks one GeoJSON feature's geometry before it becomes a border. */
import polygonClipping from 'polygon-clipping';
import type { Text } from '../words/index.ts';
import { areaKm2, inBox, type MultiPolygon, type Position, type Ring, signedArea } from './geometry.ts';

/** Mainland, Hoàng Sa and Trường Sa, with some sea around. */
const VIETNAM = [102, 6, 118, 24] as const;

type Checked = { geometry: MultiPolygon } | { reason: Text };

/** Answers the shape in MultiPolygon form, or why it cannot be a border. */
export function checkGeometry(geometry: unknown): Checked {
  const given = asMultiPolygon(geometry);
  if (!given) {
    return no('Hình học phải là Polygon hoặc MultiPolygon.', 'The geometry must be a Polygon or MultiPolygon.');
  }
  if (given.length === 0 || given.some((polygon) => polygon.length === 0)) {
    return no('Hình học rỗng.', 'The geometry is empty.');
  }
  for (const ring of given.flat()) {
    const flaw = ringFlaw(ring);
    if (flaw) return flaw;
  }
  // Simplified data hold holes that shrank to a line: they enclose nothing and are left out.
  const shape = given.map((polygon) => polygon.filter((ring, index) => index === 0 || !isLine(ring)));
  if (shape.some(([outer]) => !outer || isLine(outer))) {
    return no('Vòng biên không có diện tích.', 'A ring has no area.');
  }
  const area = areaKm2(shape);
  const union = polygonClipping.union(shape);
  // A ring that crosses itself encloses areas of opposite sign: as drawn they cancel, resolved they add up.
  if (Math.abs(areaKm2(union) - area) > Math.max(0.001, area * 1e-6) || union.length !== shape.length) {
    return no('Đường biên tự cắt hoặc các phần chồng lên nhau.', 'The border crosses itself or its parts overlap.');
  }
  return { geometry: shape };
}

function ringFlaw(ring: Ring): { reason: Text } | null {
  const [first, last] = [ring[0], ring.at(-1)];
  if (!first || !last || ring.length < 4) {
    return no('Vòng biên có ít hơn bốn điểm.', 'A ring has fewer than four points.');
  }
  if (first[0] !== last[0] || first[1] !== last[1]) {
    return no(
      'Vòng biên không khép kín (điểm cuối khác điểm đầu).',
      'A ring is not closed (last point differs from first).',
    );
  }
  const outside = ring.find(([lon, lat]) => !inBox([...VIETNAM], lon, lat));
  if (outside) {
    return no(
      `Điểm ${outside.join(', ')} nằm ngoài Việt Nam (kinh độ trước, vĩ độ sau, WGS84).`,
      `The point ${outside.join(', ')} lies outside Vietnam (longitude first, latitude second, WGS84).`,
    );
  }
  return null;
}

/** Less than about a square metre. */
function isLine(ring: Ring): boolean {
  return Math.abs(signedArea(ring)) < 1e-10;
}

function asMultiPolygon(geometry: unknown): MultiPolygon | null {
  if (typeof geometry !== 'object' || geometry === null) return null;
  const { type, coordinates } = geometry as { type?: unknown; coordinates?: unknown };
  const polygons = type === 'MultiPolygon' ? coordinates : type === 'Polygon' ? [coordinates] : null;
  if (!Array.isArray(polygons)) return null;
  const shape: MultiPolygon = [];
  for (const polygon of polygons) {
    if (!Array.isArray(polygon)) return null;
    const rings: Ring[] = [];
    for (const ring of polygon) {
      if (!Array.isArray(ring) || !ring.every(isPosition)) return null;
      // Heights, where given, are dropped.
      rings.push(ring.map((position): Position => [position[0], position[1]]));
    }
    shape.push(rings);
  }
  return shape;
}

function isPosition(value: unknown): value is Position {
  return Array.isArray(value) && value.length >= 2 && Number.isFinite(value[0]) && Number.isFinite(value[1]);
}

function no(vi: string, en: string): { reason: Text } {
  return { reason: { vi, en } };
}
