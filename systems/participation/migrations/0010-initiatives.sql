-- How much support an initiative needs, how long it may collect it, and by when its unit must answer. Without a row for
-- its area (a unit's code, or 'province' for one of the whole province) the program's own terms hold.
create table initiative_terms (
  area_code text primary key,
  support_needed int not null check (support_needed > 0),
  collect_days int not null check (collect_days between 1 and 365),
  answer_days int not null check (answer_days between 1 and 90),
  version int not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);

create table initiatives (
  id uuid primary key,
  -- of whoever proposed, and the id that their device gave the request: the same one again is the same initiative
  request_hash text not null unique,
  citizen_id uuid not null,
  category text not null,
  -- the place it concerns; who lives there may support it (null: the whole province)
  area_code text,
  -- who must answer it; whose rights reach it
  organisation_id text not null,
  -- masked by the program at once, then as the moderator let it stand
  title text not null,
  body text not null,
  search_plain text not null,
  -- title and body as they were written, where something was masked: sealed with the person's key
  written_sealed bytea,
  state text not null
    check (state in ('waiting', 'refused', 'open', 'due', 'answered', 'consulted', 'lapsed', 'removed')),
  -- why it was refused or taken off; everybody reads it
  reason text,
  published_at timestamptz,
  collects_until timestamptz,
  support_needed int not null check (support_needed > 0),
  answer_days int not null,
  -- makes pseudonyms of those who support; destroyed when it is over, and nobody can tell who did
  support_key bytea,
  supporters int not null default 0,
  -- how many of them by the national identity
  supporters_verified int not null default 0,
  case_id uuid,
  case_number text,
  -- the answer's clock runs from here
  due_since timestamptz,
  answer text,
  answered_at timestamptz,
  answered_by_name text,
  in_time boolean,
  consultation_id uuid references consultations (id),
  provenance text not null check (provenance in ('measured', 'simulated')),
  created_at timestamptz not null,
  version int not null default 1,
  check ((state in ('open', 'due')) = (support_key is not null)),
  check (state not in ('refused', 'removed') or reason is not null)
);
create index initiatives_listed on initiatives (published_at desc) where published_at is not null;
create index initiatives_waiting on initiatives (created_at) where state = 'waiting';
create index initiatives_due on initiatives (due_since) where state = 'due';
create index initiatives_area on initiatives (area_code);
create index initiatives_organisation on initiatives (organisation_id);
create index initiatives_citizen on initiatives (citizen_id);
create index initiatives_search on initiatives using gin (search_plain gin_trgm_ops);

-- Who supports: one person once, whatever they signed in with; also one account once. No time of day.
create table initiative_supports (
  initiative_id uuid not null references initiatives (id),
  pseudonym bytea not null,
  account bytea not null,
  assurance text not null check (assurance in ('code', 'national-id')),
  given_on date not null,
  primary key (initiative_id, pseudonym),
  unique (initiative_id, account)
);

-- The key of one discussion: a person has one name in it, and another one in the next.
create table discussions (
  on_kind text not null check (on_kind in ('initiative', 'consultation')),
  on_id uuid not null,
  key bytea not null,
  primary key (on_kind, on_id)
);

create table comments (
  id uuid primary key,
  request_hash text not null unique,
  on_kind text not null,
  on_id uuid not null,
  -- what it replies to; replies have no replies
  parent uuid references comments (id),
  citizen_id uuid,
  by_id text not null,
  author text not null,
  role text not null check (role in ('citizen', 'proposer', 'agency')),
  text text not null,
  written_sealed bytea,
  state text not null check (state in ('waiting', 'shown', 'refused', 'removed')),
  -- what made it wait: kinds of what was found, or 'reported'
  signs text[] not null,
  reason text,
  reports int not null default 0,
  -- of what it is about: whose moderators see it
  area_code text,
  organisation_id text,
  provenance text not null check (provenance in ('measured', 'simulated')),
  created_at timestamptz not null,
  decided_at timestamptz,
  decided_by_name text,
  foreign key (on_kind, on_id) references discussions (on_kind, on_id),
  check ((role = 'agency') = (citizen_id is null)),
  check (state not in ('refused', 'removed') or reason is not null)
);
create index comments_on on comments (on_kind, on_id, created_at);
create index comments_parent on comments (parent) where parent is not null;
create index comments_waiting on comments (created_at) where state = 'waiting' or (reports > 0 and decided_at is null);

-- One person reports a comment once.
create table comment_reports (
  comment_id uuid not null references comments (id),
  citizen_id uuid not null,
  reason text not null,
  at timestamptz not null,
  primary key (comment_id, citizen_id)
);
