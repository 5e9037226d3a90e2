/** What a map layer is, and its way into MapLibre's sources and layers. */
import type { FeatureCollection, MultiPolygon, Point, Polygon } from 'geojson';
import type { LayerSpecification, SourceSpecification } from 'maplibre-gl';
import { inkOn } from '../tokens/colour-math.ts';
import { type Palette, palettes } from '../tokens/tokens.ts';
import type { MapShape } from './shapes.ts';

/** A state that things of a layer can be in, from the most harmless to the worst. */
export type MapState = { id: string; name: string; color: string };

export type MapPoint = {
  id: string;
  name: string;
  /** One of the layer's states. */
  state: string;
  /** A short word or number beside the symbol, once there is room. */
  label?: string;
  /** 0.35 to 1: how fresh; see `freshness`. */
  opacity?: number;
  /** How many things stand for one here, where the server drew them together: then its state is the worst of them. */
  n?: number;
};

export type MapLayer = {
  id: string;
  title: string;
  shape: MapShape;
  /** Best first; a cluster shows the worst of its members. */
  states: readonly MapState[];
  points: FeatureCollection<Point, MapPoint>;
  /** How many there are in all, wherever one looks. */
  total?: number;
  /** Close points become one sign with their number. True unless said otherwise. */
  cluster?: boolean;
  hidden?: boolean;
};

/** Colours of states that are no levels: done and quiet, under way, to act on. */
export const mapTones = {
  quiet: palettes.light.lineStrong,
  open: palettes.light.severity[2].mark,
  alarm: palettes.light.severity[4].mark,
};

/** `color`: its own ground, where the map says something of whole units. */
export type MapArea = { code?: string; name: string; color?: string };

/** From little to much in one hue, and the grey of what is not ranked: the number stands beside it on the map. */
export const heatScale = {
  steps: ['#fcf1dc', '#f6d79b', '#eab65c', '#d68f2e', '#b8660f'],
  unranked: '#d9dee4',
} as const;

export type MapBase = {
  /** Borders of units: drawn as land with quiet lines and their names. */
  units: FeatureCollection<Polygon | MultiPolygon, MapArea>;
  /** Land beyond, without names. */
  around?: FeatureCollection<Polygon | MultiPolygon>;
  /** Says so on the map where borders are not surveyed. */
  approximate?: boolean;
};

/** Full while fresh, fading to a third when it is as old as `staleSeconds` or older: age shown by opacity. */
export function freshness(ageSeconds: number, staleSeconds: number): number {
  if (!(staleSeconds > 0)) return 1;
  const share = Math.min(1, Math.max(0, ageSeconds / staleSeconds));
  return share < 0.5 ? 1 : Math.round((1 - (share - 0.5) * 1.3) * 100) / 100;
}

export type PlacedPoint = MapPoint & {
  n: number;
  rank: number;
  worst: number;
  image: string;
  opacity: number;
  label: string;
  layer: string;
};

/** The points with their rank (place of their state in the layer's order) and picture; an unknown state is the best one. */
export function placePoints(layer: MapLayer): FeatureCollection<Point, PlacedPoint> {
  const ranks = new Map(layer.states.map((state, index) => [state.id, index]));
  return {
    type: 'FeatureCollection',
    features: layer.points.features.map((feature) => {
      const rank = ranks.get(feature.properties.state) ?? 0;
      return {
        ...feature,
        properties: {
          ...feature.properties,
          n: feature.properties.n ?? 1,
          rank,
          worst: rank,
          image: imageName(layer, rank),
          opacity: feature.properties.opacity ?? 1,
          label: feature.properties.label ?? '',
          layer: layer.id,
        },
      };
    }),
  };
}

export function imageName(layer: MapLayer, rank: number): string {
  return `${layer.shape}/${layer.states[rank]?.color ?? '#888888'}`;
}

const sourceId = (layer: MapLayer) => `layer:${layer.id}`;

export function sourceOf(layer: MapLayer): { id: string; spec: SourceSpecification } {
  return {
    id: sourceId(layer),
    spec: {
      type: 'geojson',
      data: placePoints(layer),
      cluster: layer.cluster !== false,
      clusterRadius: 38,
      clusterMaxZoom: 13,
      // What the server drew together may meet more of its kind: numbers add up, the worst and the newest stay.
      clusterProperties: {
        n: ['+', ['get', 'n']],
        worst: ['max', ['get', 'worst']],
        opacity: ['max', ['get', 'opacity']],
      },
    },
  };
}

