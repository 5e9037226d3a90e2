create extension if not exists unaccent;
create extension if not exists pg_trgm;

create table entities (
  id text collate "C" primary key,
  type text not null,
  name text not null,
  -- the name without diacritics, in lower case: 'vu thu' finds 'Vũ Thư'
  name_plain text not null,
  organisation_id text,
  area_code text,
  lon float8,
  lat float8,
  properties jsonb not null default '{}',
  provenance text not null check (provenance in ('measured', 'simulated', 'replayed')),
  is_public boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index entities_type on entities (type, id);
create index entities_area on entities (area_code);
create index entities_organisation on entities (organisation_id);
create index entities_name on entities using gin (name_plain gin_trgm_ops);

-- The current state: the newest observation of each series.
create table series_states (
  series_id int primary key,
  entity_id text collate "C" not null,
  property text collate "C" not null,
  value float8 not null,
  quality smallint not null,
  observed_at timestamptz not null,
  received_at timestamptz not null
);
create index series_states_entity on series_states (entity_id);
