-- One key for each person whose values are kept sealed. To erase a person is to destroy the key: what was sealed with
-- it, here and in old logs, is bytes from then on.
create table subject_keys (
  subject uuid primary key,
  key bytea,
  created_at timestamptz not null,
  erased_at timestamptz,
  check ((key is null) = (erased_at is not null))
);

-- Values of its own that the room needs to compare without reading: made once, at the first start.
create table citizen_secrets (name text primary key, value bytea not null);

create table citizens (
  id uuid primary key references subject_keys (subject),
  created_at timestamptz not null,
  -- where the person says they live, or the national identity says so
  residence text,
  residence_by text check (residence_by in ('self', 'national-id')),
  -- keyed hash of the citizen's number: finds the person again, and cannot be turned back
  number_digest bytea unique,
  number_sealed bytea,
  name_sealed bytea,
  erased_at timestamptz
);

create table citizen_contacts (
  digest bytea primary key,
  citizen_id uuid not null references citizens (id),
  kind text not null check (kind in ('phone', 'email')),
  sealed bytea not null,
  confirmed_at timestamptz not null
);
create index citizen_contacts_citizen on citizen_contacts (citizen_id);

create table contact_codes (
  digest bytea primary key,
  code_hash bytea not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  attempts int not null default 0
);

-- How often something was tried, by what it is counted for; forgotten after a day.
create table citizen_attempts (
  key text primary key,
  n int not null,
  since timestamptz not null
);

create table citizen_sessions (
  token_hash bytea primary key,
  citizen_id uuid not null references citizens (id),
  assurance text not null check (assurance in ('code', 'national-id')),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index citizen_sessions_citizen on citizen_sessions (citizen_id);

-- A sign-in at the national identity that is under way.
create table e_id_requests (
  state_hash bytea primary key,
  verifier text not null,
  nonce text not null,
  return_to text not null,
  created_at timestamptz not null
);
