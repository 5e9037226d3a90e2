/** Places as they may be known. Pure; browser-safe. */

export type Place = { lon: number; lat: number };

/** Side of a cell in degrees: here about 222 m from north to south and 208 m from east to west. */
const CELL_DEGREES = 0.002;

/**
 * The middle of a place's cell: 152 m away at most. A cell, not a shift at random: of a random one the mean of many
 * gives the exact place away.
 */
export function coarse({ lon, lat }: Place): Place {
  const middle = (degrees: number): number =>
    Math.round((Math.floor(degrees / CELL_DEGREES) + 0.5) * CELL_DEGREES * 1000) / 1000;
  return { lon: middle(lon), lat: middle(lat) };
}

const EARTH_METRES = 6_371_008.8;

/** Along the great circle of a sphere (haversine). */
export function metresBetween(a: Place, b: Place): number {
  const radians = Math.PI / 180;
  const half = (degrees: number): number => Math.sin((degrees * radians) / 2) ** 2;
  const h = half(b.lat - a.lat) + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * half(b.lon - a.lon);
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}
