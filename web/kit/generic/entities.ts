/** Entities as the declarations describe them: their layers on the map, their states, who is late. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { FeatureCollection, MultiPolygon, Point, Polygon } from 'geojson';
import { useMemo } from 'react';
import type { Static } from 'typebox';
import type { entitySchema, typeSchema } from '../../../platform/context/api.ts';
import { intervalOf, isLate, staleAfterSeconds } from '../../../platform/context/types.ts';
import type { Text } from '../../../platform/words/index.ts';
import { useLive } from '../client/use-live.ts';
import { freshness, type MapArea, type MapBase, type MapLayer, type MapPoint, type MapState } from '../map/layers.ts';
import type { MapShape } from '../map/shapes.ts';
import { type LevelUpTo, levelOf } from '../tokens/levels.ts';
import { platformClient } from './platform-client.ts';

export type EntityRow = Static<typeof entitySchema>;
export type TypeRow = Static<typeof typeSchema>;

const GREY = '#9aa7ad';

export function intervalSeconds(type: TypeRow, entity: EntityRow, property: string): number {
  const observed = type.observes[property];
  return observed ? intervalOf(entity, observed) : 3600;
}

/** Seconds after which a value of this property is old, as the server judges it. */
export function staleSeconds(type: TypeRow, entity: EntityRow, property: string): number {
  const observed = type.observes[property];
  return observed ? staleAfterSeconds(observed, entity) : 3600;
}

/** Whether the entity sends nothing of its own any more, as the server judges silence. */
export function entityIsLate(type: TypeRow, entity: EntityRow, now: Date): boolean {
  const observedAt = (property: string): number | undefined => {
    const state = entity.state[property];
    return state && Date.parse(state.observedAt);
  };
  return isLate(type.observes, entity, observedAt, now.getTime());
}

export function headlineOf(
  type: TypeRow,
  entity: EntityRow,
): { property: string; value: number | null; at: string | null } {
  const property = type.headline?.property ?? Object.keys(type.observes)[0] ?? '';
  const state = entity.state[property];
  return { property, value: state && state.quality === 0 ? state.value : null, at: state?.observedAt ?? null };
}

export function levelsOf(type: TypeRow): readonly LevelUpTo[] {
  return type.headline?.levels ?? [];
}

type StateOfStream = { entity: string; property: string; at: number; value: number; quality: number };
type StateEvent = { kind: string; states?: StateOfStream[] };

/** The entity with what the stream brought for it; older values than those it has change nothing. */
function withStates<E extends Pick<EntityRow, 'state'>>(entity: E, changes: readonly StateOfStream[]): E {
  const state = { ...entity.state };
  for (const { property, at, value, quality } of changes) {
    const known = state[property];
    if (known && Date.parse(known.observedAt) > at) continue;
    state[property] = {
      value,
      quality,
      observedAt: new Date(at).toISOString(),
      receivedAt: new Date().toISOString(),
    };
  }
  return { ...entity, state };
}

/** Types and entities that the reader may see, kept fresh by the live stream. */
export function useEntities(query: { type?: string; limit?: number } = {}) {
  const queries = useQueryClient();
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const asked = platformClient.ask('GET /api/entities', { query: { limit: 2000, ...query } });
  const entities = useQuery({ ...asked, refetchInterval: 60_000 });
  useLive(['states', 'entities'], (event) => {
    const data = event.data as StateEvent;
    if (data.kind !== 'states') {
      void queries.invalidateQueries({ queryKey: ['GET /api/entities'] });
      return;
    }
    // Values are put in place without asking again: a screen of thousands of sensors must not reload for one of them.
    queries.setQueryData<{ items: EntityRow[]; total: number }>(asked.queryKey, (old) => {
      if (!old || !data.states) return old;
      const changes = Map.groupBy(data.states, (one) => one.entity);
      return {
        ...old,
        items: old.items.map((entity) => {
          const mine = changes.get(entity.id);
          return mine ? withStates(entity, mine) : entity;
        }),
      };
    });
  });
  return { types, entities };
}

