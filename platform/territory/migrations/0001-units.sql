-- A unit of its time: codes are used again (65 communes of 2025 carry the code of one they were formed from), so a
-- unit is its code and the day it began.
create table territory_units (
  id text collate "C" primary key,
  code text collate "C" not null,
  name text not null,
  name_plain text not null,
  type text not null,
  level text not null check (level in ('province', 'district', 'commune')),
  parent text,
  valid_from date,
  valid_to date,
  lon float8,
  lat float8,
  area_km2 float8,
  former_district text,
  in_former_thai_binh boolean,
  unique nulls not distinct (code, valid_from),
  check (valid_to is null or valid_from is null or valid_from < valid_to)
);

-- Which units a unit was formed from. predecessor_id is null where the named unit is not in the list.
create table territory_links (
  successor_id text collate "C" not null references territory_units (id),
  name text not null,
  predecessor_id text collate "C" references territory_units (id),
  basis text not null check (basis in ('named', 'spelling', 'to-confirm', 'not-listed', 'unresolved')),
  primary key (successor_id, name)
);

-- Imported borders only; where there is none, the border is approximated from centres.
create table territory_borders (
  unit_id text collate "C" primary key references territory_units (id),
  geometry jsonb not null,
  source text not null,
  imported_by text not null,
  imported_at timestamptz not null
);

-- One row: which data were seeded, and how often anything here changed (other processes read again by it).
create table territory_state (
  only_row boolean primary key default true check (only_row),
  data_version int not null,
  revision int not null
);
insert into territory_state (data_version, revision) values (0, 0);
