-- Conditions that begin and end all the time; and the type of an alert's entity, for statistics.
alter table alerts
  add column turns jsonb not null default '[]',
  add column flapping jsonb,
  add column quiet_at timestamptz,
  add column entity_type text collate "C";
create index alerts_quiet on alerts (quiet_at) where quiet_at is not null;
create index alerts_known on alerts (known_at);
update alerts set entity_type = e.type from entities e where e.id = alerts.entity_id;
