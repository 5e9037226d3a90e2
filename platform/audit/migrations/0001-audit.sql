-- Who did what: written in the transaction of the change, never changed, never deleted.
create table audit_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  actor_organisation_id text,
  action text not null,
  subject text,
  area_code text,
  organisation_id text,
  detail jsonb not null,
  request_id text,
  ip text
);
create index audit_entries_at on audit_entries (at desc, id desc);
create index audit_entries_actor on audit_entries (actor_id, at desc);
create index audit_entries_subject on audit_entries (subject, at desc);
create index audit_entries_action on audit_entries (action text_pattern_ops, at desc);
create index audit_entries_organisation on audit_entries (organisation_id, at desc);
create index audit_entries_area on audit_entries (area_code, at desc);

-- One link for each entry, in the order of chaining: an entry that commits late gets a later link, none is skipped.
-- hash = sha256(hash of the link before || canonical JSON of link and entry); the first one's forerunner is 32 zeros.
create table audit_chain (
  sequence bigint primary key check (sequence > 0),
  entry_id bigint not null unique,
  chained_at timestamptz not null,
  hash bytea not null check (octet_length(hash) = 32)
);

-- Entries not chained yet. An entry that is neither here nor in the chain was put in past this table's trigger.
create table audit_waiting (
  entry_id bigint primary key
);

create function audit_wait() returns trigger language plpgsql as $$
begin
  insert into audit_waiting (entry_id) values (new.id);
  return null;
end $$;
create trigger audit_entries_wait after insert on audit_entries for each row execute function audit_wait();

create function audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % on % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entries_only_grow before update or delete or truncate on audit_entries
  for each statement execute function audit_refuse();
create trigger audit_chain_only_grow before update or delete or truncate on audit_chain
  for each statement execute function audit_refuse();
-- Also in sessions that claim to be a replica.
alter table audit_entries enable always trigger audit_entries_wait;
alter table audit_entries enable always trigger audit_entries_only_grow;
alter table audit_chain enable always trigger audit_chain_only_grow;
