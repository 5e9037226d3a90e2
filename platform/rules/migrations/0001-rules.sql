create table rules (
  id text collate "C" primary key,
  version int not null,
  definition jsonb not null,
  -- what the system declares, kept beside an edit so that both can be seen
  declared jsonb not null,
  enabled boolean not null,
  edited_by text,
  edited_name text,
  edited_at timestamptz not null
);

-- Every version that ever judged: an old alert is explained by the rule of its time.
create table rule_versions (
  rule_id text collate "C" not null,
  version int not null,
  definition jsonb not null,
  enabled boolean not null,
  edited_by text,
  edited_name text,
  edited_at timestamptz not null,
  primary key (rule_id, version)
);

-- Counts edits: a process whose rules are of another number reads them again. Its row also makes an edit and a step
-- of judging wait for each other.
create table rule_stamp (
  only_one boolean primary key default true check (only_one),
  n bigint not null
);
insert into rule_stamp (n) values (0);

-- Until when each watched series is judged; one row for a series, however many rules it has.
create table rule_watches (
  series_id int primary key,
  last_at timestamptz not null
);

-- Runs that go on: a rule without a row here is idle for that entity.
create table rule_states (
  rule_id text collate "C" not null,
  entity_id text collate "C" not null,
  version int not null,
  -- when the condition began to hold, when it was last seen to hold
  since timestamptz not null,
  last_true timestamptz not null,
  -- of the observation that made it an alert; null while it has not held long enough
  active_from timestamptz,
  primary key (rule_id, entity_id)
);
create index rule_states_entity on rule_states (entity_id);

-- Every time a condition held long enough: late data must not raise again what was raised.
create table rule_episodes (
  rule_id text collate "C" not null,
  entity_id text collate "C" not null,
  since timestamptz not null,
  reached_at timestamptz not null,
  until_at timestamptz,
  -- corrected data took its ground away
  withdrawn boolean not null default false,
  version int not null,
  primary key (rule_id, entity_id, since)
);

-- What was not judged in order: too old, of the future, late.
create table rule_tallies (
  reason text primary key,
  n bigint not null,
  last_at timestamptz not null
);

-- When the platform was up: silence counts only then.
create table platform_uptime (
  from_at timestamptz primary key,
  to_at timestamptz not null
);

create table rule_silences (
  entity_id text collate "C" primary key,
  since timestamptz not null,
  raised_at timestamptz not null
);
