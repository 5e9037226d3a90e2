import type { FeatureCollection } from 'geojson';
import type { StyleSpecification } from 'maplibre-gl';
import type { Palette } from '../tokens/tokens.ts';
import type { MapBase } from './layers.ts';

/** The face that labels are drawn with: the page's own, because the style names no glyph server. */
export const mapFont = 'Inter Variable';

/**
 * The archipelagos that every view wide enough to show the whole country names. Places of the labels are the middle of
 * each archipelago.
 */
const archipelagos: FeatureCollection = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [112.0, 16.5] },
      properties: { name: 'Quần đảo Hoàng Sa\n(Việt Nam)' },
    },
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [113.8, 10.0] },
      properties: { name: 'Quần đảo Trường Sa\n(Việt Nam)' },
    },
  ],
};

/**
 * Our own base: water, land, units' borders and names, and nothing else; no tile comes from anywhere. Without `around`
 * it is not known what lies outside the units, so that is left plain instead of being painted as water.
 */
export function baseStyle(base: MapBase, palette: Palette, magnify = 1): StyleSpecification {
  return {
    version: 8,
    sources: {
      ...(base.around ? { around: { type: 'geojson', data: base.around } } : {}),
      units: { type: 'geojson', data: base.units, tolerance: 0.2 },
      archipelagos: { type: 'geojson', data: archipelagos },
    },
    layers: [
      {
        id: 'water',
        type: 'background',
        paint: { 'background-color': base.around ? palette.water : palette.landOther },
      },
      ...(base.around
        ? [{ id: 'around', type: 'fill' as const, source: 'around', paint: { 'fill-color': palette.landOther } }]
        : []),
      {
        id: 'land',
        type: 'fill',
        source: 'units',
        paint: { 'fill-color': ['coalesce', ['get', 'color'], palette.land], 'fill-antialias': true },
      },
      {
        id: 'borders',
        type: 'line',
        source: 'units',
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': palette.border,
          'line-width': ['interpolate', ['linear'], ['zoom'], 6, 0.4, 10, 0.9, 14, 1.6],
          ...(base.approximate ? { 'line-dasharray': [4, 2.5] } : {}),
        },
      },
      {
        id: 'unit-names',
        type: 'symbol',
        source: 'units',
        minzoom: 8,
        layout: {
          'text-field': ['get', 'name'],
          'text-font': [mapFont],
          'text-size': ['interpolate', ['linear'], ['zoom'], 9, 11 * magnify, 13, 13 * magnify],
          'text-max-width': 8,
          'text-padding': 6,
        },
        paint: { 'text-color': palette.inkSoft, 'text-halo-color': palette.land, 'text-halo-width': 1.4 },
      },
      {
        id: 'archipelago-names',
        type: 'symbol',
        source: 'archipelagos',
        layout: {
          'text-field': ['get', 'name'],
          'text-font': [mapFont],
          'text-size': 12 * magnify,
          'text-allow-overlap': true,
        },
        paint: { 'text-color': palette.inkSoft, 'text-halo-color': palette.water, 'text-halo-width': 1.4 },
      },
    ],
  };
}
