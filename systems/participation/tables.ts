import type { Generated, JSONColumnType } from 'kysely';
import type { Text } from '../../platform/words/index.ts';
import type { Counts, Question } from './ballots.ts';
import type { Count } from './board.ts';

export type Signers = Record<'national-id' | 'code', { publicKey: string; privateKey: string }>;

/** The count as it was published: whether it stands and why, and the digest over all receipts. */
export type Result = Count & { stands: boolean; why: Text; digest: string };

export type ParticipationTables = {
  consultations: {
    id: string;
    title: string;
    search_plain: string;
    body: string;
    organisation_id: string;
    area_code: string | null;
    question: JSONColumnType<Question>;
    binding: boolean;
    quorum: number;
    state: 'draft' | 'published' | 'closed' | 'cancelled';
    opens_at: Date;
    closes_at: Date;
    signers: JSONColumnType<Signers>;
    receipt_key: string;
    receipt_public_key: string;
    roll_key: Buffer | null;
    result: JSONColumnType<Result> | null;
    counted_at: Date | null;
    cancel_reason: string | null;
    from_initiative: string | null;
    provenance: 'measured' | 'simulated';
    created_by: string;
    created_at: Date;
    version: Generated<number>;
  };
  voting_roll: {
    consultation_id: string;
    pseudonym: Buffer;
    /** null on paper */
    account: Buffer | null;
    list: 'national-id' | 'code' | 'paper';
    given_on: string;
    blinded: string | null;
    blind_signature: string | null;
    paper_batch: string | null;
  };
  ballots: {
    consultation_id: string;
    key: string;
    list: 'national-id' | 'code';
    credential: string;
    choices: string[];
    signature: string;
    receipt: string;
  };
  paper_batches: {
    id: string;
    consultation_id: string;
    area_code: string;
    organisation_id: string | null;
    place: string;
    counts: JSONColumnType<Counts>;
    spoiled: number;
    voters: number;
    entered_by: string;
    entered_by_name: string;
    entered_at: Date;
    checked_by: string | null;
    checked_by_name: string | null;
    checked_at: Date | null;
  };
};
