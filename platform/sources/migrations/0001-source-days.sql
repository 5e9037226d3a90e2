-- How each source of data stood on a day, by the four words correct, complete, clean and live; made again while the day
-- goes on. Shares are 0 to 1, null where there is nothing to judge.
create table source_days (
  kind text not null check (kind in ('entity', 'device')),
  source_id text collate "C" not null,
  day date not null,
  type text,
  name text not null,
  -- without diacritics, for search
  name_plain text not null,
  organisation_id text,
  area_code text,
  provenance text not null,
  expected int not null,
  received int not null,
  refused int not null,
  corrected int not null,
  -- stretches of the promised interval (an hour at least) that passed, and in which anything was heard
  stretches int not null,
  heard int not null,
  judged int not null,
  findings jsonb not null,
  -- property -> median difference to the neighbours, for the judgement of later days
  differences jsonb not null,
  complete float8,
  clean float8,
  live float8,
  correct float8,
  worst float8,
  -- silent for longer than its promise allows when it was computed
  late boolean not null,
  last_at timestamptz,
  promised_seconds float8,
  version int not null,
  computed_at timestamptz not null,
  primary key (kind, source_id, day)
);
create index source_days_worst on source_days (day, kind, late desc, worst);

-- A responsible unit is reminded of a source once a day.
create table source_reminders (
  kind text not null,
  source_id text collate "C" not null,
  day date not null,
  made_at timestamptz not null,
  made_by text not null,
  made_by_name text not null,
  primary key (kind, source_id, day)
);
