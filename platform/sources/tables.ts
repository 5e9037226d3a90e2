import type { ColumnType } from 'kysely';
import type { Finding } from './scores.ts';

export type SourceKind = 'entity' | 'device';

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
  version: number;
  computed_at: Date;
};

export type SourcesTables = {
  source_days: SourceDayRow;
  source_reminders: {
    kind: SourceKind;
    source_id: string;
    day: string;
    made_at: Date;
    made_by: string;
    made_by_name: string;
  };
};
