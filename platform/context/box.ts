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
