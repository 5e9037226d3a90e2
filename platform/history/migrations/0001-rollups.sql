-- Hour and day sums of each series, made again from the rows whenever one of them changes: always right, whatever
-- order data come in. Buckets are local hours and days (Asia/Ho_Chi_Minh).
create table rollups (
  series_id int not null,
  width text not null check (width in ('hour', 'day')),
  bucket timestamptz not null,
  -- measured values, and all values (calibration and faults too)
  n int not null,
  n_all int not null,
  sum float8 not null,
  min float8,
  max float8,
  last float8,
  primary key (series_id, width, bucket)
);

-- Derived values whose time has not ended yet: computed when it has.
create table derivations_due (
  entity_id text collate "C" not null,
  target text not null,
  bucket timestamptz not null,
  due_at timestamptz not null,
  primary key (entity_id, target, bucket)
);
create index derivations_due_at on derivations_due (due_at);
