import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Db, Tx } from '../database/index.ts';
import type { Visible } from '../rights/index.ts';
import { plain } from '../words/index.ts';
import type { ContextTables } from './tables.ts';
import type { Entity, NewEntity } from './types.ts';

export type EntityQuery = {
  ids?: readonly string[];
  /** whole names, compared without diacritics and case */
  names?: readonly string[];
  type?: string;
  types?: readonly string[];
  areaCode?: string;
  organisationId?: string;
  q?: string;
  /** [west, south, east, north] in degrees */
  box?: readonly [number, number, number, number];
  limit?: number;
  offset?: number;
};

const asEntity = (row: Selectable<ContextTables['entities']>): Entity => ({
  id: row.id,
  type: row.type,
  name: row.name,
  organisationId: row.organisation_id,
  areaCode: row.area_code,
  location: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
  properties: row.properties,
  provenance: row.provenance,
  isPublic: row.is_public,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version,
});

/** Lists and counts what may be seen; Vietnamese order of names. */
export async function findEntities(
  db: Db,
  rights: Visible,
  query: EntityQuery,
): Promise<{ items: Entity[]; total: number }> {
  let base = db
    .withTables<ContextTables>()
    .selectFrom('entities')
    .where(rights.where({ area: 'area_code', organisation: 'organisation_id', public: 'is_public' }));
  const { ids } = query;
  if (ids) base = base.where((eb) => eb('id', '=', eb.fn.any(eb.val([...ids]))));
  const names = query.names?.map(plain);
  if (names) base = base.where((eb) => eb('name_plain', '=', eb.fn.any(eb.val(names))));
  if (query.type) base = base.where('type', '=', query.type);
  if (query.types) base = base.where('type', 'in', [...query.types]);
  if (query.areaCode) base = base.where('area_code', '=', query.areaCode);
  if (query.organisationId) base = base.where('organisation_id', '=', query.organisationId);
  if (query.q) base = base.where('name_plain', 'like', `%${plain(query.q).replace(/[%_\\]/g, '\\$&')}%`);
  if (query.box) {
    const [west, south, east, north] = query.box;
    base = base.where('lon', '>=', west).where('lon', '<=', east).where('lat', '>=', south).where('lat', '<=', north);
  }
  const [items, count] = await Promise.all([
    base
      .selectAll()
      .orderBy(sql`name collate "vi-x-icu"`)
      .orderBy('id')
      .limit(query.limit ?? 100)
      .offset(query.offset ?? 0)
      .execute(),
    base.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow(),
  ]);
  return { items: items.map(asEntity), total: count.n };
}

export async function getEntity(db: Db, rights: Visible, id: string): Promise<Entity | null> {
  const row = await db
    .withTables<ContextTables>()
    .selectFrom('entities')
    .selectAll()
    .where('id', '=', id)
    .where(rights.where({ area: 'area_code', organisation: 'organisation_id', public: 'is_public' }))
    .executeTakeFirst();
  return row ? asEntity(row) : null;
}

/** For followers and doors: no person asks, so no rights are checked. */
export async function readEntities(db: Db | Tx, ids: readonly string[]): Promise<Map<string, Entity>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .withTables<ContextTables>()
    .selectFrom('entities')
    .selectAll()
    .where((eb) => eb('id', '=', eb.fn.any(eb.val([...ids]))))
    .execute();
  return new Map(rows.map((row) => [row.id, asEntity(row)]));
}

export async function readEntitiesOfType(db: Db | Tx, type: string): Promise<Entity[]> {
  const rows = await db
    .withTables<ContextTables>()
    .selectFrom('entities')
    .selectAll()
    .where('type', '=', type)
    .execute();
  return rows.map(asEntity);
}

/** The entities that may be seen, as a subquery for work over all of them at once. */
export const entityRows = (rights: Visible): RawBuilder<unknown> => sql`(
  select id, type, name, name_plain, organisation_id, area_code, properties, provenance, created_at from entities
  where ${rights.where({ area: 'area_code', organisation: 'organisation_id', public: 'is_public' })})`;

/** Inserts or replaces; `expectedVersion` guards against two editors. Null where the version did not match. */
export async function writeEntity(
  tx: Tx,
  entity: NewEntity & { areaCode: string | null },
  at: Date,
  expectedVersion: number | null,
): Promise<Entity | null> {
  const values = {
    type: entity.type,
    name: entity.name.normalize('NFC'),
    name_plain: plain(entity.name),
    organisation_id: entity.organisationId,
    area_code: entity.areaCode,
    lon: entity.location?.lon ?? null,
    lat: entity.location?.lat ?? null,
    properties: sql<Record<string, unknown>>`${JSON.stringify(entity.properties ?? {})}::jsonb`,
    provenance: entity.provenance,
    is_public: entity.isPublic ?? false,
    updated_at: at,
  };
  const row = await tx
    .withTables<ContextTables>()
    .insertInto('entities')
    .values({ id: entity.id, version: 1, created_at: at, ...values })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ ...values, version: sql<number>`entities.version + 1` })
        .where(expectedVersion === null ? sql<boolean>`true` : sql<boolean>`entities.version = ${expectedVersion}`),
    )
    .returningAll()
    .executeTakeFirst();
  return row ? asEntity(row) : null;
}