/**
 * One entity, its values put in place by the live stream: asking again on each event could find the row of before,
 * because the stream is quicker than the follower that writes the state.
 */
export function useEntity(id: string) {
  const queries = useQueryClient();
  const asked = platformClient.ask('GET /api/entities/:id', { params: { id } });
  const entity = useQuery({ ...asked, refetchInterval: 60_000 });
  useLive(['states', 'entities'], (event) => {
    const data = event.data as StateEvent & { subject?: string };
    if (data.kind !== 'states') {
      // Without a subject the stream begins anew: anything may have happened.
      if (data.subject === undefined || data.subject === id) void entity.refetch();
      return;
    }
    const mine = data.states?.filter((one) => one.entity === id) ?? [];
    if (mine.length === 0) return;
    queries.setQueryData<EntityRow>(asked.queryKey, (old) => (old ? withStates(old, mine) : old));
  });
  return entity;
}

/** One map layer for each type: form says the type, colour the level of its headline, opacity its age. */
export function entityLayers(
  types: readonly TypeRow[],
  entities: readonly EntityRow[],
  say: (text: Text) => string,
  now: Date,
  hidden: readonly string[] = [],
): MapLayer[] {
  const byType = Map.groupBy(entities, (entity) => entity.type);
  return types.flatMap((type): MapLayer[] => {
    const mine = byType.get(type.name) ?? [];
    if (mine.length === 0) return [];
    const levels = levelsOf(type);
    const ordered = levels[0] && levels[0].color.toLowerCase() !== '#00e400' ? [...levels].reverse() : levels;
    const states: MapState[] = [
      { id: 'plain', name: say({ vi: 'Không có mức', en: 'No level' }), color: GREY },
      ...ordered.map((level) => ({ id: String(level.upTo), name: say(level.name), color: level.color })),
    ];
    const points: FeatureCollection<Point, MapPoint> = {
      type: 'FeatureCollection',
      features: mine.flatMap((entity) => {
        if (!entity.location) return [];
        const { property, value, at } = headlineOf(type, entity);
        const level = levelOf(levels, value);
        const age = at ? (now.getTime() - Date.parse(at)) / 1000 : Number.POSITIVE_INFINITY;
        return [
          {
            type: 'Feature' as const,
            geometry: { type: 'Point' as const, coordinates: [entity.location.lon, entity.location.lat] },
            properties: {
              id: entity.id,
              name: entity.name,
              state: level ? String((level as LevelUpTo).upTo) : 'plain',
              ...(value === null ? {} : { label: String(Math.round(value * 10) / 10) }),
              opacity: freshness(age, staleSeconds(type, entity, property)),
            },
          },
        ];
      }),
    };
    const shape: MapShape = type.marker as MapShape;
    return [{ id: type.name, title: say(type.title), shape, states, points, hidden: hidden.includes(type.name) }];
  });
}

/** The province's base: communes of today, and the land around. Approximate borders say so. */
export function useProvinceBase(): MapBase | null {
  const communes = useQuery({
    ...platformClient.ask('GET /api/territory/borders', { query: { level: 'commune' } }),
    staleTime: 3_600_000,
  });
  const base = useQuery({ ...platformClient.ask('GET /api/territory/base'), staleTime: 3_600_000 });
  // The same object as long as it holds the same: a map begins its style anew with each new one.
  return useMemo(() => {
    if (!communes.data) return null;
    const units = communes.data as FeatureCollection<Polygon | MultiPolygon, MapArea & { approximate?: boolean }>;
    const around = base.data as FeatureCollection<Polygon | MultiPolygon> | undefined;
    return {
      units,
      ...(around
        ? { around: { ...around, features: around.features.filter((one) => one.geometry.type.endsWith('Polygon')) } }
        : {}),
      approximate: units.features.some((feature) => feature.properties.approximate),
    };
  }, [communes.data, base.data]);
}
