import type { FeatureCollection, Point } from 'geojson';
import { describe, expect, it } from 'vitest';
import { palettes } from '../tokens/tokens.ts';
import { boundsOf, freshness, layersOf, type MapLayer, type MapPoint, placePoints } from './layers.ts';
import { cornersOf, mapShapes, symbolPath } from './shapes.ts';

const points: FeatureCollection<Point, MapPoint> = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [106.3, 20.4] },
      properties: { id: 'a', name: 'A', state: 'bad' },
    },
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [106.6, 20.6] },
      properties: { id: 'b', name: 'B', state: '?' },
    },
  ],
};

const layer: MapLayer = {
  id: 'stations',
  title: 'Trạm',
  shape: 'circle',
  states: [
    { id: 'good', name: 'Tốt', color: '#00e400' },
    { id: 'fair', name: 'Trung bình', color: '#ffff00' },
    { id: 'bad', name: 'Xấu', color: '#ff0000' },
  ],
  points,
};

describe('a map layer', () => {
  it('ranks points by their state’s place, and draws an unknown state as the first', () => {
    expect(placePoints(layer).features.map((feature) => [feature.properties.rank, feature.properties.image])).toEqual([
      [2, 'circle/#ff0000'],
      [0, 'circle/#00e400'],
    ]);
  });

  it('colours a cluster by the worst state in it', () => {
    const cluster = layersOf(layer, palettes.light, 'Inter', null)[0];
    expect(cluster?.paint).toMatchObject({
      'circle-color': ['match', ['get', 'worst'], 1, '#ffff00', 2, '#ff0000', '#00e400'],
    });
  });

  it('knows the box around its points', () => {
    expect(boundsOf([points])).toEqual([106.3, 20.4, 106.6, 20.6]);
    expect(boundsOf([{ type: 'FeatureCollection', features: [] }])).toBeNull();
  });

  it('fades with age: full to half the promised time, 0.35 at and beyond it', () => {
    expect(freshness(0, 600)).toBe(1);
    expect(freshness(299, 600)).toBe(1);
    expect(freshness(600, 600)).toBe(0.35);
    expect(freshness(9000, 600)).toBe(0.35);
    expect(freshness(450, 600)).toBeCloseTo(0.68, 1);
  });

  it('has a different form for every shape', () => {
    expect(new Set(mapShapes.map(symbolPath)).size).toBe(mapShapes.length);
    expect(cornersOf('hexagon')).toHaveLength(6);
  });
});
