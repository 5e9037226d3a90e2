create table procedures (
  id text not null,
  -- as declared by a system; a newer declared version is a new row
  version int not null,
  -- 0 is the text as declared; every edit by an administrator is the next one
  revision int not null default 0,
  case_type text not null,
  title jsonb not null,
  source jsonb,
  items jsonb not null,
  -- exactly one row of an id is used for new cases
  in_use boolean not null,
  made_at timestamptz not null,
  made_by text not null,
  primary key (id, version, revision)
);
create unique index procedures_in_use on procedures (id) where in_use;

-- The last number given out, by prefix and year of local time. Numbers may have gaps, never twins.
create table case_numbers (
  prefix text not null,
  year int not null,
  last int not null,
  primary key (prefix, year)
);

create table cases (
  id uuid primary key,
  number text not null unique,
  type text not null,
  title text not null,
  -- title and number without diacritics, in lower case
  search_plain text not null,
  severity smallint not null check (severity between 1 and 5),
  step text not null,
  entity_id text,
  area_code text,
  organisation_id text,
  lon float8,
  lat float8,
  form jsonb not null default '{}',
  procedure_id text,
  procedure_version int,
  procedure_revision int,
  provenance text not null check (provenance in ('measured', 'simulated', 'replayed')),
  opened_at timestamptz not null,
  opened_by text not null,
  closed_at timestamptz,
  -- why it was closed although something required was still open
  close_reason text,
  -- the earliest deadline of its running clocks; made from the clocks, only so that lists can be ordered by it
  due_at timestamptz,
  version int not null default 1,
  updated_at timestamptz not null
);
create index cases_area on cases (area_code);
create index cases_organisation on cases (organisation_id);
create index cases_opened on cases (opened_at desc);
create index cases_open_due on cases (due_at) where closed_at is null;
create index cases_entity on cases (entity_id) where entity_id is not null;
create index cases_search on cases using gin (search_plain gin_trgm_ops);

-- The alerts (of the room `alerts`) that a case answers.
create table case_alerts (
  case_id uuid not null references cases (id),
  alert_id text not null,
  linked_at timestamptz not null,
  linked_by text not null,
  primary key (case_id, alert_id)
);
create index case_alerts_alert on case_alerts (alert_id);

-- The procedure's items as they stood when the case was opened: a later edit does not change a case at work.
create table case_checklist (
  case_id uuid not null references cases (id),
  item_id text not null,
  n int not null,
  text jsonb not null,
  required boolean not null,
  -- the task that the procedure proposes at this item
  proposal jsonb,
  done boolean not null default false,
  note text,
  done_at timestamptz,
  done_by text,
  done_by_name text,
  primary key (case_id, item_id)
);

create table tasks (
  id uuid primary key,
  case_id uuid not null references cases (id),
  title text not null,
  text text not null,
  -- who is to do it: any officer of this organisation; the person only where one was named
  organisation_id text not null,
  user_id text,
  checklist_item_id text,
  state text not null check (state in ('assigned', 'accepted', 'answered', 'approved', 'returned', 'cancelled')),
  assigned_at timestamptz not null,
  assigned_by text not null,
  assigned_by_name text not null,
  accepted_at timestamptz,
  accepted_by text,
  accepted_by_name text,
  closed_at timestamptz,
  -- what the one who gave it said when returning, approving or cancelling
  verdict text,
  due_at timestamptz,
  updated_at timestamptz not null
);
create index tasks_case on tasks (case_id);
create index tasks_organisation on tasks (organisation_id, state, due_at);

create table task_answers (
  id uuid primary key,
  task_id uuid not null references tasks (id),
  text text not null,
  lon float8,
  lat float8,
  -- when it was seen on the spot; answered_at is when we knew
  measured_at timestamptz,
  file_ids text[] not null,
  answered_at timestamptz not null,
  answered_by text not null,
  answered_by_name text not null
);
create index task_answers_task on task_answers (task_id, answered_at);

create table task_photos (
  file_id text primary key,
  task_id uuid not null references tasks (id),
  uploaded_at timestamptz not null,
  uploaded_by text not null
);
create index task_photos_task on task_photos (task_id);

create table case_timeline (
  id bigint generated always as identity primary key,
  case_id uuid not null references cases (id),
  task_id uuid,
  -- when it happened, and when we knew
  happened_at timestamptz not null,
  known_at timestamptz not null,
  who text not null,
  who_name text not null,
  what text not null,
  text jsonb not null,
  file_ids text[] not null default '{}',
  -- the case's version after it; an entry that changed nothing of the case (a note) keeps the old one
  version int not null
);
create index case_timeline_case on case_timeline (case_id, happened_at, id);

-- A budget, what suspends it, and nothing like 'overdue': deadlines follow from the calendar of the day.
create table case_clocks (
  id uuid primary key,
  case_id uuid not null references cases (id),
  task_id uuid references tasks (id),
  -- 'case', 'step:<name>' or 'task'
  name text not null,
  kind text not null check (kind in ('working', 'calendar')),
  budget text not null,
  started_at timestamptz not null,
  -- [{ from, to, reason }]; an open end is a clock that stands
  suspensions jsonb not null default '[]',
  stopped_at timestamptz,
  -- made from the above by the calendar, so that lists and the ringing find them
  due_at timestamptz,
  next_rung smallint,
  next_rung_at timestamptz
);
create index case_clocks_case on case_clocks (case_id);
create index case_clocks_ringing on case_clocks (next_rung_at) where stopped_at is null and next_rung is not null;

create table case_clock_rungs (
  clock_id uuid not null references case_clocks (id),
  rung smallint not null,
  fired_at timestamptz not null,
  primary key (clock_id, rung)
);

-- A request with a key is carried out once, however often it comes.
create table case_requests (
  principal_id text not null,
  key text not null,
  what text not null,
  fingerprint text not null,
  subject uuid not null,
  made_at timestamptz not null,
  primary key (principal_id, key)
);
