/** Plane geometry on lon/lat for areas the size of a province; pure. Coordinates are [lon, lat] in degrees, WGS84. */
export type Position = [number, number];
export type Ring = Position[];
/** Coordinates as in a GeoJSON MultiPolygon: polygons, each an outer ring and its holes; rings closed. */
export type MultiPolygon = Ring[][];
export type Box = [west: number, south: number, east: number, north: number];

const KM_PER_DEGREE = 111.32;

export function boxOf(shape: MultiPolygon): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of shape) {
    for (const [lon, lat] of polygon[0] ?? []) {
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    }
  }
  return box;
}

export function inBox([west, south, east, north]: Box, lon: number, lat: number, margin = 0): boolean {
  return lon >= west - margin && lon <= east + margin && lat >= south - margin && lat <= north + margin;
}

/** Even-odd rule over all rings of a polygon, so that holes are outside. */
export function contains(shape: MultiPolygon, lon: number, lat: number): boolean {
  return shape.some((polygon) => polygon.filter((ring) => inRing(ring, lon, lat)).length % 2 === 1);
}

function inRing(ring: Ring, lon: number, lat: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i] as Position;
    const [bx, by] = ring[j] as Position;
    if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** Area in km² on a plane touching at the ring's mean latitude (error far below 0.1 % for a province). */
export function areaKm2(shape: MultiPolygon): number {
  let total = 0;
  for (const polygon of shape) {
    polygon.forEach((ring, index) => {
      const area = Math.abs(signedArea(ring)) * KM_PER_DEGREE ** 2 * Math.cos(radians(meanLat(ring)));
      total += index === 0 ? area : -area;
    });
  }
  return total;
}

/** Shoelace, in square degrees; positive where the ring runs against the clock. */
export function signedArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[j] as Position;
    const [bx, by] = ring[i] as Position;
    sum += ax * by - bx * ay;
  }
  return sum / 2;
}

/** Distance in km from a point to the nearest edge of the shape. */
export function distanceKm(shape: MultiPolygon, lon: number, lat: number): number {
  const scale = Math.cos(radians(lat));
  let best = Infinity;
  for (const polygon of shape) {
    for (const ring of polygon) {
      for (let i = 1; i < ring.length; i++) {
        const [ax, ay] = ring[i - 1] as Position;
        const [bx, by] = ring[i] as Position;
        best = Math.min(best, segmentDistance((lon - ax) * scale, lat - ay, (bx - ax) * scale, by - ay));
      }
    }
  }
  return best * KM_PER_DEGREE;
}

/** Douglas-Peucker on every ring; `tolerance` in degrees; a ring never falls below a triangle. */
export function simplify(shape: MultiPolygon, tolerance: number): MultiPolygon {
  return shape.map((polygon) =>
    polygon.map((ring) => {
      if (ring.length <= 8) return ring;
      // A closed ring has equal ends: it is halved, and each half simplified between its own ends.
      const half = Math.floor(ring.length / 2);
      const kept = [...thin(ring.slice(0, half + 1), tolerance).slice(0, -1), ...thin(ring.slice(half), tolerance)];
      return kept.length < 4 ? ring : kept;
    }),
  );
}

function thin(line: Ring, tolerance: number): Ring {
  const first = line[0];
  const last = line.at(-1);
  if (!first || !last || line.length < 3) return line;
  let farthest = 0;
  let distance = 0;
  for (let i = 1; i < line.length - 1; i++) {
    const [x, y] = line[i] as Position;
    const d = segmentDistance(x - first[0], y - first[1], last[0] - first[0], last[1] - first[1]);
    if (d > distance) [farthest, distance] = [i, d];
  }
  if (distance <= tolerance) return [first, last];
  return [...thin(line.slice(0, farthest + 1), tolerance).slice(0, -1), ...thin(line.slice(farthest), tolerance)];
}

/** Distance of (px, py) from the segment (0, 0) to (vx, vy). */
function segmentDistance(px: number, py: number, vx: number, vy: number): number {
  const length = vx * vx + vy * vy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, (px * vx + py * vy) / length));
  return Math.hypot(px - t * vx, py - t * vy);
}

function meanLat(ring: Ring): number {
  return ring.reduce((sum, [, lat]) => sum + lat, 0) / ring.length;
}

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
