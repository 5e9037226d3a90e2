/** Entities as the declarations describe them: their lists, their states, who is late. */
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import { useMemo } from 'react';
import type { Static } from 'typebox';
import type { entitySchema, typeSchema } from '../../../platform/context/api.ts';
import { intervalOf, isLate, staleAfterSeconds } from '../../../platform/context/types.ts';
import { useCalm } from '../base/use-calm.ts';
import { useRested } from '../base/use-rested.ts';
import { useLive } from '../client/use-live.ts';
import type { MapArea, MapBase } from '../map/layers.ts';
import type { Column } from '../table/data-table.tsx';
import type { TableView } from '../table/view.ts';
import type { LevelUpTo } from '../tokens/levels.ts';
import { platformClient } from './platform-client.ts';

export type EntityRow = Static<typeof entitySchema>;
export type TypeRow = Static<typeof typeSchema>;

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
export type StateEvent = { kind: string; states?: StateOfStream[] };

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

/** As many as a table sorts and filters by itself; where there are more, the server does it by name. */
const WHOLE = 500;
export const ROWS_A_PAGE = 100;

/** What narrows a list, as `GET /api/entities` names it. */
export type Narrowing = {
  type?: string;
  areaCode?: string;
  provenance?: string;
  organisationId?: string;
  where?: string;
  near?: string;
};

/**
 * Types, and the entities that a table shows. All of them where they are few: the table then sorts and filters them by
 * every column (`served` is false). Where they are many, one page by name, found and narrowed by the server.
 */
export function useEntityList(options: { types?: readonly string[]; narrow?: Narrowing; view: TableView }) {
  const { narrow = {}, view } = options;
  const queries = useQueryClient();
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const only = options.types ? { type: options.types.join(',') } : {};
  const whole = platformClient.ask('GET /api/entities', { query: { ...only, limit: WHOLE } });
  const few = useQuery({ ...whole, refetchInterval: ({ state }) => (state.data && many(state.data) ? false : 60_000) });
  const served = few.data !== undefined && many(few.data);
  const find = useRested(view.find ?? '');
  const narrowing = { ...only, ...narrow, ...(find ? { q: find } : {}) };
  const page = platformClient.ask('GET /api/entities', {
    query: {
      ...narrowing,
      ...(view.sort?.down ? { order: '-name' as const } : {}),
      limit: ROWS_A_PAGE,
      offset: ((view.page ?? 1) - 1) * ROWS_A_PAGE,
    },
  });
  const some = useQuery({
    ...page,
    enabled: served,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  const shown = served ? some : few;
  const calm = useCalm(() => void queries.invalidateQueries({ queryKey: ['GET /api/entities'] }), 2_000);
  useLive(
    ['states', 'entities'],
    (event) => {
      const { kind, states } = event.data as StateEvent;
      if (kind !== 'states' || !states) return calm();
      // Values are put in place without asking again: a screen of thousands of sensors must not reload for one of them.
      queries.setQueryData<List>((served ? page : whole).queryKey, (old) => {
        if (!old) return old;
        const changes = Map.groupBy(states, (one) => one.entity);
        return {
          ...old,
          items: old.items.map((entity) => {
            const mine = changes.get(entity.id);
            return mine ? withStates(entity, mine) : entity;
          }),
        };
      });
    },
    served ? { ids: (some.data?.items ?? []).map((one) => one.id) } : options.types && { types: options.types },
  );
  return {
    types,
    rows: shown.data?.items,
    served,
    narrowing,
    ...(served ? { total: some.data?.total ?? 0, more: some.data?.more ?? false } : {}),
    error: shown.error,
    refetch: () => void shown.refetch(),
  };
}

/** A column of a list that the server serves: it sorts by the name alone and filters by what is handed to it. */
export function servedColumn<R>(column: Column<R>, name: string, filters: Record<string, readonly string[]> = {}) {
  const { filter: _filter, ...rest } = column;
  const choices = filters[column.id];
  return { ...rest, ...(column.id === name ? {} : { sortable: false }), ...(choices ? { filter: choices } : {}) };
}

type List = { items: EntityRow[]; total: number; more: boolean };

const many = ({ total, items }: List): boolean => total > items.length;

const IDS_AT_ONCE = 100;

/** Single entities by their ids: those that the reader may see. */
export function useEntitiesById(ids: readonly string[]): Map<string, EntityRow> {
  const all = [...new Set(ids)].sort();
  const parts = Array.from({ length: Math.ceil(all.length / IDS_AT_ONCE) }, (_, part) =>
    all.slice(part * IDS_AT_ONCE, (part + 1) * IDS_AT_ONCE),
  );
  return useQueries({
    queries: parts.map((part) => ({
      ...platformClient.ask('GET /api/entities', { query: { ids: part.join(','), limit: IDS_AT_ONCE } }),
      placeholderData: keepPreviousData,
      staleTime: 60_000,
    })),
    combine: (answers) => new Map(answers.flatMap(({ data }) => data?.items ?? []).map((one) => [one.id, one])),
  });
}

/**
 * One entity (none while the id is empty), its values put in place by the live stream: asking again on each event could find the row of before,
 * because the stream is quicker than the follower that writes the state.
 */
export function useEntity(id: string) {
  const queries = useQueryClient();
  const asked = platformClient.ask('GET /api/entities/:id', { params: { id: id || '-' } });
  const entity = useQuery({ ...asked, enabled: id !== '', refetchInterval: 60_000 });
  useLive(
    ['states', 'entities'],
    (event) => {
      const data = event.data as StateEvent & { subject?: string };
      if (id === '') return;
      if (data.kind !== 'states') {
        // Without a subject the stream begins anew: anything may have happened.
        if (data.subject === undefined || data.subject === id) void entity.refetch();
        return;
      }
      const mine = data.states?.filter((one) => one.entity === id) ?? [];
      if (mine.length === 0) return;
      queries.setQueryData<EntityRow>(asked.queryKey, (old) => (old ? withStates(old, mine) : old));
    },
    { ids: id ? [id] : [] },
  );
  return entity;
}

/** The province's base: communes of today, and the land around. Approximate borders say so. */
export function useProvinceBase(): MapBase | null {
  const communes = useQuery({
    ...platformClient.ask('GET /api/territory/borders', { query: { level: 'commune' } }),
    staleTime: 3_600_000,
    // Without a network the worker has the last ones.
    networkMode: 'offlineFirst',
  });
  const base = useQuery({
    ...platformClient.ask('GET /api/territory/base'),
    staleTime: 3_600_000,
    networkMode: 'offlineFirst',
  });
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