const byRank = (layer: MapLayer, property: string, pick: (color: string) => string) =>
  layer.states.length < 2
    ? pick(layer.states[0]?.color ?? '#888888')
    : [
        'match',
        ['get', property],
        ...layer.states.slice(1).flatMap((state, index) => [index + 1, pick(state.color)]),
        pick(layer.states[0]?.color ?? '#888888'),
      ];

/** Whole below ten thousand; beyond in thousands, for which the sign has room. */
const countText = [
  'case',
  ['<', ['get', 'n'], 10_000],
  ['number-format', ['get', 'n'], { locale: 'vi' }],
  ['concat', ['number-format', ['round', ['/', ['get', 'n'], 1000]], { locale: 'vi' }], 'k'],
];

/** The drawing of a layer: clusters with number and worst colour, symbols, labels. Lowest first. */
export function layersOf(
  layer: MapLayer,
  palette: Palette,
  font: string,
  selected: string | null,
  magnify = 1,
): LayerSpecification[] {
  const source = sourceId(layer);
  const visibility = layer.hidden ? ('none' as const) : ('visible' as const);
  const isCluster = ['>', ['get', 'n'], 1];
  const specs = [
    {
      id: `${source}:cluster`,
      type: 'circle',
      source,
      filter: isCluster,
      layout: { visibility },
      paint: {
        'circle-color': byRank(layer, 'worst', (color) => color),
        'circle-opacity': ['get', 'opacity'],
        'circle-radius': ['*', magnify, ['step', ['get', 'n'], 13, 10, 16, 100, 20, 1000, 25]],
        'circle-stroke-color': palette.ink,
        'circle-stroke-opacity': 0.75,
        // The ring grows with the worst state, so that it is told without its colour as well.
        'circle-stroke-width': ['+', 1, ['*', 0.6, ['get', 'worst']]],
      },
    },
    {
      id: `${source}:count`,
      type: 'symbol',
      source,
      filter: isCluster,
      layout: {
        visibility,
        'text-field': countText,
        'text-font': [font],
        'text-size': 12.2 * magnify,
        'text-allow-overlap': true,
      },
      paint: { 'text-color': byRank(layer, 'worst', (color) => inkOn(color, '#000000', '#ffffff')) },
    },
    {
      id: `${source}:selected`,
      type: 'circle',
      source,
      filter: ['==', ['get', 'id'], selected ?? ''],
      layout: { visibility },
      paint: {
        'circle-radius': 16 * magnify,
        'circle-color': 'rgba(0,0,0,0)',
        'circle-stroke-color': palette.brand,
        'circle-stroke-width': 3,
      },
    },
    {
      id: `${source}:point`,
      type: 'symbol',
      source,
      filter: ['!', isCluster],
      layout: {
        visibility,
        'icon-image': ['get', 'image'],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 7, 0.6, 11, 0.9, 15, 1.15],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'symbol-sort-key': ['get', 'rank'],
        'text-field': ['step', ['zoom'], '', 9.5, ['get', 'label']],
        'text-font': [font],
        'text-size': 12.2 * magnify,
        'text-anchor': 'left',
        'text-offset': [1.1, 0],
        'text-optional': true,
      },
      paint: {
        'icon-opacity': ['get', 'opacity'],
        'text-color': palette.ink,
        'text-halo-color': palette.land,
        'text-halo-width': 1.5,
      },
    },
  ];
  return specs as LayerSpecification[];
}

/** West, south, east, north of points and areas; null for nothing. */
export function boundsOf(collections: readonly FeatureCollection[]): [number, number, number, number] | null {
  let box: [number, number, number, number] | null = null;
  const take = (coordinates: unknown): void => {
    if (!Array.isArray(coordinates)) return;
    const [x, y] = coordinates as unknown[];
    if (typeof x === 'number' && typeof y === 'number') {
      box = box ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)] : [x, y, x, y];
      return;
    }
    for (const part of coordinates) take(part);
  };
  for (const collection of collections) {
    for (const feature of collection.features) {
      if ('coordinates' in feature.geometry) take(feature.geometry.coordinates);
    }
  }
  return box;
}
