-- Photos of a report, each a finished upload (of the room `files`): before by the citizen, after by the unit.
create table report_photos (
  file_id uuid primary key,
  upload_id uuid not null unique,
  case_id uuid not null references reports (case_id),
  n int not null,
  part text not null check (part in ('before', 'after')),
  -- decided with the moderation; the public sees no other
  is_public boolean not null default false
);
create index report_photos_case on report_photos (case_id, n);

-- Answers put before the head of the unit.
create table report_answers (
  id uuid primary key,
  case_id uuid not null references reports (case_id),
  text text not null,
  file_ids text[] not null,
  state text not null check (state in ('proposed', 'approved', 'returned')),
  proposed_at timestamptz not null,
  proposed_by text not null,
  proposed_by_name text not null,
  decided_at timestamptz,
  decided_by_name text,
  verdict text
);
create index report_answers_case on report_answers (case_id, proposed_at);
