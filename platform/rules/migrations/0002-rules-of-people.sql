-- Rules that people made are declared by no system.
alter table rules alter column declared drop not null;

-- Which step of judging was committed last. A process whose last step this is holds in memory what is in the tables,
-- and reads nothing again; any other (a crash, a step undone, another process) begins with the tables.
alter table rule_stamp add column last_step text;

-- What was not raised because something that its entity depends on is out; said on the entity.
create table rule_held (
  key text collate "C" primary key,
  entity_id text collate "C" not null,
  title jsonb not null,
  since timestamptz not null,
  -- the entity that is out, and the rule that says so; null: it is silent itself
  by_entity text collate "C" not null,
  by_rule text collate "C"
);
create index rule_held_entity on rule_held (entity_id);

-- Trials of a rule over stored history. A trial that was not finished and has not moved for a while has died.
create table rule_trials (
  id uuid primary key,
  rule jsonb not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  started_by text not null,
  started_at timestamptz not null,
  moved_at timestamptz not null,
  done int not null,
  total int not null,
  -- null while it runs
  result jsonb,
  problem jsonb
);
