-- What an indicator meant at a time: a changed declaration is a new version; old figures keep theirs.
create table indicator_versions (
  code text not null,
  version int not null,
  title_vi text not null,
  title_en text not null,
  formula text not null,
  unit text not null,
  period text not null check (period in ('day', 'month', 'year')),
  better text not null check (better in ('higher', 'lower')),
  target float8,
  law_vi text,
  law_en text,
  valid_from timestamptz not null,
  primary key (code, version)
);

-- The figure of a closed period as it was when it was closed, over everything (no one's limited view).
create table indicator_snapshots (
  code text not null,
  period text not null,
  version int not null,
  value float8,
  inputs jsonb not null,
  computed_at timestamptz not null,
  primary key (code, period),
  foreign key (code, version) references indicator_versions (code, version)
);
