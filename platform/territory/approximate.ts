/** Borders where none were imported: each point of the land goes to the nearest centre (Voronoi), clipped to the land. */
import { Delaunay } from 'd3-delaunay';
import polygonClipping from 'polygon-clipping';
import { type MultiPolygon, type Position, radians } from './geometry.ts';

export type Site = { id: string; lon: number; lat: number };

/** One shape for each site; together they cover the land without overlap. A site far from the land gets none. */
export function cellsOf(sites: readonly Site[], land: MultiPolygon): Map<string, MultiPolygon> {
  const cells = new Map<string, MultiPolygon>();
  const first = sites[0];
  if (!first) return cells;
  // Distances must be true in both directions: longitudes are shortened by the cosine of the latitude.
  const scale = Math.cos(radians(first.lat));
  const margin = 1;
  const lons = [...sites.map((site) => site.lon), ...land.flatMap((polygon) => (polygon[0] ?? []).map(([lon]) => lon))];
  const lats = [
    ...sites.map((site) => site.lat),
    ...land.flatMap((polygon) => (polygon[0] ?? []).map(([, lat]) => lat)),
  ];
  const voronoi = Delaunay.from(
    sites,
    (site) => site.lon * scale,
    (site) => site.lat,
  ).voronoi([
    (Math.min(...lons) - margin) * scale,
    Math.min(...lats) - margin,
    (Math.max(...lons) + margin) * scale,
    Math.max(...lats) + margin,
  ]);
  sites.forEach((site, index) => {
    const cell = voronoi.cellPolygon(index);
    if (!cell) return;
    const ring = cell.map(([x, y]): Position => [x / scale, y]);
    const clipped = polygonClipping.intersection([ring], land);
    if (clipped.length > 0) cells.set(site.id, rounded(clipped));
  });
  return cells;
}

/** Joins shapes into one. */
export function joined(shapes: readonly MultiPolygon[]): MultiPolygon {
  const [first, ...rest] = shapes;
  return first ? polygonClipping.union(first, ...rest) : [];
}

/** Five decimals: about a metre, far finer than the approximation. */
function rounded(shape: MultiPolygon): MultiPolygon {
  return shape.map((polygon) =>
    polygon.map((ring) => ring.map(([lon, lat]): Position => [Number(lon.toFixed(5)), Number(lat.toFixed(5))])),
  );
}
