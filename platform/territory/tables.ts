import type { Generated, JSONColumnType } from 'kysely';
import type { MultiPolygon } from './geometry.ts';
import type { Basis, Level } from './types.ts';

export type TerritoryTables = {
  territory_units: {
    id: string;
    code: string;
    name: string;
    name_plain: string;
    type: string;
    level: Level;
    parent: string | null;
    valid_from: string | null;
    valid_to: string | null;
    lon: number | null;
    lat: number | null;
    area_km2: number | null;
    former_district: string | null;
    in_former_thai_binh: boolean | null;
  };
  territory_links: { successor_id: string; name: string; predecessor_id: string | null; basis: Basis };
  territory_borders: {
    unit_id: string;
    geometry: JSONColumnType<MultiPolygon, string, string>;
    source: string;
    imported_by: string;
    imported_at: Date;
  };
  territory_state: { only_row: Generated<boolean>; data_version: number; revision: number };
};
