-- How much of its time a report has used: the last of 0, 50, 80, 100 % that its clock has passed. Kept by the follower
-- of clocks, so that the desk can sort and filter half a million reports without asking the calendar of each.
alter table reports add column rung smallint not null default 0 check (rung in (0, 50, 80, 100));
create index reports_desk on reports (rung desc, due_at) where closed_at is null;

-- An answer that a phone sends again after a lost network is one answer.
alter table report_answers add column request_id text unique;

-- Ready texts of a province's units, chosen and then made one's own.
create table report_templates (
  id uuid primary key,
  kind text not null check (kind in ('answer', 'question', 'refusal', 'transfer')),
  -- a leaf or a family; null: any
  category text references report_categories (code),
  title text not null,
  text text not null,
  active boolean not null default true,
  version int not null default 1,
  updated_at timestamptz not null,
  updated_by text not null
);

-- What an officer found at the place, also written without a network and sent later.
create table report_inspections (
  id uuid primary key,
  case_id uuid not null references reports (case_id),
  request_id text not null unique,
  at timestamptz not null,
  known_at timestamptz not null,
  text text not null,
  lon float8,
  lat float8,
  by_id text not null,
  by_name text not null
);
create index report_inspections_case on report_inspections (case_id, at);
