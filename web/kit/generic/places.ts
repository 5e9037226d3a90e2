/** What a map shows: asked for by the part that is looked at, drawn as layers, kept fresh by the stream of just that. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { contextApi } from '../../../platform/context/api.ts';
import type { AnswerOf } from '../../../platform/http/endpoints.ts';
import type { Text } from '../../../platform/words/index.ts';
import { useCalm } from '../base/use-calm.ts';
import type { LiveScope } from '../client/live.ts';
import { useLive } from '../client/use-live.ts';
import { freshness, type MapLayer, type MapPoint, type MapState } from '../map/layers.ts';
import type { MapWindow } from '../map/map-view.tsx';
import type { MapShape } from '../map/shapes.ts';
import { levelOf } from '../tokens/levels.ts';
import { levelsOf, type StateEvent, type TypeRow } from './entities.ts';
import { platformClient } from './platform-client.ts';

type PlacesView = AnswerOf<(typeof contextApi)['GET /api/places']>;
type Counts = AnswerOf<(typeof contextApi)['GET /api/places/counts']>['items'];

const GREY = '#9aa7ad';
/** A map that is dragged asks when the hand rests. */
const REST_MS = 120;
const MINUTE = 60_000;
/** Clusters hear no single value: they are asked for anew. */
const CLUSTERS_MS = 15_000;
/** However many entities change at once (an import), a screen asks again this often. */
const CALM_MS = 2_000;

/**
 * The window widened to a grid of some 256 px: short moves ask nothing, and screens that look at the same part ask and
 * hear the same.
 */
export function windowAsked({ box, zoom }: MapWindow): { box: string; zoom: number } {
  const whole = Math.max(0, Math.round(zoom));
  const step = 180 / 2 ** whole;
  const [west, south, east, north] = box;
  const widened = [
    Math.max(-180, Math.floor(west / step) * step),
    Math.max(-90, Math.floor(south / step) * step),
    Math.min(180, Math.ceil(east / step) * step),
    Math.min(90, Math.ceil(north / step) * step),
  ];
  return { box: widened.map((degrees) => Number(degrees.toFixed(6))).join(','), zoom: whole };
}

const headlineProperty = (type: TypeRow): string => type.headline?.property ?? Object.keys(type.observes)[0] ?? '';

/** The view with what the stream brought; older values than those it has change nothing. */
export function withStates(
  view: PlacesView,
  states: NonNullable<StateEvent['states']>,
  types: readonly TypeRow[],
): PlacesView {
  const headlines = new Map(types.map((type) => [type.name, headlineProperty(type)]));
  const changes = Map.groupBy(states, (one) => one.entity);
  return {
    ...view,
    spots: view.spots.map((spot) => {
      const newest = (changes.get(spot.id) ?? [])
        .filter((one) => one.property === headlines.get(spot.type) && one.at >= (spot.at ?? 0))
        .sort((a, b) => b.at - a.at)[0];
      return newest ? { ...spot, at: newest.at, value: newest.quality === 0 ? newest.value : null } : spot;
    }),
  };
}

/**
 * The part of the province that a map looks at (`onView` goes to its MapView) and what lies there. The old symbols stay
 * until the new ones come. `hidden` types are neither asked for nor heard of.
 */
