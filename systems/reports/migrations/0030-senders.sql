-- How a sender is known again without knowing them: keyed digests of what they gave. Read by the block list and by the
-- look for floods. The contact itself, as typed and confirmed by nobody, is sealed with the report's subject.
create table report_secrets (
  name text primary key,
  value bytea not null
);

create table report_senders (
  case_id uuid primary key references reports (case_id),
  -- the integration that handed it in (a device of the room `ingest`); null: our own pages
  client_id text,
  contact_sealed bytea,
  contact_digests bytea[] not null default '{}',
  device_digest bytea,
  network_digest bytea,
  at timestamptz not null
);
create index report_senders_at on report_senders (at);

-- Open311: who holds the token may learn the number of a report that the public never sees.
create table report_tokens (
  token_hash bytea primary key,
  case_id uuid not null references reports (case_id)
);

-- Addresses of pictures that came with a report, fetched afterwards through the guard of connectors.
create table report_media (
  id uuid primary key,
  case_id uuid not null references reports (case_id),
  n int not null,
  url text not null,
  state text not null check (state in ('waiting', 'taken', 'refused')),
  attempts int not null default 0,
  next_at timestamptz not null,
  reason text
);
create index report_media_waiting on report_media (next_at) where state = 'waiting';

create index reports_published_received on reports (received_at desc, case_id) where published_at is not null;
