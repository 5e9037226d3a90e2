create extension if not exists pg_trgm;

create table alerts (
  id uuid primary key,
  -- what the alert is about: two raises with one key are one alert
  key text collate "C" not null,
  -- who raised it: 'rule:<id>', 'silence', ...
  source text collate "C" not null,
  entity_id text collate "C" not null,
  entity_name text not null,
  title jsonb not null,
  text jsonb not null,
  severity smallint not null check (severity between 1 and 5),
  value float8,
  unit text,
  -- the worst value so far, and which way is worse
  peak float8,
  worse text not null check (worse in ('higher', 'lower')),
  count int not null,
  -- the two times: when it happened, and when we knew
  happened_at timestamptz not null,
  known_at timestamptz not null,
  last_at timestamptz not null,
  told_at timestamptz not null,
  -- of the handling
  state text not null check (state in ('open', 'acknowledged', 'closed')),
  -- of the condition itself, whatever people do
  condition text not null check (condition in ('on', 'over')),
  over_at timestamptz,
  acknowledged_by text,
  acknowledged_name text,
  acknowledged_at timestamptz,
  closed_by text,
  closed_name text,
  closed_at timestamptz,
  close_reason text,
  reopened int not null default 0,
  case_id text,
  opens text,
  evidence jsonb,
  area_code text,
  organisation_id text,
  provenance text not null check (provenance in ('measured', 'simulated', 'replayed')),
  is_public boolean not null default false,
  -- title and entity without diacritics, for search
  search text not null,
  check ((state = 'closed') = (closed_at is not null)),
  check ((condition = 'over') = (over_at is not null))
);
-- One open alert for a key, whatever two processes do at once.
create unique index alerts_open_key on alerts (key) where state <> 'closed';
create index alerts_queue on alerts (severity desc, last_at desc) where state <> 'closed';
create index alerts_happened on alerts (happened_at desc);
create index alerts_entity on alerts (entity_id, happened_at desc);
create index alerts_search on alerts using gin (search gin_trgm_ops);

-- The newest alert of each key; its row is the lock under which a key's alerts change.
create table alert_keys (
  key text collate "C" primary key,
  alert_id uuid
);

-- The timeline.
create table alert_steps (
  id bigint generated always as identity primary key,
  alert_id uuid not null references alerts (id),
  kind text not null,
  happened_at timestamptz not null,
  known_at timestamptz not null,
  by_id text not null,
  by_name text not null,
  value float8,
  note text
);
create index alert_steps_alert on alert_steps (alert_id, id);
