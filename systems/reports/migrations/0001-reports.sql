-- The tree of categories: declared by the program, edited by administrators; an edit is never overwritten.
create table report_categories (
  code text primary key,
  -- null: a family, which only groups; reports are of its leaves
  parent text references report_categories (code),
  n int not null,
  title jsonb not null,
  -- who answers: { "to": "commune" } or { "to": "organisation", "id": … }
  unit jsonb not null,
  -- { "normal": { "budget": "P5D", "kind": "working" }, "urgent": …, "emergency": … }
  deadlines jsonb not null,
  is_public boolean not null,
  -- a private home: the public sees the place only roughly
  blurred boolean not null,
  -- about a unit or an officer: goes to the one above, never to the unit itself
  about_unit boolean not null,
  -- fields of its own, a JSON schema of the platform's kind
  form jsonb not null,
  -- words that suggest it, without diacritics
  words text[] not null,
  active boolean not null default true,
  -- 0: as declared; each edit is the next one
  version int not null default 0,
  updated_at timestamptz not null,
  updated_by text not null
);

create table report_category_versions (
  code text not null references report_categories (code),
  version int not null,
  content jsonb not null,
  made_at timestamptz not null,
  made_by text not null,
  primary key (code, version)
);

-- Exceptions to 'the category says who': the first that fits, by n, goes before the category.
create table report_routes (
  id uuid primary key,
  n int not null,
  -- a leaf or a family; null: any
  category text references report_categories (code),
  area_code text,
  organisation_id text not null,
  reason text not null,
  active boolean not null default true,
  version int not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);

-- What only a report needs beside its case (of the room `cases`), by the case's id.
create table reports (
  case_id uuid primary key,
  number text not null unique,
  category text not null references report_categories (code),
  family text not null,
  urgency text not null check (urgency in ('normal', 'urgent', 'emergency')),
  -- what was written, with what looks like personal data masked; the whole lies encrypted with its subject
  text text not null,
  -- text and title without diacritics, in lower case
  search_plain text not null,
  fields jsonb not null default '{}',
  area_code text not null,
  lon float8 not null,
  lat float8 not null,
  address text,
  channel text not null check (channel in ('app', 'web', 'hotline', 'open311', 'widget')),
  -- the person whose key seals what is personal (of the room `citizens`): their account, or one of this report only
  subject uuid not null,
  -- the whole text, sealed; null where nothing in it was masked
  text_sealed bytea,
  -- a report about a unit: that unit and those below never get it
  about_organisation_id text,
  organisation_id text,
  -- in whose people's rights it lies: the area of the responsible unit, null where that has none
  rights_area text,
  step text not null,
  provenance text not null check (provenance in ('measured', 'simulated', 'replayed')),
  received_at timestamptz not null,
  due_at timestamptz,
  moderated_at timestamptz,
  -- what the public reads; null until a person has decided
  public_text text,
  published_at timestamptz,
  -- where the public sees it: the place itself, or rounded where it is a private home
  public_lon float8,
  public_lat float8,
  first_answer_at timestamptz,
  answered_at timestamptz,
  in_time boolean,
  refusal text,
  closed_at timestamptz,
  reopen_until timestamptz,
  reopened_at timestamptz,
  transfers int not null default 0,
  me_too int not null default 0,
  rating smallint check (rating between 1 and 5),
  rating_why text,
  rated_at timestamptz,
  updated_at timestamptz not null
);
create index reports_near on reports (family, lat, lon);
create index reports_published on reports (published_at desc, case_id) where published_at is not null;
create index reports_published_place on reports (public_lat, public_lon) where published_at is not null;
create index reports_search on reports using gin (search_plain gin_trgm_ops);
create index reports_organisation on reports (organisation_id, received_at desc);
create index reports_area on reports (area_code, received_at desc);

-- Who follows a report with a code: its sender, and those who joined. A code is kept only as hash; `look_up` finds it.
create table report_followers (
  id uuid primary key,
  case_id uuid not null references reports (case_id),
  role text not null check (role in ('sender', 'me-too')),
  -- the account (of the room `citizens`) of who was signed in: told of each step
  citizen_id uuid,
  look_up text not null,
  code_hash bytea not null,
  request_hash text,
  created_at timestamptz not null
);
create index report_followers_look_up on report_followers (look_up);
create index report_followers_case on report_followers (case_id);

-- What was said between the citizen and the unit, and what the public reads of it. Append-only.
create table report_messages (
  id bigint generated always as identity primary key,
  case_id uuid not null references reports (case_id),
  at timestamptz not null,
  -- 'question' to the sender, their 'reply', the 'answer' as published, the 'refusal', the 'reopening'
  kind text not null check (kind in ('question', 'reply', 'answer', 'refusal', 'reopening')),
  text text not null,
  -- published with the report; the rest is between the sender and the unit
  is_public boolean not null,
  organisation_id text,
  by_id text not null,
  file_ids text[] not null default '{}'
);
create index report_messages_case on report_messages (case_id, id);

-- Each step with its unit, for the citizen's view and for statistics. Append-only.
create table report_steps (
  id bigint generated always as identity primary key,
  case_id uuid not null references reports (case_id),
  at timestamptz not null,
  step text not null,
  organisation_id text
);
create index report_steps_case on report_steps (case_id, id);
