create table devices (
  id text collate "C" primary key,
  name text not null,
  organisation_id text,
  area_code text,
  -- sha256 of a random 256-bit key: the key itself is shown once and never stored
  key_hash bytea not null,
  active boolean not null default true,
  created_at timestamptz not null,
  last_seen_at timestamptz
);

-- What a device may write.
create table device_entities (
  device_id text collate "C" not null references devices (id) on delete cascade,
  entity_id text collate "C" not null,
  primary key (device_id, entity_id)
);

-- The name of a station in its own files: '<facility>_<station>' -> entity.
create table door_aliases (
  door text not null,
  alias text not null,
  entity_id text collate "C" not null,
  primary key (door, alias)
);

-- What could not be read, or only in part, with the reason: kept until someone retries or drops it.
create table quarantine (
  id bigint generated always as identity primary key,
  door text not null,
  source text not null,
  received_at timestamptz not null,
  bytes bytea not null,
  reasons jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'retried', 'dropped')),
  decided_at timestamptz,
  decided_by text,
  sha256 bytea not null,
  unique (door, source, sha256)
);
create index quarantine_waiting on quarantine (state, received_at desc);
