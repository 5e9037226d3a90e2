import { sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { Cursor, Log, LogEvent } from '../events/index.ts';
import { type Placed, type Principal, reaching } from '../rights/index.ts';
import type { Box } from './box.ts';
import { readEntities } from './store.ts';
import { type Entity, type NamedType, rankOf, staleAfterSeconds } from './types.ts';

/** What a map draws of one entity. */
export type Spot = {
  id: string;
  type: string;
  name: string;
  lon: number;
  lat: number;
  /** of the headline; null where there is none, or it was flagged */
  value: number | null;
  /** when the headline was observed (ms) */
  at: number | null;
  staleSeconds: number;
  provenance: Entity['provenance'];
};

/** Entities of one type that stand too close together to be drawn one by one. */
export type Cluster = {
  type: string;
  n: number;
  lon: number;
  lat: number;
  /** the worst among them: 0 the best level, null where none has a level */
  rank: number | null;
  /** the newest among them (ms), and after how long that is old */
  at: number | null;
  staleSeconds: number;
};

export type PlacesView = { total: number; spots: Spot[]; clusters: Cluster[]; simulated: boolean };

/** Of one type, all that the reader may see; `sending` of those that promise data. */
export type TypeCount = { type: string; n: number; expected: number; sending: number; simulated: number };

/**
 * Where everything is and how it stands, in the memory of a process that shows maps: read when first asked for, kept
 * fresh from the log. Nothing else knows it; a process that dies loses nothing. (Grouping 250,000 rows in the database
 * takes longer than a map may take; see docs/decisions/0025.)
 */
export type Places = {
  /**
   * What lies in a part of the map: at most `MOST` one by one, else in clusters of about 64 px at this zoom
   * (of MapLibre: the world is 512 * 2^zoom px wide).
   */
  view(principal: Principal, query: { box: Box; zoom: number; types?: readonly string[] }): Promise<PlacesView>;
  counts(principal: Principal, now: number): Promise<TypeCount[]>;
};

/** As many symbols as an old phone draws without a pause. */
const MOST = 2000;
const CELL_PX = 64;
const WORLD_PX = 512;
const CHUNK = 20_000;

type Place = Spot & {
  x: number;
  y: number;
  /** who may see it: a place in the list of audiences */
  audience: number;
  rank: number;
  /** when anything was last received of it (ms) */
  heard: number;
  /** null where it promises nothing */
  lateMs: number | null;
};

type Index = {
  byId: Map<string, Place>;
  /** entities without a location are counted, not drawn */
  places: Place[];
  audiences: Placed[];
  audienceOf: Map<string, number>;
  series: Map<number, { place: Place; headline: boolean } | null>;
};

export function createPlaces(options: {
  db: Db;
  log: Pick<Log, 'tail' | 'readAfter' | 'series'>;
  types: ReadonlyMap<string, NamedType>;
}): Places {
  const { db, log, types } = options;
  let index: Promise<Index> | null = null;
  /** Events that wait until the index is read, or those before them are in it. */
  let line: Promise<void> = Promise.resolve();

  log.tail({
    kinds: ['observations', 'entity.'],
    handle(events) {
      const known = index;
      if (!known) return;
      line = line
        .then(async () => apply(await known, events))
        .catch(() => {
          // It may have missed something: the next who asks has it read anew, and hears what is wrong if it still is.
          if (index === known) index = null;
        });
    },
  });

  const ready = async (): Promise<Index> => {
    index ??= load().catch((error) => {
      index = null;
      throw error;
    });
    const found = await index;
    await line;
    return found;
  };

  const load = async (): Promise<Index> => {
    const made: Index = { byId: new Map(), places: [], audiences: [], audienceOf: new Map(), series: new Map() };
    // One picture of entities, states and how far the states had come; what the log has beyond it is applied after.
    const cursor = await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx): Promise<Cursor> => {
        const at = await sql<Cursor>`select xid::text, id from cursors where follower = 'context.state'`.execute(tx);
        for (let last = ''; ; ) {
          const rows =
            await sql<EntityRow>`select id, type, name, organisation_id, area_code, lon, lat, properties, provenance,
              is_public from entities where id > ${last} order by id limit ${CHUNK}`.execute(tx);
          for (const row of rows.rows) put(made, row);
          const states =
            await sql<StateRow>`select series_id, entity_id, property, value, quality, observed_at, received_at
            from series_states where entity_id = any(${rows.rows.map((row) => row.id)}::text[])`.execute(tx);
          for (const row of states.rows) {
            const place = made.byId.get(row.entity_id);
            if (!place) continue;
            made.series.set(row.series_id, { place, headline: row.property === headlineOf(place.type) });
            take(made, row.series_id, row.observed_at.getTime(), row.value, row.quality, row.received_at.getTime());
          }
          const next = rows.rows.at(-1)?.id;
          if (next === undefined || rows.rows.length < CHUNK) break;
          last = next;
        }
        return at.rows[0] ?? { xid: '0', id: 0 };
      });
    for (let after = cursor; ; ) {
      const events = await log.readAfter(after);
      const last = events.at(-1);
      if (!last) return made;
      await apply(made, events);
      after = { xid: last.xid, id: last.id };
    }
  };

  const headlineOf = (type: string): string | undefined => {
    const declared = types.get(type);
    return declared?.headline?.property ?? Object.keys(declared?.observes ?? {})[0];
  };

  const put = (into: Index, row: EntityRow): void => {
    const type = types.get(row.type);
    const old = into.byId.get(row.id);
    const headline = headlineOf(row.type);
    const observed = headline === undefined ? undefined : type?.observes[headline];
    const promised = Object.values(type?.observes ?? {}).filter((one) => !one.derived);
    const place: Place = old ?? ({ id: row.id, value: null, at: null, rank: -1, heard: 0 } as Place);
    place.type = row.type;
    place.name = row.name;
    place.lon = row.lon ?? Number.NaN;
    place.lat = row.lat ?? Number.NaN;
    place.x = (place.lon + 180) / 360;
    place.y = mercator(place.lat);
    place.provenance = row.provenance;
    place.staleSeconds = observed ? staleAfterSeconds(observed, row) : 0;
    place.lateMs =
      promised.length === 0 || row.properties.expectsData === false
        ? null
        : Math.min(...promised.map((one) => staleAfterSeconds(one, row))) * 1000;
    place.audience = audience(into, row);
    place.rank = rankOf(type?.headline, place.value);
    if (old) return;
    into.byId.set(row.id, place);
    into.places.push(place);
  };

  const take = (into: Index, series: number, at: number, value: number, quality: number, received: number): void => {
    const known = into.series.get(series);
    if (!known) return;
    const { place, headline } = known;
    if (received > place.heard) place.heard = received;
    if (!headline || (place.at !== null && place.at > at)) return;
    place.at = at;
    place.value = quality === 0 ? value : null;
    place.rank = rankOf(types.get(place.type)?.headline, place.value);
  };

  const apply = async (into: Index, events: readonly LogEvent[]): Promise<void> => {
    const changed = new Set(
      events.flatMap((one) => (one.kind.startsWith('entity.') && one.subject ? one.subject : [])),
    );
    for (const ids of chunks([...changed], CHUNK)) {
      for (const entity of (await readEntities(db, ids)).values()) put(into, asRow(entity));
    }
    const unknown = new Set<number>();
    for (const { observations } of events) {
      for (const { seriesId } of observations) if (!into.series.has(seriesId)) unknown.add(seriesId);
    }
    for (const ids of chunks([...unknown], CHUNK)) {
      const found = await log.series.read(ids);
      for (const id of ids) {
        const one = found.get(id);
        const place = one && into.byId.get(one.entityId);
        into.series.set(id, place ? { place, headline: one.property === headlineOf(place.type) } : null);
      }
    }
    for (const event of events) {
      const received = event.at.getTime();
      for (const { seriesId, at, value, quality } of event.observations) {
        take(into, seriesId, at, value, quality, received);
      }
    }
  };

  return {
    async view(principal, { box, zoom, types: wanted }) {
      const { places, audiences } = await ready();
      const mine = audiences.map(reaching(principal, 'entity:read'));
      const only = wanted && new Set(wanted);
      const [west, south, east, north] = box;
      const grid = createGrid(zoom);
      const found: Place[] = [];
      let total = 0;
      let simulated = false;
      // One pass: of many, only what becomes a cluster is remembered.
      for (const one of places) {
        if (!(one.lon >= west && one.lon <= east && one.lat >= south && one.lat <= north)) continue;
        if (!mine[one.audience] || (only && !only.has(one.type))) continue;
        total += 1;
        if (one.provenance !== 'measured') simulated = true;
        if (total <= MOST) found.push(one);
        grid.add(one);
      }
      if (total <= MOST) return { total, spots: found.map(asSpot), clusters: [], simulated };
      return { total, ...grid.made(), simulated };
    },
    async counts(principal, now) {
      const { places, audiences } = await ready();
      const mine = audiences.map(reaching(principal, 'entity:read'));
      const counts = new Map<string, TypeCount>();
      for (const one of places) {
        if (!mine[one.audience]) continue;
        const count = counts.get(one.type) ?? { type: one.type, n: 0, expected: 0, sending: 0, simulated: 0 };
        counts.set(one.type, count);
        count.n += 1;
        if (one.provenance !== 'measured') count.simulated += 1;
        // Replayed data tell of another place and time.
        if (one.lateMs === null || one.provenance === 'replayed') continue;
        count.expected += 1;
        if (now - one.heard <= one.lateMs) count.sending += 1;
      }
      return [...counts.values()];
    },
  };
}

