-- Bodies outside the authorities (power, water, telecommunications, waste) that get their reports without an account.
create table report_receivers (
  organisation_id text primary key,
  email text,
  -- reports are posted here as JSON, signed with the secret
  url text,
  secret bytea not null,
  -- its own clock, from the moment that a report is handed over
  clock jsonb not null,
  active boolean not null,
  version int not null,
  updated_at timestamptz not null,
  updated_by text not null,
  check (email is not null or url is not null)
);

create table report_handovers (
  id uuid primary key,
  case_id uuid not null references reports (case_id),
  organisation_id text not null,
  via text not null check (via in ('email', 'api')),
  -- 'waiting' for the API to take it; by e-mail it is 'sent' with the message
  state text not null check (state in ('waiting', 'sent', 'accepted', 'answered', 'declined', 'failed', 'withdrawn')),
  made_at timestamptz not null,
  expires_at timestamptz not null,
  due_at timestamptz,
  attempts int not null default 0,
  next_at timestamptz not null,
  -- why the API did not take it, or why the receiver declined
  reason text,
  accepted_at timestamptz,
  answered_at timestamptz,
  reminded_at timestamptz
);
-- One at a time: a report that comes back to a body is handed over anew.
create unique index report_handovers_open on report_handovers (case_id, organisation_id)
  where state in ('waiting', 'sent', 'accepted');
create index report_handovers_waiting on report_handovers (next_at) where state = 'waiting';
create index report_handovers_due on report_handovers (due_at) where state in ('sent', 'accepted') and reminded_at is null;
