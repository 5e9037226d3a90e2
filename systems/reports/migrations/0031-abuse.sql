-- The same text from many is found by its digest.
alter table report_senders add column text_digest bytea;
create index report_senders_text on report_senders (text_digest, at);
create index report_senders_device on report_senders (device_digest, at) where device_digest is not null;
create index report_senders_network on report_senders (network_digest, at) where network_digest is not null;

-- What a photo is, by its content.
create table report_photo_prints (
  file_id uuid primary key,
  case_id uuid not null references reports (case_id),
  print text not null,
  at timestamptz not null
);
create index report_photo_prints_print on report_photo_prints (print, at);

-- What the program noticed about a report, for a moderator to judge. Nothing is refused or hidden because of it.
create table report_flags (
  id bigint generated always as identity primary key,
  case_id uuid not null references reports (case_id),
  kind text not null check (kind in ('same-text', 'same-photo', 'links', 'gibberish', 'many-from-one')),
  detail jsonb not null,
  at timestamptz not null,
  judged_at timestamptz,
  judged_by_name text,
  verdict text check (verdict in ('fine', 'abuse')),
  unique (case_id, kind)
);
create index report_flags_waiting on report_flags (at desc) where judged_at is null;

-- Who may not send for a while. `mark` is a keyed digest: the list names nobody. A row is never deleted.
create table report_blocks (
  id uuid primary key,
  kind text not null check (kind in ('account', 'contact', 'device', 'network')),
  mark bytea not null,
  -- the report because of which it was made: the evidence
  case_id uuid references reports (case_id),
  reason text not null,
  made_at timestamptz not null,
  made_by text not null,
  made_by_name text not null,
  until timestamptz not null,
  appeal text,
  appealed_at timestamptz,
  lifted_at timestamptz,
  lifted_by_name text,
  lifted_why text
);
create index report_blocks_mark on report_blocks (mark, until);