type EntityRow = {
  id: string;
  type: string;
  organisation_id: string | null;
  area_code: string | null;
  lon: number | null;
  lat: number | null;
  name: string;
  properties: Record<string, unknown>;
  provenance: Entity['provenance'];
  is_public: boolean;
};

type StateRow = {
  series_id: number;
  entity_id: string;
  property: string;
  value: number;
  quality: number;
  observed_at: Date;
  received_at: Date;
};

const asRow = (entity: Entity): EntityRow => ({
  id: entity.id,
  type: entity.type,
  name: entity.name,
  organisation_id: entity.organisationId,
  area_code: entity.areaCode,
  lon: entity.location?.lon ?? null,
  lat: entity.location?.lat ?? null,
  properties: entity.properties,
  provenance: entity.provenance,
  is_public: entity.isPublic,
});

const asSpot = ({ id, type, name, lon, lat, value, at, staleSeconds, provenance }: Place): Spot => ({
  id,
  type,
  name,
  lon,
  lat,
  value,
  at,
  staleSeconds,
  provenance,
});

/** Entities of one area and unit are seen by the same people: who may see them is asked once for them all. */
function audience(into: Index, row: EntityRow): number {
  const placed = { areaCode: row.area_code, organisationId: row.organisation_id, isPublic: row.is_public };
  const key = JSON.stringify(placed);
  const known = into.audienceOf.get(key);
  if (known !== undefined) return known;
  into.audienceOf.set(key, into.audiences.length);
  return into.audiences.push(placed) - 1;
}

