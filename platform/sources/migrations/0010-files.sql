-- Each file that a watched folder took, as long as its day is computed; the newest of each station stays.
create table source_files (
  door text not null,
  -- below the door's folder
  path text collate "C" not null,
  -- the station that it is of, where that is known
  entity_id text collate "C",
  taken_at timestamptz not null,
  accepted int not null,
  refused int not null,
  primary key (door, path)
);
create index source_files_newest on source_files (door, entity_id, taken_at);

-- The files of a station, and a door as a whole, are sources of their own: what is counted are files, and of these lines.
alter table source_days
  drop constraint source_days_kind_check,
  add constraint source_days_kind_check check (kind in ('entity', 'device', 'file')),
  -- lines taken of the files
  add column lines int,
  -- entries that wait in quarantine
  add column waiting int,
  add column last_file text;
