-- Hours of work: which days of the week, and from when to when (minutes after midnight, Vietnam time).
create table calendar_hours (
  id text primary key,
  valid_from date,
  valid_to date,
  weekdays int[] not null,
  spans jsonb not null,
  source text not null,
  confirmed_by text
);

-- Holidays that come back every year, by law.
create table calendar_rules (
  code text primary key,
  title_vi text not null,
  title_en text not null,
  -- solar or lunar day and month; a lunar day counts from the lunar new year of that solar year
  reckoning text not null check (reckoning in ('solar', 'lunar')),
  month int not null check (month between 1 and 12),
  day int not null check (day between 1 and 30),
  -- always: off every year; when-confirmed: off once somebody confirmed the rule; by-decision: days entered each year
  counts text not null check (counts in ('always', 'when-confirmed', 'by-decision')),
  -- how many days the law gives, this one included
  days int not null,
  valid_from date,
  valid_to date,
  source text not null,
  confirmed_by text
);

-- Days set by a decision: off (Tết, the second day of National Day, compensation) or worked (made up for).
create table calendar_days (
  day date primary key,
  kind text not null check (kind in ('off', 'working')),
  reason text not null check (reason in ('tet', 'national-day', 'compensatory', 'swap', 'other')),
  title_vi text not null,
  title_en text not null,
  source text not null,
  confirmed_by text,
  entered_by text not null,
  entered_at timestamptz not null
);

create table calendar_state (
  only_row boolean primary key default true check (only_row),
  data_version int not null,
  revision int not null
);
insert into calendar_state (data_version, revision) values (0, 0);
