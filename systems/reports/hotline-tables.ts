import type { Generated, RawBuilder } from 'kysely';
import type { Db, Tx } from '../../platform/database/index.ts';
import type { ReportsTables } from './tables.ts';

export type MatterKind = 'reported' | 'joined' | 'followed' | 'answered' | 'unanswered';

type HotlineTables = {
  hotline_articles: {
    id: string;
    question: string;
    answer: string;
    keywords: string[];
    category: string | null;
    organisation_id: string | null;
    is_public: boolean;
    active: boolean;
    /** its last day */
    valid_until: string | null;
    /** written, never read: searched by the database */
    bare: RawBuilder<string>;
    written: RawBuilder<string>;
    version: Generated<number>;
    updated_at: Date;
    updated_by: string;
    updated_by_name: string;
  };
  hotline_calls: {
    id: string;
    request_hash: string;
    began_at: Date;
    ended_at: Date | null;
    operator_id: string;
    operator_name: string;
    subject: string | null;
    caller_sealed: Buffer | null;
    caller_digest: Buffer | null;
  };
  hotline_matters: {
    id: Generated<number>;
    call_id: string;
    at: Date;
    kind: MatterKind;
    category: string | null;
    case_id: string | null;
    article_id: string | null;
    asked: string | null;
  };
};

/** Tables of the desk of the hotline, beside those of reports. */
export const hotlineTablesOf = (db: Db | Tx) => db.withTables<HotlineTables & ReportsTables>();
