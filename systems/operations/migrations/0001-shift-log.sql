-- The shift log: what the operators write down, append-only; a hand-over is confirmed by the one who takes over.
create table shift_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  user_id text not null,
  user_name text not null,
  organisation_id text,
  kind text not null check (kind in ('note', 'begin', 'handover', 'takeover')),
  text text not null,
  confirms bigint references shift_entries (id)
);
create index shift_entries_at on shift_entries (at desc);
-- One hand-over is taken over once, also when two operators press at the same moment.
create unique index shift_entries_confirms on shift_entries (confirms) where confirms is not null;
