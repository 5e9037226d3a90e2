/** Sample data of the stories page. It is never loaded by a shell. */
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import outlines from '../../../platform/territory/data/outlines.json' with { type: 'json' };
import type { MapArea, MapLayer, MapPoint } from '../map.ts';
import { aqiLevels, levelOf } from '../tokens/levels.ts';

export const now = Date.now();
export const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

/** The same numbers at every drawing, so that pictures of the page can be compared. */
export function steady(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

export function wave(count: number, base: number, swing: number, seed: number): number[] {
  const random = steady(seed);
  return Array.from(
    { length: count },
    (_unused, index) => Math.round((base + swing * Math.sin(index / 4) + swing * 0.6 * (random() - 0.5)) * 10) / 10,
  );
}

const names: Record<string, string> = { 'VN-20': 'Thái Bình', 'VN-66': 'Hưng Yên' };

export const units: FeatureCollection<Polygon | MultiPolygon, MapArea> = {
  type: 'FeatureCollection',
  features: Object.entries(outlines.states).map(([code, geometry]) => ({
    type: 'Feature',
    properties: { code, name: names[code] ?? code },
    geometry: geometry as Polygon | MultiPolygon,
  })),
};

const places = [
  'Vũ Thư',
  'Quỳnh Phụ',
  'Hưng Hà',
  'Đông Hưng',
  'Thái Thụy',
  'Tiền Hải',
  'Kiến Xương',
  'Trần Lãm',
  'Diêm Điền',
];

export function stations(count: number): MapLayer {
  const random = steady(7);
  return {
    id: 'air',
    title: 'Trạm không khí (VN_AQI)',
    shape: 'circle',
    states: aqiLevels.map((level, index) => ({ id: String(index), name: level.name.vi, color: level.color })),
    points: {
      type: 'FeatureCollection',
      features: Array.from({ length: count }, (_unused, index) => {
        const value = Math.round(30 + random() ** 3 * 240);
        const level = levelOf(aqiLevels, value);
        const properties: MapPoint = {
          id: `s${index}`,
          name: `Trạm ${places[index % places.length]} ${Math.floor(index / places.length) + 1}`,
          state: String(level ? aqiLevels.indexOf(level) : 0),
          label: String(value),
          opacity: random() < 0.15 ? 0.35 : 1,
        };
        return {
          type: 'Feature' as const,
          properties,
          geometry: { type: 'Point' as const, coordinates: [106.12 + random() * 0.42, 20.3 + random() * 0.36] },
        };
      }),
    },
  };
}

export const incidents: MapLayer = {
  id: 'incidents',
  title: 'Sự việc đang xử lý',
  shape: 'diamond',
  cluster: false,
  states: [
    { id: '2', name: 'Nhẹ', color: '#1F5FBF' },
    { id: '4', name: 'Nặng', color: '#B23000' },
  ],
  points: {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { id: 'i1', name: 'Khói dày ở cụm công nghiệp Phong Phú', state: '4', label: 'Khói dày' },
        geometry: { type: 'Point', coordinates: [106.33, 20.43] },
      },
      {
        type: 'Feature',
        properties: { id: 'i2', name: 'Trạm Diêm Điền mất tín hiệu', state: '2' },
        geometry: { type: 'Point', coordinates: [106.56, 20.56] },
      },
    ],
  },
};
