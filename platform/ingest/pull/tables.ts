import type { ColumnType, Generated } from 'kysely';
import type { Text } from '../../words/index.ts';
import type { IngestTables } from '../tables.ts';
import type { Reading } from './reading.ts';

export type Outcome = 'running' | 'taken' | 'unchanged' | 'failed';

export type PullTables = IngestTables & {
  connectors: {
    device_id: string;
    url: string;
    headers: ColumnType<Record<string, string>, string, string>;
    key_place: 'header' | 'query' | null;
    key_name: string | null;
    key_sealed: Buffer | null;
    reading: ColumnType<Reading, string, string>;
    every_minutes: number;
    offset_minutes: number;
    promised_minutes: number;
    timeout_seconds: number;
    max_bytes: number;
    created_at: ColumnType<Date, Date, never>;
    version: Generated<number>;
    etag: string | null;
    last_modified: string | null;
    body_sha256: Buffer | null;
    next_run_at: Date;
    running_until: Date | null;
    failures: Generated<number>;
    newest_at: Date | null;
    delivered_at: Date | null;
  };
  connector_runs: {
    id: Generated<number>;
    device_id: string;
    started_at: Date;
    ended_at: Date | null;
    outcome: Outcome;
    status: number | null;
    bytes: number | null;
    accepted: Generated<number>;
    refused: Generated<number>;
    passed: Generated<number>;
    problem: ColumnType<Text | null, string | null, string | null>;
  };
};
