import type { Generated } from 'kysely';

export type CitizensTables = {
  subject_keys: { subject: string; key: Buffer | null; created_at: Date; erased_at: Date | null };
  citizen_secrets: { name: string; value: Buffer };
  citizens: {
    id: string;
    created_at: Date;
    residence: string | null;
    residence_by: 'self' | 'national-id' | null;
    number_digest: Buffer | null;
    number_sealed: Buffer | null;
    name_sealed: Buffer | null;
    erased_at: Date | null;
  };
  citizen_contacts: {
    digest: Buffer;
    citizen_id: string;
    kind: 'phone' | 'email';
    sealed: Buffer;
    confirmed_at: Date;
  };
  contact_codes: { digest: Buffer; code_hash: Buffer; sent_at: Date; expires_at: Date; attempts: Generated<number> };
  citizen_attempts: { key: string; n: number; since: Date };
  citizen_sessions: {
    token_hash: Buffer;
    citizen_id: string;
    assurance: 'code' | 'national-id';
    created_at: Date;
    expires_at: Date;
  };
  e_id_requests: { state_hash: Buffer; verifier: string; nonce: string; return_to: string; created_at: Date };
};
