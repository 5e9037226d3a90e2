/** What a system declares about its entities, and what an entity and its state are. Browser-safe. */
import type { TObject } from 'typebox';
import type { Text } from '../words/index.ts';

/** Where the data of an entity come from; anything but `measured` is said on every screen and in every export. */
export type Provenance = 'measured' | 'simulated' | 'replayed';

export type Observed = {
  title: Text;
  unit: string;
  /** the promised interval; a value covers [observedAt, observedAt + everySeconds) */
  everySeconds: number;
  /** values outside are refused at the door */
  range: [number, number];
  rollUp: 'mean' | 'sum' | 'last';
  /** how late a value may come; an older one is refused as of a wrong clock. Without it all are taken. */
  latestSeconds?: number;
  decimals?: number;
  /** computed by the platform; no door accepts it */
  derived?: true;
};

/** A step of a coloured scale: values up to and including `upTo`. */
export type Level = { upTo: number; name: Text; color: string };

/** A relation to other entities, read from both sides. */
export type Relation = {
  title: Text;
  /** as it is called on the other side */
  inverse: Text;
  /** the types that it leads to; any where it is not said */
  to?: readonly string[];
};

export type EntityType = {
  title: Text;
  schema: TObject;
  observes: Record<string, Observed>;
  /** by name; the ids stand in `properties` under it. Every type has `dependsOn` besides. */
  relations?: Readonly<Record<string, Relation>>;
  /** names of properties (of the schema or observed) shown in the generic list */
  columns: string[];
  visible: 'public' | 'unit';
  /** the symbol's shape says the type */
  marker: 'circle' | 'square' | 'triangle' | 'diamond';
  /**
   * the observed property that colours the symbol and heads the detail page; without levels it is only shown. `worst`
   * says at which end of the levels the worst one stands (the last where it is not said).
   */
  headline?: { property: string; levels?: Level[]; worst?: 'first' | 'last' };
};

export type NamedType = EntityType & { name: string; system: string; relations: Readonly<Record<string, Relation>> };

export type Entity = {
  id: string;
  type: string;
  name: string;
  organisationId: string | null;
  areaCode: string | null;
  location: { lon: number; lat: number } | null;
  properties: Record<string, unknown>;
  provenance: Provenance;
  isPublic: boolean;
  createdAt: Date;
  updatedAt: Date;
  version: number;
};

export type State = { value: number; observedAt: Date; receivedAt: Date; quality: 0 | 1 | 2 | 3 };

export type NewEntity = {
  id: string;
  type: string;
  name: string;
  organisationId: string | null;
  /** null: found from the location by territory */
  areaCode?: string | null;
  location: { lon: number; lat: number } | null;
  properties?: Record<string, unknown>;
  provenance: Provenance;
  isPublic?: boolean;
};

export const DAY_SECONDS = 86_400;
export const MISSED_INTERVALS = 3;
export const LEAST_SILENCE_SECONDS = 300;

/** What of a declared property says when its next value is due. */
type Promised = { everySeconds: number; derived?: boolean | undefined };

/**
 * The interval (s) at which an entity promises values of a property: its own (`properties.everySeconds`) or its
 * type's. Derived values keep the type's, and so does what is promised once a day or less often: a laboratory's count
 * does not come by the logger's clock.
 */
export function intervalOf(entity: Pick<Entity, 'properties'>, observed: Promised): number {
  const own = entity.properties.everySeconds;
  const byLogger = !observed.derived && observed.everySeconds < DAY_SECONDS;
  return byLogger && typeof own === 'number' && own > 0 ? own : observed.everySeconds;
}

/** The promised interval (s) of an entity: the shortest of what it sends itself; null where it sends nothing. */
export function promisedSeconds(
  observes: Readonly<Record<string, Promised>>,
  entity: Pick<Entity, 'properties'>,
): number | null {
  const own = Object.values(observes).filter((one) => !one.derived);
  return own.length === 0 ? null : Math.min(...own.map((one) => intervalOf(entity, one)));
}

/** How long (s) a source may be silent: three of its intervals, five minutes at least. */
export const silentAfterSeconds = (everySeconds: number): number =>
  Math.max(MISSED_INTERVALS * everySeconds, LEAST_SILENCE_SECONDS);

/**
 * The age (s) above which a figure is old, for screens, lists of sources and alerts of silence alike. A derived value
 * is known when its own interval is over; it is old an hour after the next one was due.
 */
export function staleAfterSeconds(observed: Promised, entity: Pick<Entity, 'properties'>): number {
  const interval = intervalOf(entity, observed);
  return observed.derived ? 2 * interval + 3600 : silentAfterSeconds(interval);
}

/** True where nothing that the entity sends itself is younger than its promise allows, and where it never sent. */
export function isLate(
  observes: Readonly<Record<string, Promised>>,
  entity: Pick<Entity, 'properties'>,
  observedAt: (property: string) => number | undefined,
  now: number,
): boolean {
  const promised = promisedSeconds(observes, entity);
  if (promised === null) return false;
  const own = Object.keys(observes).filter((property) => !observes[property]?.derived);
  const last = own.reduce(
    (newest, property) => Math.max(newest, observedAt(property) ?? newest),
    Number.NEGATIVE_INFINITY,
  );
  return now - last > silentAfterSeconds(promised) * 1000;
}

/**
 * Where a value stands in the levels of a headline, 0 the best; -1 without a value or without levels. A value beyond
 * the scale stands in its last level.
 */
export function rankOf(headline: EntityType['headline'], value: number | null): number {
  const levels = headline?.levels ?? [];
  if (value === null || Number.isNaN(value) || levels.length === 0) return -1;
  const found = levels.findIndex((level) => value <= level.upTo);
  const index = found < 0 ? levels.length - 1 : found;
  return headline?.worst === 'first' ? levels.length - 1 - index : index;
}
