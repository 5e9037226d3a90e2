-- Push messages to browsers (RFC 8030). The server's own key (RFC 8292) is made at the first use and stays in the
-- database, as other keys that all processes share: whoever has it could send in our name, to these browsers only.
create table push_keys (
  one boolean primary key default true check (one),
  public_key text not null,
  private_key text not null
);

-- Which browser is told about what. What `about` names is its system's matter: a follower of a report, a citizen.
create table push_subscriptions (
  about text not null,
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  created_at timestamptz not null,
  primary key (about, endpoint)
);
-- An address that its push service does not know any more goes wherever it stands.
create index push_subscriptions_endpoint on push_subscriptions (endpoint);

alter table messages drop constraint messages_channel_check;
alter table messages add constraint messages_channel_check check (channel in ('email', 'sms', 'push'));
