import type { ColumnType } from 'kysely';
import type { Finding } from './scores.ts';

export type SourceKind = 'entity' | 'device' | 'file';

export type SourceDayRow = {
  kind: SourceKind;
  source_id: string;
  /** `yyyy-mm-dd`, of the province's time */
  day: string;
  type: string | null;
  name: string;
  name_plain: string;
  organisation_id: string | null;
  area_code: string | null;
  provenance: string;
  expected: number;
  received: number;
  refused: number;
  corrected: number;
  stretches: number;
  heard: number;
  judged: number;
  findings: ColumnType<Finding[], string, string>;
  differences: ColumnType<Record<string, number>, string, string>;
  complete: number | null;
  clean: number | null;
  live: number | null;
  correct: number | null;
  worst: number | null;
  late: boolean;
  last_at: Date | null;
  promised_seconds: number | null;
  /** of a source of files alone: lines taken, entries that wait in quarantine, the newest file */
  lines: number | null;
  waiting: number | null;
  last_file: string | null;
  version: number;
  computed_at: Date;
};

export type SourcesTables = {
  source_days: SourceDayRow;
  source_files: {
    door: string;
    path: string;
    entity_id: string | null;
    taken_at: Date;
    accepted: number;
    refused: number;
  };
  source_reminders: {
    kind: SourceKind;
    source_id: string;
    day: string;
    made_at: Date;
    made_by: string;
    made_by_name: string;
  };
};
