-- After an outage of whatever carries messages, people are told the last state of what concerns them, once: an older
-- message about the same thing gives way to a newer one that waits too.
alter table messages add column about text;
-- When nobody wants to hear of it any more; null: three days after it was written.
alter table messages add column expires_at timestamptz;
create index messages_about on messages (channel, address, about) where state = 'waiting' and about is not null;
