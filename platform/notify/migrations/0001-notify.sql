-- What a person is told inside the platform: at most one for an event and a person.
create table notifications (
  id uuid primary key,
  event_id bigint not null,
  user_id text not null,
  kind text not null,
  -- what it is about: 'alert', 'case' or 'task', and its id
  subject_kind text not null,
  subject_id text not null,
  title jsonb not null,
  text jsonb not null,
  provenance text,
  created_at timestamptz not null,
  read_at timestamptz,
  unique (event_id, user_id)
);
create index notifications_own on notifications (user_id, created_at desc);
create index notifications_unread on notifications (user_id) where read_at is null;

-- What leaves the platform. A row is written with its notification and sent afterwards, at least once.
create table messages (
  id uuid primary key,
  notification_id uuid not null references notifications (id),
  channel text not null check (channel in ('email')),
  address text not null,
  subject text not null,
  body text not null,
  -- the same in every attempt, so that a mail server or reader can tell a repetition
  message_id text not null unique,
  state text not null check (state in ('waiting', 'sent', 'dead')),
  attempts int not null default 0,
  next_at timestamptz not null,
  -- while one process sends it, no other does; after a crash it is free again
  leased_until timestamptz,
  created_at timestamptz not null,
  done_at timestamptz,
  reason text
);
create index messages_due on messages (next_at) where state = 'waiting';
