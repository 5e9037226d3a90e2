import type { Generated } from 'kysely';
import type { Db, Tx } from '../../platform/database/index.ts';
import type { InitiativeState } from './initiative-types.ts';
import type { ParticipationTables } from './tables.ts';

export type Subject = 'initiative' | 'consultation';

export type VoiceTables = ParticipationTables & {
  initiative_terms: {
    area_code: string;
    support_needed: number;
    collect_days: number;
    answer_days: number;
    version: Generated<number>;
    updated_at: Date;
    updated_by: string;
  };
  initiatives: {
    id: string;
    request_hash: string;
    citizen_id: string;
    category: string;
    area_code: string | null;
    organisation_id: string;
    title: string;
    body: string;
    search_plain: string;
    written_sealed: Buffer | null;
    state: InitiativeState;
    reason: string | null;
    published_at: Date | null;
    collects_until: Date | null;
    support_needed: number;
    answer_days: number;
    support_key: Buffer | null;
    supporters: Generated<number>;
    supporters_verified: Generated<number>;
    case_id: string | null;
    case_number: string | null;
    due_since: Date | null;
    answer: string | null;
    answered_at: Date | null;
    answered_by_name: string | null;
    in_time: boolean | null;
    consultation_id: string | null;
    provenance: 'measured' | 'simulated';
    created_at: Date;
    version: Generated<number>;
  };
  initiative_supports: {
    initiative_id: string;
    pseudonym: Buffer;
    account: Buffer;
    assurance: 'code' | 'national-id';
    given_on: string;
  };
  discussions: { on_kind: Subject; on_id: string; key: Buffer };
  comments: {
    id: string;
    request_hash: string;
    on_kind: Subject;
    on_id: string;
    parent: string | null;
    citizen_id: string | null;
    by_id: string;
    author: string;
    role: 'citizen' | 'proposer' | 'agency';
    text: string;
    written_sealed: Buffer | null;
    state: 'waiting' | 'shown' | 'refused' | 'removed';
    signs: string[];
    reason: string | null;
    reports: Generated<number>;
    area_code: string | null;
    organisation_id: string | null;
    provenance: 'measured' | 'simulated';
    created_at: Date;
    decided_at: Date | null;
    decided_by_name: string | null;
  };
  comment_reports: { comment_id: string; citizen_id: string; reason: string; at: Date };
};

export const voiceTables = (db: Db | Tx) => db.withTables<VoiceTables>();
