import { sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { Follower, SeriesRegistry } from '../events/index.ts';
import type { ContextTables } from './tables.ts';
import type { State } from './types.ts';

/** Keeps the newest observation of each series: one row written for each series and step, however many arrived. */
export function stateFollower(series: SeriesRegistry): Follower {
  return {
    name: 'context.state',
    kinds: ['observations'],
    startAt: 'beginning',
    async handle(tx, events) {
      const newest = new Map<number, { at: number; value: number; quality: number; received: Date }>();
      for (const event of events) {
        for (const one of event.observations) {
          const known = newest.get(one.seriesId);
          // A correction of the newest instant comes later in the log and wins.
          if (known && known.at > one.at) continue;
          newest.set(one.seriesId, { at: one.at, value: one.value, quality: one.quality, received: event.at });
        }
      }
      const ids = [...newest.keys()].sort((a, b) => a - b);
      const known = await series.read(ids);
      const rows = ids.flatMap((id) => {
        const [what, state] = [known.get(id), newest.get(id)];
        return what && state ? [{ ...what, ...state }] : [];
      });
      await sql`insert into series_states (series_id, entity_id, property, value, quality, observed_at, received_at)
        select * from unnest(
          ${rows.map((row) => row.id)}::int[], ${rows.map((row) => row.entityId)}::text[],
          ${rows.map((row) => row.property)}::text[], ${rows.map((row) => row.value)}::float8[],
          ${rows.map((row) => row.quality)}::smallint[],
          ${rows.map((row) => new Date(row.at).toISOString())}::timestamptz[],
          ${rows.map((row) => row.received.toISOString())}::timestamptz[])
        on conflict (series_id) do update set value = excluded.value, quality = excluded.quality,
          observed_at = excluded.observed_at, received_at = greatest(series_states.received_at, excluded.received_at)
        where series_states.observed_at <= excluded.observed_at`.execute(tx);
    },
  };
}

/** The current state of entities: property -> newest value. */
export async function latestOf(
  handle: Db | Tx,
  entityIds: readonly string[],
): Promise<Map<string, Record<string, State>>> {
  const found = new Map<string, Record<string, State>>();
  if (entityIds.length === 0) return found;
  const rows = await handle
    .withTables<ContextTables>()
    .selectFrom('series_states')
    .selectAll()
    .where((eb) => eb('entity_id', '=', eb.fn.any(eb.val([...entityIds]))))
    .execute();
  for (const row of rows) {
    const states = found.get(row.entity_id) ?? {};
    states[row.property] = {
      value: row.value,
      observedAt: row.observed_at,
      receivedAt: row.received_at,
      quality: row.quality,
    };
    found.set(row.entity_id, states);
  }
  return found;
}
