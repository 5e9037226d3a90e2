import { sql } from 'kysely';
import { type Db, inTransaction, type Tx } from '../database/index.ts';
import { plain } from '../words/index.ts';
import type { MultiPolygon } from './geometry.ts';
import { idOf, levelOf } from './levels.ts';
import { resolvePredecessors } from './predecessors.ts';
import type { Source } from './source.ts';
import type { TerritoryTables } from './tables.ts';
import type { Link, Unit } from './types.ts';

export type Loaded = {
  revision: number;
  units: Unit[];
  links: Link[];
  borders: Map<string, { geometry: MultiPolygon; source: string }>;
};

/** Writes the committed facts where the database holds an older version; answers whether it wrote. */
export async function seedUnits(db: Db, source: Source): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const tables = tx.withTables<TerritoryTables>();
    const state = await tables.selectFrom('territory_state').selectAll().forUpdate().executeTakeFirstOrThrow();
    if (state.data_version >= source.version) return false;
    const rows = source.units.map((unit) => ({
      id: idOf(unit),
      code: unit.code,
      name: unit.name,
      name_plain: plain(unit.name),
      type: unit.type,
      level: levelOf(unit),
      parent: unit.parent,
      valid_from: unit.validFrom,
      valid_to: unit.validTo,
      lon: unit.centre?.[0] ?? null,
      lat: unit.centre?.[1] ?? null,
      area_km2: unit.areaKm2 ?? null,
      former_district: unit.formerDistrict ?? null,
      in_former_thai_binh: unit.inFormerThaiBinh ?? null,
    }));
    await tables
      .insertInto('territory_units')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          name_plain: eb.ref('excluded.name_plain'),
          type: eb.ref('excluded.type'),
          level: eb.ref('excluded.level'),
          parent: eb.ref('excluded.parent'),
          valid_to: eb.ref('excluded.valid_to'),
          lon: eb.ref('excluded.lon'),
          lat: eb.ref('excluded.lat'),
          area_km2: eb.ref('excluded.area_km2'),
          former_district: eb.ref('excluded.former_district'),
          in_former_thai_binh: eb.ref('excluded.in_former_thai_binh'),
        })),
      )
      .execute();
    const links = resolvePredecessors(source.units);
    await tables.deleteFrom('territory_links').execute();
    await tables
      .insertInto('territory_links')
      .values(
        links.map((link) => ({
          successor_id: link.successorId,
          name: link.name,
          predecessor_id: link.predecessorId,
          basis: link.basis,
        })),
      )
      .execute();
    await bump(tx, source.version);
    return true;
  });
}

export async function revisionOf(db: Db): Promise<number> {
  const row = await db
    .withTables<TerritoryTables>()
    .selectFrom('territory_state')
    .select('revision')
    .executeTakeFirstOrThrow();
  return row.revision;
}

/** Reads everything in one snapshot; a few hundred rows. */
export async function loadAll(db: Db): Promise<Loaded> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const tables = tx.withTables<TerritoryTables>();
      const revision = await revisionOf(tx);
      const units = await tables.selectFrom('territory_units').selectAll().orderBy('id').execute();
      const links = await tables.selectFrom('territory_links').selectAll().orderBy('successor_id').execute();
      const borders = await tables.selectFrom('territory_borders').selectAll().execute();
      return {
        revision,
        units: units.map((row) => ({
          id: row.id,
          code: row.code,
          name: row.name,
          type: row.type,
          level: row.level,
          parent: row.parent,
          validFrom: row.valid_from,
          validTo: row.valid_to,
          centre: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
          areaKm2: row.area_km2,
          formerDistrict: row.former_district,
          inFormerThaiBinh: row.in_former_thai_binh,
        })),
        links: links.map((row) => ({
          successorId: row.successor_id,
          name: row.name,
          predecessorId: row.predecessor_id,
          basis: row.basis,
        })),
        borders: new Map(borders.map((row) => [row.unit_id, { geometry: row.geometry, source: row.source }])),
      };
    });
}

/** Stores imported borders, each replacing the one before. */
export async function storeBorders(
  tx: Tx,
  rows: readonly { unitId: string; geometry: MultiPolygon }[],
  by: { source: string; principalId: string; at: Date },
): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .withTables<TerritoryTables>()
    .insertInto('territory_borders')
    .values(
      rows.map((row) => ({
        unit_id: row.unitId,
        geometry: JSON.stringify(row.geometry),
        source: by.source,
        imported_by: by.principalId,
        imported_at: by.at,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('unit_id').doUpdateSet((eb) => ({
        geometry: eb.ref('excluded.geometry'),
        source: eb.ref('excluded.source'),
        imported_by: eb.ref('excluded.imported_by'),
        imported_at: eb.ref('excluded.imported_at'),
      })),
    )
    .execute();
  await bump(tx, null);
}

async function bump(tx: Tx, dataVersion: number | null): Promise<void> {
  await tx
    .withTables<TerritoryTables>()
    .updateTable('territory_state')
    .set({ revision: sql`revision + 1`, ...(dataVersion === null ? {} : { data_version: dataVersion }) })
    .execute();
}
