import Type, { type Static } from 'typebox';
import type { Incoming } from '../intake.ts';
import type { Reading } from './reading.ts';

const name = Type.String({ minLength: 1, maxLength: 200 });

/**
 * What a device's own names mean here. `sources`: its names of things -> entity. `properties`: its names of figures ->
 * property, times `factor` where the unit differs, of `entity` where the figure alone says whose it is.
 */
export const mappingSchema = Type.Object(
  {
    sources: Type.Optional(Type.Record(name, name)),
    properties: Type.Optional(
      Type.Record(
        name,
        Type.Object(
          { property: name, factor: Type.Optional(Type.Number()), entity: Type.Optional(name) },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false },
);

export type Mapping = Static<typeof mappingSchema>;

const own = <V>(of: Record<string, V> | undefined, key: string | null): V | undefined =>
  of && key !== null && Object.hasOwn(of, key) ? of[key] : undefined;

/** Whose a figure is without a mapping. A name that is nobody's stays as it is, and is refused as such. */
function entityOf(source: string | null, entities: ReadonlySet<string>): string {
  if (source === null) return entities.size === 1 ? ([...entities][0] ?? '') : '';
  return [...entities].find((id) => id === source || id.endsWith(`:${source}`)) ?? source;
}

/**
 * The reading as the doors take it, or null where the mapping names figures and this is none of them. Without a mapping
 * the names are ours already: the entity is the one of that id or whose id ends in `:source`, and the device's only one where it names none.
 */
export function mapped(reading: Reading, mapping: Mapping, entities: ReadonlySet<string>): Incoming | null {
  const figure = own(mapping.properties, reading.name);
  if (!figure && mapping.properties && Object.keys(mapping.properties).length > 0) return null;
  const { source } = reading;
  const entity = figure?.entity ?? own(mapping.sources, source) ?? entityOf(source, entities);
  const value = figure?.factor === undefined ? reading.value : reading.value * figure.factor;
  return { entity, property: figure?.property ?? reading.name, at: reading.at, value, quality: 0 };
}
