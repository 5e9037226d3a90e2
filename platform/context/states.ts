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
    patienceMs: 500,
    undoable: true,
    async handle(tx, events) {
      const newest = new Map<number, Newest>();
      for (const event of events) {
        for (const one of event.observations) {
          const known = newest.get(one.seriesId);
          // A correction of the newest instant comes later in the log and wins.
          if (known && known.at > one.at) continue;
          newest.set(one.seriesId, { at: one.at, value: one.value, quality: one.quality, received: event.at });
        }
      }
      const ids = [...newest.keys()].sort((a, b) => a - b);
      const rows = ids.map((id) => ({ id, ...(newest.get(id) as Newest) }));
      // Updated in place, which costs a third of an upsert; what is new (or late) takes the upsert.
      const updated = await updateStates(tx, rows);
      const rest = rows.filter((row) => !updated.has(row.id));
      if (rest.length === 0) return;
      const known = await series.read(rest.map((row) => row.id));
      await insertStates(
        tx,
        rest.flatMap((row) => {
          const what = known.get(row.id);
          return what ? [{ ...what, ...row }] : [];
        }),
      );
    },
  };
}

type Newest = { at: number; value: number; quality: number; received: Date };

const columns = (rows: readonly ({ id: number } & Newest)[]) => ({
  ids: rows.map((row) => row.id),
  values: rows.map((row) => row.value),
  qualities: rows.map((row) => row.quality),
  times: rows.map((row) => new Date(row.at).toISOString()),
  received: rows.map((row) => row.received.toISOString()),
});

/** @returns the series that were updated: not those without a row, nor those whose row is newer */
async function updateStates(tx: Tx, rows: readonly ({ id: number } & Newest)[]): Promise<Set<number>> {
  const { ids, values, qualities, times, received } = columns(rows);
  const updated = await sql<{
    series_id: number;
  }>`update series_states s set value = g.value, quality = g.quality, observed_at = g.observed_at,
      received_at = greatest(s.received_at, g.received_at)
    from unnest(${ids}::int[], ${values}::float8[], ${qualities}::smallint[], ${times}::timestamptz[],
      ${received}::timestamptz[]) as g (series_id, value, quality, observed_at, received_at)
    where s.series_id = g.series_id and s.observed_at <= g.observed_at
    returning s.series_id`.execute(tx);
  return new Set(updated.rows.map((row) => row.series_id));
}

async function insertStates(
  tx: Tx,
  rows: readonly ({ id: number; entityId: string; property: string } & Newest)[],
): Promise<void> {
  const { ids, values, qualities, times, received } = columns(rows);
  await sql`insert into series_states (series_id, entity_id, property, value, quality, observed_at, received_at)
    select * from unnest(${ids}::int[], ${rows.map((row) => row.entityId)}::text[],
      ${rows.map((row) => row.property)}::text[], ${values}::float8[], ${qualities}::smallint[],
      ${times}::timestamptz[], ${received}::timestamptz[])
    on conflict (series_id) do update set value = excluded.value, quality = excluded.quality,
      observed_at = excluded.observed_at, received_at = greatest(series_states.received_at, excluded.received_at)
    where series_states.observed_at <= excluded.observed_at`.execute(tx);
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
