import type { Generated, JSONColumnType } from 'kysely';
import type { Db, Tx } from '../../platform/database/index.ts';
import type { ReportsTables } from './tables.ts';
import type { Deadline } from './types.ts';

export type BlockKind = 'account' | 'contact' | 'device' | 'network';
export type FlagKind = 'same-text' | 'same-photo' | 'links' | 'gibberish' | 'many-from-one';

/** Tables about where a report came from and to whom outside the authorities it goes. */
export type OpenTables = {
  report_secrets: { name: string; value: Buffer };
  report_senders: {
    case_id: string;
    client_id: string | null;
    contact_sealed: Buffer | null;
    contact_digests: Generated<Buffer[]>;
    device_digest: Buffer | null;
    network_digest: Buffer | null;
    text_digest: Buffer | null;
    at: Date;
  };
  report_tokens: { token_hash: Buffer; case_id: string };
  report_media: {
    id: string;
    case_id: string;
    n: number;
    url: string;
    state: 'waiting' | 'taken' | 'refused';
    attempts: Generated<number>;
    next_at: Date;
    reason: string | null;
  };
  report_photo_prints: { file_id: string; case_id: string; print: string; at: Date };
  report_flags: {
    id: Generated<number>;
    case_id: string;
    kind: FlagKind;
    detail: JSONColumnType<Record<string, unknown>>;
    at: Date;
    judged_at: Date | null;
    judged_by_name: string | null;
    verdict: 'fine' | 'abuse' | null;
  };
  report_blocks: {
    id: string;
    kind: BlockKind;
    mark: Buffer;
    case_id: string | null;
    reason: string;
    made_at: Date;
    made_by: string;
    made_by_name: string;
    until: Date;
    appeal: string | null;
    appealed_at: Date | null;
    lifted_at: Date | null;
    lifted_by_name: string | null;
    lifted_why: string | null;
  };
  report_receivers: {
    organisation_id: string;
    email: string | null;
    url: string | null;
    secret: Buffer;
    clock: JSONColumnType<Deadline>;
    active: boolean;
    client_id: string | null;
    version: number;
    updated_at: Date;
    updated_by: string;
  };
  report_client_updates: { client_id: string; update_id: string; case_id: string; number: string; at: Date };
  report_handovers: {
    id: string;
    case_id: string;
    organisation_id: string;
    via: 'email' | 'api';
    state: 'waiting' | 'sent' | 'accepted' | 'answered' | 'declined' | 'failed' | 'withdrawn';
    made_at: Date;
    expires_at: Date;
    due_at: Date | null;
    attempts: Generated<number>;
    next_at: Date;
    reason: string | null;
    accepted_at: Date | null;
    answered_at: Date | null;
    reminded_at: Date | null;
  };
};

export const openTablesOf = (db: Db | Tx) => db.withTables<OpenTables & ReportsTables>();
