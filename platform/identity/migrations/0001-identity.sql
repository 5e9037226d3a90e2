-- Units of the administration. Ids are short and stable ('so-nnmt', 'ubnd-12433'); an organisation that ended stays,
-- names its successors and keeps its records.
create table organisations (
  id text collate "C" primary key,
  name_vi text not null,
  name_en text not null,
  -- both names without diacritics, for search
  name_plain text not null,
  kind text not null check (kind in ('province', 'department', 'commune', 'centre', 'enterprise', 'other')),
  parent_id text collate "C" references organisations (id) deferrable initially deferred,
  area_code text,
  valid_from date,
  -- first day no longer valid
  valid_to date,
  successor_ids text[] not null default '{}',
  version int not null default 1,
  check (parent_id <> id),
  check (valid_from is null or valid_to is null or valid_from < valid_to)
);
create index organisations_parent on organisations (parent_id);
create index organisations_area on organisations (area_code, kind);

create table users (
  id uuid primary key,
  -- lower case ASCII only: no two names that look alike
  login_name text collate "C" not null unique check (login_name ~ '^[a-z0-9][a-z0-9._-]{2,63}$'),
  name text not null,
  name_plain text not null,
  organisation_id text collate "C" references organisations (id),
  email text,
  phone text,
  password_hash text not null,
  active boolean not null default true,
  must_change_password boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version int not null default 1
);
create index users_organisation on users (organisation_id);

create table roles (
  code text collate "C" primary key check (code ~ '^[a-z][a-z0-9-]{1,49}$'),
  name_vi text not null,
  name_en text not null,
  permissions text[] not null,
  -- edited by an administrator: the program's own list no longer overwrites it
  edited boolean not null default false,
  version int not null default 1
);

-- Rights are ended, not deleted: who could do what, when, stays known.
create table assignments (
  id uuid primary key,
  user_id uuid not null references users (id),
  role_code text collate "C" not null references roles (code),
  scope text not null check (scope in ('all', 'organisation', 'area')),
  organisation_id text collate "C" references organisations (id),
  area_code text,
  valid_from timestamptz not null,
  valid_to timestamptz,
  granted_by text not null,
  check ((scope = 'organisation') = (organisation_id is not null)),
  check ((scope = 'area') = (area_code is not null)),
  check (valid_to is null or valid_from <= valid_to)
);
create index assignments_user on assignments (user_id);

create table sessions (
  -- sha256 of a random 256-bit token; the token itself is only in the browser
  token_hash bytea primary key,
  user_id uuid not null references users (id),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ip text,
  user_agent text
);
create index sessions_user on sessions (user_id);
create index sessions_end on sessions (expires_at);

-- Failed sign-ins by login name and by address. Keys are hashed: people type passwords into the wrong field.
create table sign_in_attempts (
  key text collate "C" primary key,
  failures int not null,
  last_at timestamptz not null,
  blocked_until timestamptz
);
create index sign_in_attempts_last on sign_in_attempts (last_at);

-- One row for each process that started while no user existed; emptied by the first administrator.
create table setup_tokens (
  token_hash bytea primary key,
  created_at timestamptz not null
);
