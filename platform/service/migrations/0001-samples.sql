-- How full the disks were, an hour apart: the trend that says how many days are left.
create table service_samples (
  name text collate "C" not null,
  at timestamptz not null,
  value float8 not null,
  primary key (name, at)
);