type Cell = Cluster & { first: Place; newest: number };

/** A grid that does not move with the view, so that clusters stay where they are while the map is dragged. */
function createGrid(zoom: number) {
  const cells = (WORLD_PX * 2 ** Math.round(zoom)) / CELL_PX;
  const byType = new Map<string, Map<number, Cell>>();
  return {
    add(one: Place): void {
      let grid = byType.get(one.type);
      if (!grid) {
        grid = new Map();
        byType.set(one.type, grid);
      }
      const key = Math.floor(one.y * cells) * cells + Math.floor(one.x * cells);
      let cell = grid.get(key);
      if (!cell) {
        const { type } = one;
        cell = { type, n: 0, lon: 0, lat: 0, rank: -1, at: null, staleSeconds: 0, first: one, newest: -1 };
        grid.set(key, cell);
      }
      cell.n += 1;
      cell.lon += one.lon;
      cell.lat += one.lat;
      if (one.rank > (cell.rank ?? -1)) cell.rank = one.rank;
      if (one.at !== null && one.at > cell.newest) {
        cell.newest = one.at;
        cell.staleSeconds = one.staleSeconds;
      }
    },
    made(): { spots: Spot[]; clusters: Cluster[] } {
      const spots: Spot[] = [];
      const clusters: Cluster[] = [];
      for (const grid of byType.values()) {
        for (const { type, n, lon, lat, rank, staleSeconds, first, newest } of grid.values()) {
          if (n === 1) spots.push(asSpot(first));
          else {
            clusters.push({
              type,
              n,
              lon: lon / n,
              lat: lat / n,
              rank: rank === null || rank < 0 ? null : rank,
              at: newest < 0 ? null : newest,
              staleSeconds,
            });
          }
        }
      }
      return { spots, clusters };
    },
  };
}

/** Web Mercator: 0 at the top of the world's square, 1 at its foot. */
function mercator(lat: number): number {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let begin = 0; begin < all.length; begin += size) yield all.slice(begin, begin + size);
}
