-- Sources that the platform asks itself. A connector is a device whose values are fetched: whose values it may bring, its
-- unit, its names and whether it may write stand in `devices`.
create table connectors (
  device_id text collate "C" primary key references devices (id) on delete cascade,
  url text not null,
  headers jsonb not null,
  -- where the key goes ('header' or 'query'), under which name, and the key, sealed by a key outside the database
  key_place text check (key_place in ('header', 'query')),
  key_name text,
  key_sealed bytea,
  reading jsonb not null,
  every_minutes integer not null,
  offset_minutes integer not null,
  promised_minutes integer not null,
  timeout_seconds integer not null,
  max_bytes integer not null,
  created_at timestamptz not null,
  -- counts changes: what a run of before brought says nothing of what the next one may leave out
  version integer not null default 1,
  etag text,
  last_modified text,
  body_sha256 bytea,
  next_run_at timestamptz not null,
  -- until when a run that began counts as running, whatever became of its process
  running_until timestamptz,
  failures integer not null default 0,
  -- time of the newest value taken, and when it came: what is sent again and again is no delivery
  newest_at timestamptz,
  delivered_at timestamptz
);
create index connectors_due on connectors (next_run_at);

create table connector_runs (
  id bigint generated always as identity primary key,
  device_id text collate "C" not null references connectors (device_id) on delete cascade,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text not null check (outcome in ('running', 'taken', 'unchanged', 'failed')),
  status integer,
  bytes integer,
  accepted integer not null default 0,
  refused integer not null default 0,
  passed integer not null default 0,
  problem jsonb
);
create index connector_runs_newest on connector_runs (device_id, started_at desc);
