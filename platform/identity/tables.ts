import type { Generated } from 'kysely';
import type { OrganisationKind } from './organisation-tree.ts';

export type IdentityTables = {
  organisations: {
    id: string;
    name_vi: string;
    name_en: string;
    name_plain: string;
    kind: OrganisationKind;
    parent_id: string | null;
    area_code: string | null;
    valid_from: string | null;
    valid_to: string | null;
    successor_ids: string[];
    version: Generated<number>;
  };
  users: {
    id: string;
    login_name: string;
    name: string;
    name_plain: string;
    organisation_id: string | null;
    email: string | null;
    phone: string | null;
    password_hash: string;
    active: Generated<boolean>;
    must_change_password: boolean;
    created_at: Date;
    updated_at: Date;
    version: Generated<number>;
  };
  roles: {
    code: string;
    name_vi: string;
    name_en: string;
    permissions: string[];
    edited: Generated<boolean>;
    version: Generated<number>;
  };
  assignments: {
    id: string;
    user_id: string;
    role_code: string;
    scope: 'all' | 'organisation' | 'area';
    organisation_id: string | null;
    area_code: string | null;
    valid_from: Date;
    valid_to: Date | null;
    granted_by: string;
  };
  sessions: {
    token_hash: Buffer;
    user_id: string;
    created_at: Date;
    last_seen_at: Date;
    expires_at: Date;
    ip: string | null;
    user_agent: string | null;
  };
  sign_in_attempts: { key: string; failures: number; last_at: Date; blocked_until: Date | null };
  setup_tokens: { token_hash: Buffer; created_at: Date };
};
