import { useQuery } from '@tanstack/react-query';
import { LevelBadge } from '../figures/badges.tsx';
import { Reading } from '../figures/figure.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { levelOf } from '../tokens/levels.ts';
import { type EntityRow, headlineOf, levelsOf, staleSeconds, type TypeRow, useEntity } from './entities.ts';
import { platformClient } from './platform-client.ts';

type StateReadingProps = {
  type: TypeRow;
  entity: EntityRow;
  /** The headline of its type unless told otherwise. */
  property?: string;
  age?: boolean;
  provenance?: boolean;
};

/** What an entity says of a property now: its level or its value, greyed and called old where it is late. */
export function StateReading({ type, entity, property, age = true, provenance = true }: StateReadingProps) {
  const formats = useFormats();
  const headline = headlineOf(type, entity);
  const name = property ?? headline.property;
  const state = entity.state[name];
  const value = state && state.quality === 0 ? state.value : null;
  const observed = type.observes[name];
  const levels = name === headline.property ? levelsOf(type) : [];
  return (
    <Reading
      at={state?.observedAt}
      staleAfterSeconds={staleSeconds(type, entity, name)}
      age={age}
      {...(provenance ? { provenance: entity.provenance } : {})}
    >
      {levels.length > 0 ? (
        <LevelBadge level={levelOf(levels, value)} value={formats.number(value, 0)} />
      ) : (
        formats.quantity(value, observed?.unit, observed?.decimals ?? 1)
      )}
    </Reading>
  );
}

/** What an entity says now, on pages about something else (an alert, an incident), kept fresh by the live stream. */
export function EntityNow({ id, property }: { id: string; property?: string }) {
  const entity = useEntity(id);
  const types = useQuery({ ...platformClient.ask('GET /api/types'), staleTime: 600_000 });
  const type = types.data?.items.find((one) => one.name === entity.data?.type);
  if (!entity.data || !type || Object.keys(type.observes).length === 0) return null;
  return (
    <StateReading
      type={type}
      entity={entity.data}
      {...(property !== undefined && type.observes[property] ? { property } : {})}
    />
  );
}