export function usePlaces(options: { only?: readonly string[]; hidden?: readonly string[] } = {}) {
  const { only, hidden = [] } = options;
  const queries = useQueryClient();
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const counts = useQuery({ ...platformClient.ask('GET /api/places/counts'), refetchInterval: MINUTE });
  const [looked, setLooked] = useState<MapWindow | null>(null);
  const resting = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(resting.current ?? undefined), []);
  const onView = useCallback((next: MapWindow) => {
    clearTimeout(resting.current ?? undefined);
    // The first is asked for at once.
    setLooked((before) => before ?? next);
    resting.current = setTimeout(() => setLooked(next), REST_MS);
  }, []);

  const present = (counts.data?.items ?? []).map((one) => one.type);
  const shown = (only ?? present).filter((type) => !hidden.includes(type)).sort();
  const narrowed = only !== undefined || shown.length < present.length;
  const seen = windowAsked(looked ?? { box: [0, 0, 0, 0], zoom: 0 });
  const query = { ...seen, ...(narrowed ? { type: shown.join(',') } : {}) };
  const asked = platformClient.ask('GET /api/places', { query });
  const places = useQuery({
    ...asked,
    enabled: looked !== null && counts.data !== undefined && shown.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.clusters.length ? CLUSTERS_MS : MINUTE),
  });
  const clustered = (places.data?.clusters.length ?? 0) > 0;
  const scope: LiveScope =
    looked === null || clustered ? { ids: [] } : { box: seen.box, ...(narrowed ? { types: shown } : {}) };
  const askAgain = useCalm(() => {
    void queries.invalidateQueries({ queryKey: ['GET /api/places'] });
    void queries.invalidateQueries({ queryKey: ['GET /api/places/counts'] });
  }, CALM_MS);
  useLive(
    ['states', 'entities'],
    (event) => {
      const { kind, states } = event.data as StateEvent;
      if (kind !== 'states' || !states) return askAgain();
      queries.setQueryData<PlacesView>(
        asked.queryKey,
        (old) => old && withStates(old, states, types.data?.items ?? []),
      );
    },
    scope,
  );
  return { types, counts, places, onView };
}

/** One map layer for each type: form says the type, colour the level of its headline, opacity its age. */
export function placeLayers(
  types: readonly TypeRow[],
  counts: Counts,
  view: PlacesView | undefined,
  say: (text: Text) => string,
  now: Date,
  hidden: readonly string[] = [],
): MapLayer[] {
  const spots = Map.groupBy(view?.spots ?? [], (one) => one.type);
  const clusters = Map.groupBy(view?.clusters ?? [], (one) => one.type);
  const fresh = ({ at, staleSeconds }: { at: number | null; staleSeconds: number }): number =>
    freshness(at === null ? Number.POSITIVE_INFINITY : (now.getTime() - at) / 1000, staleSeconds);
  return types.flatMap((type): MapLayer[] => {
    const total = counts.find((one) => one.type === type.name)?.n ?? 0;
    if (total === 0) return [];
    const levels = levelsOf(type);
    const states: MapState[] = [
      { id: 'plain', name: say({ vi: 'Không có mức', en: 'No level' }), color: GREY },
      ...(type.headline?.worst === 'first' ? levels.toReversed() : levels).map((level) => ({
        id: String(level.upTo),
        name: say(level.name),
        color: level.color,
      })),
    ];
    const feature = (lon: number, lat: number, properties: MapPoint) => ({
      type: 'Feature' as const,
      geometry: { type: 'Point' as const, coordinates: [lon, lat] },
      properties,
    });
    const features = [
      ...(spots.get(type.name) ?? []).map((spot) => {
        const level = levelOf(levels, spot.value);
        return feature(spot.lon, spot.lat, {
          id: spot.id,
          name: spot.name,
          state: level ? String(level.upTo) : 'plain',
          ...(spot.value === null ? {} : { label: String(Math.round(spot.value * 10) / 10) }),
          opacity: fresh(spot),
        });
      }),
      ...(clusters.get(type.name) ?? []).map((cluster) =>
        feature(cluster.lon, cluster.lat, {
          id: `${cluster.lon},${cluster.lat}`,
          name: say({
            vi: `${cluster.n} đối tượng gần ${cluster.lat.toFixed(3).replace('.', ',')}; ${cluster.lon.toFixed(3).replace('.', ',')}`,
            en: `${cluster.n} entities near ${cluster.lat.toFixed(3)}, ${cluster.lon.toFixed(3)}`,
          }),
          state: states[cluster.rank === null ? 0 : cluster.rank + 1]?.id ?? 'plain',
          opacity: fresh(cluster),
          n: cluster.n,
        }),
      ),
    ];
    return [
      {
        id: type.name,
        title: say(type.title),
        shape: type.marker as MapShape,
        states,
        total,
        points: { type: 'FeatureCollection', features },
        hidden: hidden.includes(type.name),
      },
    ];
  });
}
