/** The map, which needs MapLibre: import lazily, `const { MapView } = await import('../kit/map.ts')`. */
export {
  boundsOf,
  freshness,
  heatScale,
  type MapArea,
  type MapBase,
  type MapLayer,
  type MapPoint,
  type MapState,
  mapTones,
} from './map/layers.ts';
export { MapSign } from './map/map-list.tsx';
export { MapView, type MapViewProps, type MapWindow } from './map/map-view.tsx';
export { PlacePicker } from './map/place-picker.tsx';
export type { MapShape } from './map/shapes.ts';
