-- Closed days at rest: one row for each series and UTC day instead of one for each observation. Arrays, so that the
-- server itself packs and unpacks them. Written by compaction only; whatever comes late lies in `observations` until the
-- next run, and there it goes before what stands here.
create table observation_days (
  series_id int not null,
  day date not null,
  -- observations of the day (slots of the grid without one are null in the arrays and not counted)
  n int not null,
  first_at timestamptz not null,
  -- the k-th value (from 0) was observed at first_at + k * step_ms; where times lie on no grid, at first_at + offsets[k] ms
  step_ms int,
  offsets int[],
  -- value = (base + element) / divisor, exactly; where no divisor to 10,000 gives the value back, `exact` holds it
  base int not null,
  divisor int not null,
  small smallint[],
  wide int[],
  exact float8[],
  -- null where all were measured (0)
  qualities smallint[],
  -- the newest batch of the day; a revision of a compacted value carries it
  batch bigint not null,
  primary key (series_id, day),
  check (num_nonnulls(step_ms, offsets) = 1),
  check (num_nonnulls(small, wide, exact) = 1)
) partition by range (day);

-- The days of which anything is compacted: readers of other days need not look.
create table compacted_days (day date primary key, at timestamptz not null);
