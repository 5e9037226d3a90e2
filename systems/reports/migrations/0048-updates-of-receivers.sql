-- A receiver's own system reports back by Open311 with the api_key of this device.
alter table report_receivers add column client_id text;
create unique index report_receivers_client on report_receivers (client_id) where client_id is not null;

-- What such a system has said: said again, it is the same.
create table report_client_updates (
  client_id text not null,
  update_id text not null,
  case_id uuid not null references reports (case_id),
  -- how we call it
  number text not null,
  at timestamptz not null,
  primary key (client_id, update_id)
);
