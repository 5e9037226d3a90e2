/** GeoJSON for the map, simplified to what a screen shows, made once for each revision and kept with its ETag. */
import { createHash } from 'node:crypto';
import type { Atlas, Border } from './atlas.ts';
import { type Box, boxOf, type MultiPolygon, simplify } from './geometry.ts';
import type { Level } from './types.ts';

export type Feature = {
  type: 'Feature';
  id?: string;
  properties: Record<string, string | number | boolean | null>;
  geometry:
    | { type: 'MultiPolygon'; coordinates: MultiPolygon }
    | { type: 'Polygon'; coordinates: [number, number][][] }
    | { type: 'Point'; coordinates: [number, number] };
};
export type FeatureCollection = { type: 'FeatureCollection'; bbox?: Box; features: Feature[] };

/** A document ready to send. */
export type Sheet = { body: string; etag: string };

/** About 20 m: below a pixel until zoom 13. */
const TOLERANCE = 0.0002;

export function bordersSheet(atlas: Atlas, day: string, level: Level, parent: string | undefined): Sheet {
  const borders = atlas.borders(day, level).filter((one) => parent === undefined || one.unit.parent === parent);
  return sheet({ type: 'FeatureCollection', features: borders.map((border) => featureOf(border, TOLERANCE)) });
}

export function featureOf(border: Border, tolerance: number): Feature {
  const { unit } = border;
  return {
    type: 'Feature',
    id: unit.id,
    properties: {
      code: unit.code,
      name: unit.name,
      level: unit.level,
      validFrom: unit.validFrom,
      validTo: unit.validTo,
      approximate: border.approximate,
      source: border.source,
    },
    geometry: {
      type: 'MultiPolygon',
      coordinates: tolerance > 0 ? simplify(border.geometry, tolerance) : border.geometry,
    },
  };
}

/**
 * What lies under every map: the land of the two former provinces, and both archipelagos by name, so that a view
 * wide enough to hold them shows them. `bbox` is the province's, the map's own limit.
 */
export function baseSheet(land: readonly { name: string; geometry: MultiPolygon }[], source: string): Sheet {
  const boxes = land.map((one) => boxOf(one.geometry));
  const box: Box = [
    Math.min(...boxes.map((one) => one[0])),
    Math.min(...boxes.map((one) => one[1])),
    Math.max(...boxes.map((one) => one[2])),
    Math.max(...boxes.map((one) => one[3])),
  ];
  return sheet({
    type: 'FeatureCollection',
    bbox: box,
    features: [
      ...land.map(
        (one): Feature => ({
          type: 'Feature',
          properties: { kind: 'land', name: one.name, approximate: true, source },
          geometry: { type: 'MultiPolygon', coordinates: one.geometry },
        }),
      ),
      ...ARCHIPELAGOS.flatMap(archipelagoFeatures),
    ],
  });
}

type Archipelago = {
  name: string;
  nameEn: string;
  centre: [number, number];
  box: Box;
  islands: [string, number, number][];
};

/** Extents as the yearbook gives them, in degrees and minutes rounded to 0.05; islands to a hundredth of a degree. */
const ARCHIPELAGOS: Archipelago[] = [
  {
    name: 'Quần đảo Hoàng Sa (Việt Nam)',
    nameEn: 'Hoàng Sa Archipelago (Vietnam)',
    centre: [112.0, 16.5],
    box: [111.0, 15.75, 113.0, 17.25],
    islands: [
      ['Đảo Hoàng Sa', 111.61, 16.53],
      ['Đảo Phú Lâm', 112.34, 16.83],
      ['Đảo Linh Côn', 112.73, 16.67],
      ['Đảo Tri Tôn', 111.2, 15.78],
    ],
  },
  {
    name: 'Quần đảo Trường Sa (Việt Nam)',
    nameEn: 'Trường Sa Archipelago (Vietnam)',
    centre: [114.0, 10.0],
    box: [111.5, 6.5, 117.35, 12.0],
    islands: [
      ['Đảo Trường Sa', 111.92, 8.64],
      ['Đảo Song Tử Tây', 114.33, 11.43],
      ['Đảo Ba Bình', 114.37, 10.38],
      ['Đảo Nam Yết', 114.37, 10.18],
      ['Đảo Sinh Tồn', 114.33, 9.89],
      ['Đảo An Bang', 112.92, 7.89],
    ],
  },
];

function archipelagoFeatures(one: Archipelago): Feature[] {
  const [west, south, east, north] = one.box;
  const named = { name: one.name, nameEn: one.nameEn };
  return [
    {
      type: 'Feature',
      properties: { kind: 'archipelago', ...named },
      geometry: { type: 'Point', coordinates: one.centre },
    },
    {
      type: 'Feature',
      properties: { kind: 'archipelago-extent', ...named },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [west, south],
            [east, south],
            [east, north],
            [west, north],
            [west, south],
          ],
        ],
      },
    },
    ...one.islands.map(
      ([name, lon, lat]): Feature => ({
        type: 'Feature',
        properties: { kind: 'island', name, archipelago: one.name },
        geometry: { type: 'Point', coordinates: [lon, lat] },
      }),
    ),
  ];
}

function sheet(collection: FeatureCollection): Sheet {
  const body = JSON.stringify(collection);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
