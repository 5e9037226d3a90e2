-- The log: every change that others follow is one row here, written in the transaction that makes the change.
create table events (
  id bigint generated always as identity primary key,
  -- Readers order by the writing transaction, and never pass the oldest one still running: a bare sequence would
  -- skip what commits late.
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null,
  kind text not null,
  subject text,
  area_code text,
  organisation_id text,
  -- The permission whose scope decides who may hear of it; null is for followers only.
  permission text,
  is_public boolean not null default false,
  payload jsonb not null
);
create index events_order on events (xid, id);

create table cursors (
  follower text primary key,
  xid xid8 not null,
  id bigint not null,
  updated_at timestamptz not null default now()
);

-- What observations are of: one number for each (entity, property), so that a row of history is narrow.
create table series (
  id int generated always as identity primary key,
  entity_id text collate "C" not null,
  property text collate "C" not null,
  unique (entity_id, property)
);

create table observations (
  series_id int not null,
  observed_at timestamptz not null,
  value float8 not null,
  -- 0 measured, 1 calibrating, 2 fault: only 0 enters an index, an alert or an average
  quality smallint not null,
  -- the event (batch) that wrote it; a correction carries the newer number
  batch bigint not null,
  primary key (series_id, observed_at)
) partition by range (observed_at);

-- What a correction replaced: nothing that was once acknowledged disappears without a trace.
create table observation_revisions (
  series_id int not null,
  observed_at timestamptz not null,
  value float8 not null,
  quality smallint not null,
  batch bigint not null,
  replaced_by bigint not null
);
create index observation_revisions_place on observation_revisions (series_id, observed_at);
