import { refuse } from '../words/index.ts';

export type Box = [west: number, south: number, east: number, north: number];

/**
 * A part of the map from `west,south,east,north` in degrees.
 * @throws Refusal 400 where it is not four numbers, off the globe, or its corners are the wrong way round
 */
export function parseBox(text: string): Box {
  const parts = text.split(',');
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = parts.map((part) =>
    part.trim() === '' ? Number.NaN : Number(part),
  );
  const isLon = (degrees: number): boolean => degrees >= -180 && degrees <= 180;
  const isLat = (degrees: number): boolean => degrees >= -90 && degrees <= 90;
  const right = parts.length === 4 && isLon(west) && isLon(east) && isLat(south) && isLat(north);
  if (!right || west > east || south > north) {
    throw refuse(400, 'bad-box', {
      vi: 'Khung bản đồ (box) phải là bốn số tây,nam,đông,bắc tính bằng độ, ví dụ 106.2,20.3,106.6,20.7.',
      en: 'box must be four numbers west,south,east,north in degrees, such as 106.2,20.3,106.6,20.7.',
    });
  }
  return [west, south, east, north];
}

export type Near = { lon: number; lat: number; metres: number };

const METRES_A_DEGREE = 111_195;

/**
 * What lies near a point, from `lon,lat,metres`.
 * @throws Refusal 400 where it is not three numbers on the globe, or the radius is not above 0 and at most 200 km
 */
export function parseNear(text: string): Near {
  const [lon = Number.NaN, lat = Number.NaN, metres = Number.NaN, ...rest] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (rest.length > 0 || !(Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && metres > 0 && metres <= 200_000)) {
    throw refuse(400, 'bad-near', {
      vi: 'Vùng lân cận (near) phải là kinh độ,vĩ độ,bán kính bằng mét (tối đa 200.000), ví dụ 106.34,20.45,2000.',
      en: 'near must be lon,lat,radius in metres (at most 200,000), such as 106.34,20.45,2000.',
    });
  }
  return { lon, lat, metres };
}

/** The box that holds the circle, with a little to spare. */
export function around({ lon, lat, metres }: Near): Box {
  const up = (metres * 1.01) / METRES_A_DEGREE;
  const side = up / Math.cos(((Math.abs(lat) + up) * Math.PI) / 180);
  return [lon - side, lat - up, lon + side, lat + up];
}
