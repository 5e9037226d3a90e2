-- What each `observations` event brought, as followers in any process read it: the rows as they were then, whatever
-- became of them since (a correction, a compacted day). Kept until every follower has passed it, and a day more.
create table event_batches (
  event_id bigint primary key,
  -- platform/events/batches.ts says what the bytes are
  rows bytea not null
);
alter table event_batches alter column rows set storage external;
