import { IconFocusCentered, IconList, IconMap, IconMinus, IconPlus } from '@tabler/icons-react';
import { type GeoJSONSource, Map as GlMap, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { IconButton } from '../base/icon-button.tsx';
import { useTheme } from '../base/provider.tsx';
import { palettes } from '../tokens/tokens.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { boundsOf, imageName, layersOf, type MapBase, type MapLayer, placePoints, sourceOf } from './layers.ts';
import { MapLegend, MapList } from './map-list.tsx';
import { drawSymbol } from './shapes.ts';
import { baseStyle, mapFont } from './style.ts';
import './map.css';

setWorkerUrl(workerUrl);

/** The part of the map that is looked at. */
export type MapWindow = { box: readonly [number, number, number, number]; zoom: number };

/** All units on a screen of middling size: what a list stands for, which shows no map. */
const PROVINCE_ZOOM = 9;

export type MapViewProps = {
  /** What the map shows, for screen readers. */
  label: string;
  base: MapBase;
  layers: readonly MapLayer[];
  selected?: string | null;
  onSelect?: (id: string, layerId: string) => void;
  /** Layers switched on and off by the reader; without it they are fixed. */
  onLayers?: (shown: string[]) => void;
  /** Tells what is looked at, first and whenever it changes: west, south, east, north, and how close. */
  onView?: (view: MapWindow) => void;
  /** Where to look first: west, south, east, north; by default all units. */
  bounds?: readonly [number, number, number, number];
  /** Fixed height in px; by default it fills its parent. */
  height?: number;
  /** The wall's map: no controls, no list. */
  bare?: boolean;
  /** Nothing to tell apart on it: no legend, no list. */
  plain?: boolean;
  /** What went wrong with what it shows, said on the map. */
  message?: string | null;
  /** Over the map, top left: search, filters. */
  children?: ReactNode;
};

function hasWebgl(): boolean {
  const canvas = document.createElement('canvas');
  return canvas.getContext('webgl2') !== null || canvas.getContext('webgl') !== null;
}

/** The map as a work surface; the same things as a list for the keyboard, screen readers and browsers without WebGL. */
export function MapView(props: MapViewProps) {
  const { label, layers, selected = null, onSelect, onLayers, height, bare = false, plain = false, children } = props;
  const t = useTexts(kitWords);
  const [canDraw] = useState(hasWebgl);
  const [asList, setAsList] = useState(false);
  const list = asList || !canDraw;
  const home = useHome(props);
  const tell = useRef(props.onView);
  tell.current = props.onView;
  // A list shows what lies in the whole province, however close the map had come.
  useEffect(() => {
    if (list) tell.current?.({ box: home, zoom: PROVINCE_ZOOM });
  }, [list, home]);
  return (
    <div className="k-map" style={height ? { height } : undefined}>
      {list ? (
        <section className="k-map-list-room" aria-label={label}>
          {canDraw ? null : (
            <p className="k-map-message" role="status">
              {t('noWebgl')}
            </p>
          )}
          <MapList layers={layers} selected={selected} {...(onSelect ? { onSelect } : {})} />
        </section>
      ) : (
        <Canvas {...props} />
      )}
      {props.message ? (
        <p className="k-map-trouble" role="alert">
          {props.message}
        </p>
      ) : null}
      {children ? <div className="k-map-over">{children}</div> : null}
      {bare || plain ? null : <MapLegend layers={layers} {...(onLayers ? { onLayers } : {})} />}
      {bare || plain || !canDraw ? null : (
        <div className="k-map-switch">
          <IconButton
            icon={asList ? IconMap : IconList}
            title={asList ? t('asMap') : t('asList')}
            onClick={() => setAsList(!asList)}
          />
        </div>
      )}
    </div>
  );
}

function useHome({ bounds, base }: Pick<MapViewProps, 'bounds' | 'base'>) {
  return useMemo(() => bounds ?? boundsOf([base.units]) ?? ([106.1, 20.2, 106.7, 20.75] as const), [bounds, base]);
}

function Canvas(props: MapViewProps) {
  const { label, base, layers, selected = null, onSelect, onView, bare = false } = props;
  const t = useTexts(kitWords);
  const { theme } = useTheme();
  const palette = palettes[theme];
  // The wall is read from five metres: labels of 28 px.
  const magnify = bare ? 2.3 : 1;
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<GlMap | null>(null);
  const [ready, setReady] = useState(0);
  const styled = useRef(false);
  const select = useRef(onSelect);
  select.current = onSelect;
  const tell = useRef(onView);
  tell.current = onView;
  const home = useHome(props);

  const fitAll = useCallback(
    (animate: boolean) => {
      map.current?.fitBounds([home[0], home[1], home[2], home[3]], {
        padding: 24,
        duration: animate ? 200 : 0,
        maxZoom: 14,
      });
    },
    [home],
  );

  // The map is made once; base and theme change its style, layers change their data, and the view stays where it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes later is applied by the effects below
  useEffect(() => {
    if (!box.current) return;
    const made = new GlMap({
      container: box.current,
      style: { version: 8, sources: {}, layers: [] },
      bounds: [home[0], home[1], home[2], home[3]],
      fitBoundsOptions: { padding: 24 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      interactive: !bare,
      fadeDuration: 0,
      maxZoom: 18,
      minZoom: 3,
    });
    made.touchZoomRotate.disableRotation();
    made.getCanvas().setAttribute('aria-label', label);
    map.current = made;
    made.on('click', (event) => {
      const hit = made.queryRenderedFeatures([
        [event.point.x - 6, event.point.y - 6],
        [event.point.x + 6, event.point.y + 6],
      ]);
      const point = hit.find((feature) => feature.layer.id.endsWith(':point'));
      if (point) {
        select.current?.(String(point.properties.id), String(point.properties.layer));
        return;
      }
      const cluster = hit.find((feature) => feature.layer.id.endsWith(':cluster'));
      if (cluster?.geometry.type !== 'Point') return;
      const [lon = 0, lat = 0] = cluster.geometry.coordinates;
      const closer = { center: [lon, lat] as [number, number], duration: 200 };
      if (cluster.properties.cluster_id === undefined) {
        // The server drew it together, and draws it apart from closer by.
        made.easeTo({ ...closer, zoom: Math.min(made.getZoom() + 2, 18) });
        return;
      }
      void made
        .getSource<GeoJSONSource>(cluster.source)
        ?.getClusterExpansionZoom(Number(cluster.properties.cluster_id))
        .then((zoom) => made.easeTo({ ...closer, zoom: Math.min(zoom, 16) }));
    });
    made.on('mousemove', (event) => {
      const over = made
        .queryRenderedFeatures(event.point)
        .some((feature) => feature.layer.id.endsWith(':point') || feature.layer.id.endsWith(':cluster'));
      made.getCanvas().style.cursor = over ? 'pointer' : '';
    });
    const look = () => {
      const seen = made.getBounds();
      tell.current?.({
        box: [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()],
        zoom: made.getZoom(),
      });
    };
    made.on('moveend', look);
    look();
    return () => {
      map.current = null;
      made.remove();
    };
  }, []);

  useEffect(() => {
    const made = map.current;
    if (!made) return;
    // Labels are drawn with the page's font, which must be there before the first of them.
    let alive = true;
    void document.fonts.load(`14px "${mapFont}"`, 'Thái Bình ỄẪ').then(() => {
      if (!alive) return;
      // While a style loads nothing can be added to it; the effect below runs again when it has.
      styled.current = false;
      made.once('style.load', () => {
        styled.current = true;
        setReady((count) => count + 1);
      });
      made.setStyle(baseStyle(base, palette, magnify), { diff: false });
    });
    return () => {
      alive = false;
    };
  }, [base, palette, magnify]);

  useEffect(() => {
    const made = map.current;
    if (!made || ready === 0 || !styled.current) return;
    const wanted = new Set<string>();
    for (const layer of layers) {
      layer.states.forEach((state, rank) => {
        const name = imageName(layer, rank);
        if (made.hasImage(name)) return;
        const drawn = drawSymbol(layer.shape, state.color, palette.ink, 7 * magnify);
        if (drawn) made.addImage(name, drawn, { pixelRatio: 2 });
      });
      const { id, spec } = sourceOf(layer);
      wanted.add(id);
      const source = made.getSource<GeoJSONSource>(id);
      if (source) source.setData(placePoints(layer));
      else made.addSource(id, spec);
      for (const drawing of layersOf(layer, palette, mapFont, selected, magnify)) {
        if (!made.getLayer(drawing.id)) {
          made.addLayer(drawing);
          continue;
        }
        made.setLayoutProperty(drawing.id, 'visibility', layer.hidden ? 'none' : 'visible');
        if (drawing.id.endsWith(':selected')) made.setFilter(drawing.id, ['==', ['get', 'id'], selected ?? '']);
      }
    }
    for (const id of Object.keys(made.getStyle().sources)) {
      if (!id.startsWith('layer:') || wanted.has(id)) continue;
      for (const drawing of made.getStyle().layers) {
        if ('source' in drawing && drawing.source === id) made.removeLayer(drawing.id);
      }
      made.removeSource(id);
    }
  }, [layers, palette, ready, selected, magnify]);

  return (
    <>
      <div ref={box} className="k-map-canvas" />
      {base.approximate ? <p className="k-map-note">{t('approximate')}</p> : null}
      {bare ? null : (
        <div className="k-map-tools">
          <IconButton icon={IconPlus} title={t('zoomIn')} onClick={() => map.current?.zoomIn({ duration: 160 })} />
          <IconButton icon={IconMinus} title={t('zoomOut')} onClick={() => map.current?.zoomOut({ duration: 160 })} />
          <IconButton icon={IconFocusCentered} title={t('fit')} onClick={() => fitAll(true)} />
        </div>
      )}
    </>
  );
}
