-- Corrections that a person made to stored values: what was done, by whom and why. The values that were replaced lie in
-- `observation_revisions`; `batch` is the event that wrote the new ones, and `replaced_by` of a revision is the same number.
create table corrections (
  id bigint generated always as identity primary key,
  series_id int not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  action text not null check (action in ('replace', 'delete', 'flag', 'restore')),
  n int not null,
  reason text not null,
  made_by text not null,
  made_by_name text not null,
  made_at timestamptz not null,
  batch bigint not null
);
create index corrections_series on corrections (series_id, from_at);
