-- Messages to people without an inbox here: citizens, and bodies outside the authorities.
alter table messages alter column notification_id drop not null;
alter table messages drop constraint messages_channel_check;
alter table messages add constraint messages_channel_check check (channel in ('email', 'sms'));
-- The address and text of a citizen's message are wiped when it is done with.
alter table messages add column personal boolean not null default false;
drop index messages_due;
create index messages_due on messages (channel, next_at) where state = 'waiting';
