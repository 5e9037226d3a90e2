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
  decimals?: number;
  /** computed by the platform; no door accepts it */
  derived?: true;
};

/** A step of a coloured scale: values up to and including `upTo`. */
export type Level = { upTo: number; name: Text; color: string };

export type EntityType = {
  title: Text;
  schema: TObject;
  observes: Record<string, Observed>;
  /** names of properties (of the schema or observed) shown in the generic list */
  columns: string[];
  visible: 'public' | 'unit';
  /** the symbol's shape says the type */
  marker: 'circle' | 'square' | 'triangle' | 'diamond';
  /** the observed property that colours the symbol and heads the detail page; without levels it is only shown */
  headline?: { property: string; levels?: Level[] };
};

export type NamedType = EntityType & { name: string; system: string };

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

const DAY_SECONDS = 86_400;

/**
 * The interval (s) at which an entity promises values of a property: its own (`properties.everySeconds`) or its
 * type's. Derived values keep the type's, and so does what is promised once a day or less often: a laboratory's count
 * does not come by the logger's clock.
 */
export function intervalOf(entity: Pick<Entity, 'properties'>, observed: Observed): number {
  const own = entity.properties.everySeconds;
  const byLogger = !observed.derived && observed.everySeconds < DAY_SECONDS;
  return byLogger && typeof own === 'number' && own > 0 ? own : observed.everySeconds;
}
