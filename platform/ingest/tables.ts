import type { ColumnType, Generated } from 'kysely';
import type { Mapping } from './protocols/mapping.ts';

export type IngestTables = {
  devices: {
    id: string;
    name: string;
    organisation_id: string | null;
    area_code: string | null;
    key_hash: Buffer;
    active: Generated<boolean>;
    created_at: Date;
    last_seen_at: Date | null;
    most_an_hour: ColumnType<number | null, number | null | undefined, number | null>;
    mapping: ColumnType<Mapping, string | undefined, string>;
    attributes: ColumnType<Record<string, unknown>, string | undefined, string>;
  };
  device_entities: { device_id: string; entity_id: string };
  door_aliases: { door: string; alias: string; entity_id: string };
  quarantine: {
    id: Generated<number>;
    door: string;
    source: string;
    received_at: Date;
    bytes: Buffer;
    reasons: ColumnType<{ at: number | string; reason: { vi: string; en: string }; text?: string }[], string, string>;
    refused: number;
    entity_id: string | null;
    state: Generated<'waiting' | 'retried' | 'dropped'>;
    decided_at: Date | null;
    decided_by: string | null;
    sha256: Buffer;
  };
};
