import type { ColumnType, Generated } from 'kysely';
import type { Scope } from '../../rights/index.ts';
import type { Language, Text } from '../../words/index.ts';
import type { Mapping } from './columns.ts';
import type { Facts } from './file.ts';
import type { Understood } from './rows.ts';

/** Who sent a file, and how far the right reached when the work was asked for. */
export type Person = { id: string; name: string; organisationId: string | null; scope: Scope; language: Language };

type State = 'new' | 'checking' | 'checked' | 'taking' | 'done' | 'failed';

type Json<T> = ColumnType<T, string, string>;

export type UploadTables = {
  uploads: {
    id: string;
    name: string;
    bytes: number;
    sha256: Buffer;
    facts: Json<Facts>;
    mapping: Json<Mapping>;
    state: State;
    reason: ColumnType<Text | null, string | null, string | null>;
    person_id: string;
    person: Json<Person>;
    sent_at: Date;
    ended_at: Date | null;
    run: Generated<number>;
    rows_done: Generated<number>;
    rows_total: number | null;
    accepted: Generated<number>;
    refused: Generated<number>;
    refused_bytes: Generated<number>;
    preview: ColumnType<Understood[], string | undefined, string>;
    flaws: ColumnType<{ line: number; reason: Text }[], string | undefined, string>;
  };
  upload_series: { upload_id: string; entity_id: string; property: string; n: number; first_at: Date; last_at: Date };
  upload_columns: { person_id: string; headings_sha256: Buffer; columns: string[] };
};
