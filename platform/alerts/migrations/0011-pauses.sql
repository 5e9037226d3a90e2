-- Times in which something is not alarmed: planned maintenance.
create table alert_pauses (
  id uuid primary key,
  -- what it is about: those parts that are given must all fit
  scope jsonb not null,
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at),
  -- within it only at these times of the week: [{from, to, days}]; null: all the time
  weekly jsonb,
  reason text not null,
  -- the scope in plain words
  words jsonb not null,
  area_code text,
  organisation_id text,
  made_by text not null,
  made_name text not null,
  made_at timestamptz not null,
  ended_by text,
  ended_name text,
  ended_at timestamptz
);
create index alert_pauses_time on alert_pauses (until_at) where ended_at is null;

-- What would have alerted. It waits until its pause is over; what still holds then is raised.
create table alert_held (
  id uuid primary key,
  key text collate "C" not null,
  pause_id uuid not null references alert_pauses (id),
  entity_id text collate "C" not null,
  entity_name text not null,
  title jsonb not null,
  severity smallint not null,
  area_code text,
  organisation_id text,
  is_public boolean not null,
  times int not null,
  since_at timestamptz not null,
  last_at timestamptz not null,
  -- the condition ended within the pause
  over_at timestamptz,
  -- it was raised after all
  released_at timestamptz,
  -- as it would have been raised
  alert jsonb not null
);
create unique index alert_held_waiting on alert_held (key) where over_at is null and released_at is null;
create index alert_held_pause on alert_held (pause_id, since_at desc);
create index alert_held_entity on alert_held (entity_id, since_at desc);
