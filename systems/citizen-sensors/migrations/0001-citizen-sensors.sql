-- Sensors that citizens registered. The place is a cell of about 200 m from the start: the exact one is nowhere.
create table citizen_sensors (
  -- also the id of its device, and the end of its entity's
  id text primary key,
  -- whose it is; null once the account was deleted, and for simulated ones
  citizen_id uuid,
  -- the id that the owner's device gave the request: the same one again is the same sensor
  request_id text not null,
  -- as its owner calls it; nobody else reads it
  label text not null,
  kind text not null check (kind in ('air', 'noise')),
  model text not null,
  lon double precision not null,
  lat double precision not null,
  area_code text not null,
  -- who looks after its kind here: the unit of the nearest official station
  organisation_id text,
  provenance text not null check (provenance in ('measured', 'simulated')),
  created_at timestamptz not null,
  retired_at timestamptz,
  excluded_at timestamptz,
  excluded_by text,
  -- its owner reads it
  excluded_reason text,
  -- the last comparison with the nearest official station (see quality.ts)
  judgement jsonb,
  judged_at timestamptz,
  unique (citizen_id, request_id),
  check ((excluded_at is null) = (excluded_reason is null))
);
create index citizen_sensors_owner on citizen_sensors (citizen_id);
create index citizen_sensors_area on citizen_sensors (area_code);
