import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

export type AuditTables = {
  audit_entries: {
    id: GeneratedAlways<number>;
    at: Date;
    actor_kind: string;
    actor_id: string;
    actor_name: string;
    actor_organisation_id: string | null;
    action: string;
    subject: string | null;
    area_code: string | null;
    organisation_id: string | null;
    detail: ColumnType<Record<string, unknown>, string, never>;
    request_id: string | null;
    ip: string | null;
  };
  audit_chain: { sequence: number; entry_id: number; chained_at: Date; hash: Buffer };
  audit_waiting: { entry_id: Generated<number> };
};
