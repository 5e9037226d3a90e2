-- What opened lately, by what it may share with others; rows older than the window of a storm are taken away.
create table alert_openings (
  share text collate "C" not null,
  at timestamptz not null,
  alert_id uuid not null,
  primary key (share, at, alert_id)
);

-- A storm: alerts that opened in a short time and share one thing.
create table alert_groups (
  id uuid primary key,
  kind text not null check (kind in ('site', 'rule-area', 'rule')),
  -- the thing: 'on:<entity>', '<source>@<area>' or '<source>'
  share text collate "C" not null,
  source text collate "C",
  entity_id text collate "C",
  area_code text,
  title jsonb not null,
  opened_at timestamptz not null,
  -- when an alert last joined
  joined_at timestamptz not null,
  worst smallint not null check (worst between 1 and 5),
  -- the wider group that took its members
  into_id uuid
);
create index alert_groups_open on alert_groups (share, joined_at) where into_id is null;

-- Apart from `alerts`: who puts another's alert into a group does not wait for whoever moves that alert.
create table alert_members (
  alert_id uuid primary key,
  group_id uuid not null,
  joined_at timestamptz not null
);
create index alert_members_group on alert_members (group_id);

-- Units whose people were told of a group, and when it was last said that nobody has it.
create table alert_group_places (
  group_id uuid not null,
  area_code text not null,
  organisation_id text not null,
  primary key (group_id, area_code, organisation_id)
);
create table alert_group_reminders (
  group_id uuid primary key,
  at timestamptz not null
);
