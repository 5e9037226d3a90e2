import type { ColumnType, Selectable } from 'kysely';
import type { Db, Tx } from '../../platform/database/index.ts';
import type { Kind, ModelId } from './models.ts';
import type { Judgement } from './quality.ts';

export type SensorTables = {
  citizen_sensors: {
    id: string;
    citizen_id: string | null;
    request_id: string;
    label: string;
    kind: Kind;
    model: ModelId;
    lon: number;
    lat: number;
    area_code: string;
    organisation_id: string | null;
    provenance: 'measured' | 'simulated';
    created_at: Date;
    retired_at: Date | null;
    excluded_at: Date | null;
    excluded_by: string | null;
    excluded_reason: string | null;
    judgement: ColumnType<Judgement | null, null, string>;
    judged_at: Date | null;
  };
};

export type SensorRow = Selectable<SensorTables['citizen_sensors']>;

export const sensorTables = (db: Db | Tx) => db.withTables<SensorTables>();
