-- How long values are kept, as an administrator stated it, with the reason. What no class names is kept for ever.
create table retention_classes (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{1,39}$'),
  title text not null,
  -- single values; at least as long as screens and rules look back at them
  raw_days int not null check (raw_days >= 31),
  -- hour sums; null for ever. Day sums are kept for ever. A margin, so that what is computed from hours finds them.
  hour_days int check (hour_days >= raw_days + 31),
  -- the law, or why
  reason text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  -- nothing goes before, so that a mistake can be taken back
  effective_at timestamptz not null
);
-- Which values a class is of; '' stands for all properties of the type that are not named elsewhere.
create table retention_members (
  type text not null,
  property text not null,
  class_id text not null references retention_classes on delete cascade,
  primary key (type, property)
);
-- What has gone: no value of the property before this UTC day is stored any more, whatever the class says today. Sums
-- before it are never made again.
create table retention_floors (
  type text not null,
  property text not null,
  before date not null,
  primary key (type, property)
);
-- What is held, by type and property, as the nightly run counted it in the compacted days.
create table retention_held (
  type text not null,
  property text not null,
  observations float8 not null,
  bytes float8 not null,
  first_day date,
  measured_at timestamptz not null,
  primary key (type, property)
);
