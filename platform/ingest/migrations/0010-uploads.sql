-- Files of observations that people hand in. The file itself lies in the folder `uploads` until its days are over; the row
-- stays, because it says who brought the values in.
create table uploads (
  id uuid primary key,
  name text not null,
  bytes bigint not null,
  sha256 bytea not null,
  -- what the file is found to be: kind, encoding, separator, sheets, headings, first rows (uploads/types.ts)
  facts jsonb not null,
  -- which column is what
  mapping jsonb not null,
  state text not null check (state in ('new', 'checking', 'checked', 'taking', 'done', 'failed')),
  -- why it could not be read to its end
  reason jsonb,
  -- who sent it, with the reach of the right as it was when the person asked; work goes on under it after a restart
  person_id text not null,
  person jsonb not null,
  sent_at timestamptz not null,
  ended_at timestamptz,
  -- counts what was asked for: a run that was asked for before another one writes nothing down any more
  run int not null default 0,
  -- rows read and done with, of the run that `state` names; values taken, rows refused
  rows_done int not null default 0,
  rows_total int,
  accepted int not null default 0,
  refused int not null default 0,
  -- length of the file of refused rows when rows_done was written
  refused_bytes bigint not null default 0,
  -- the first rows as they are understood, and the first that are refused
  preview jsonb not null default '[]',
  flaws jsonb not null default '[]'
);
create index uploads_at_work on uploads (sent_at) where state in ('checking', 'taking');
create index uploads_of_person on uploads (person_id, sent_at desc);

-- Whose values came in by which file: what a person brought is told from what a device sent.
create table upload_series (
  upload_id uuid not null references uploads (id) on delete cascade,
  entity_id text collate "C" not null,
  property text collate "C" not null,
  n int not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (upload_id, entity_id, property)
);
create index upload_series_of on upload_series (entity_id, property, last_at);

-- Which column was what, the last time a person took a file with these headings.
create table upload_columns (
  person_id text not null,
  headings_sha256 bytea not null,
  columns text[] not null,
  primary key (person_id, headings_sha256)
);
