import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../database/index.ts';
import type { EventsTables } from './tables.ts';

export type Series = { id: number; entityId: string; property: string };

/** The registry of series: a number for each (entity, property), kept in memory once seen. */
export type SeriesRegistry = {
  /** Numbers of these pairs in their order; makes those that are new. */
  numbersOf(pairs: readonly { entityId: string; property: string }[]): Promise<number[]>;
  /** What the numbers stand for; numbers that do not exist are left out. */
  read(ids: readonly number[]): Promise<Map<number, Series>>;
};

export function createSeries(handle: Db): SeriesRegistry {
  const db = handle.withTables<EventsTables>();
  const byKey = new Map<string, Series>();
  const byId = new Map<number, Series>();
  const keyOf = (entityId: string, property: string) => `${entityId}\n${property}`;
  const keep = (series: Series): void => {
    byKey.set(keyOf(series.entityId, series.property), series);
    byId.set(series.id, series);
  };

  return {
    async numbersOf(pairs) {
      const unknown = pairs.filter((pair) => !byKey.has(keyOf(pair.entityId, pair.property)));
      if (unknown.length > 0) {
        const entities = unknown.map((pair) => pair.entityId);
        const properties = unknown.map((pair) => pair.property);
        await sql`insert into series (entity_id, property)
          select distinct e, p from unnest(${entities}::text[], ${properties}::text[]) as given (e, p)
          on conflict do nothing`.execute(db);
        const rows = await sql<{ id: number; entity_id: string; property: string }>`
          select s.id, s.entity_id, s.property from series s
          join (select distinct e, p from unnest(${entities}::text[], ${properties}::text[]) as given (e, p)) g
            on s.entity_id = g.e and s.property = g.p`.execute(db);
        for (const row of rows.rows) keep({ id: row.id, entityId: row.entity_id, property: row.property });
      }
      return pairs.map((pair) => {
        const series = byKey.get(keyOf(pair.entityId, pair.property));
        if (!series) throw new Error(`series of ${pair.entityId} ${pair.property} was not made`);
        return series.id;
      });
    },
    async read(ids) {
      const unknown = ids.filter((id) => !byId.has(id));
      if (unknown.length > 0) {
        const rows = await db
          .selectFrom('series')
          .selectAll()
          .where((eb) => eb('id', '=', eb.fn.any(eb.val(unknown))))
          .execute();
        for (const row of rows) keep({ id: row.id, entityId: row.entity_id, property: row.property });
      }
      const found = new Map<number, Series>();
      for (const id of ids) {
        const series = byId.get(id);
        if (series) found.set(id, series);
      }
      return found;
    },
  };
}

/** All series (id, entity_id, property), as a subquery for work over many at once. */
export const allSeries: RawBuilder<unknown> = sql`(select id, entity_id, property from series)`;
