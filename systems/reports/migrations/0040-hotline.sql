-- What the desk of the hotline 1022 knows: an answer that an operator reads out.
create table hotline_articles (
  id uuid primary key,
  question text not null,
  answer text not null,
  keywords text[] not null default '{}',
  -- a family or a leaf of the categories: by it calls are counted
  category text references report_categories (code),
  -- who answers for it; null: the desk itself
  organisation_id text,
  -- may be shown to citizens; else inside only
  is_public boolean not null,
  active boolean not null default true,
  -- its last day
  valid_until date,
  -- the words of it without diacritics, and as they are written
  bare tsvector not null,
  written tsvector not null,
  version int not null default 1,
  updated_at timestamptz not null,
  updated_by text not null,
  updated_by_name text not null
);
create index hotline_articles_bare on hotline_articles using gin (bare);

-- A call. Who called lies sealed; the digest (key of `report_secrets`) knows the number again.
create table hotline_calls (
  id uuid primary key,
  request_hash text not null unique,
  began_at timestamptz not null,
  ended_at timestamptz,
  operator_id text not null,
  operator_name text not null,
  subject uuid,
  caller_sealed bytea,
  caller_digest bytea
);
create index hotline_calls_caller on hotline_calls (caller_digest, began_at desc) where caller_digest is not null;
create index hotline_calls_began on hotline_calls (began_at);

-- What came of a call, in one call sometimes several things. Append-only.
create table hotline_matters (
  id bigint generated always as identity primary key,
  call_id uuid not null references hotline_calls (id),
  at timestamptz not null,
  -- a new report, 'me too', word of a former report, answered with an article, asked and nothing known
  kind text not null check (kind in ('reported', 'joined', 'followed', 'answered', 'unanswered')),
  category text,
  case_id uuid references reports (case_id),
  article_id uuid references hotline_articles (id),
  -- what was asked, with what looks like personal data masked
  asked text,
  unique (call_id, kind, case_id),
  unique (call_id, kind, article_id)
);
create index hotline_matters_at on hotline_matters (at);
create index hotline_matters_call on hotline_matters (call_id);

-- Former reports of a caller.
create index report_senders_contacts on report_senders using gin (contact_digests);
