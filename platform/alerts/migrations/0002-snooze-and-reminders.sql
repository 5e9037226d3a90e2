-- Put off until a time, by whom and why; and when whoever is on duty is reminded next that nobody has it.
alter table alerts
  add column snoozed_until timestamptz,
  add column snoozed_by text,
  add column snoozed_name text,
  add column snooze_reason text,
  add column remind_at timestamptz,
  add column reminders int not null default 0,
  add constraint alerts_snooze check ((snoozed_until is null) = (snoozed_by is null));
create index alerts_due on alerts (least(remind_at, snoozed_until)) where state = 'open';
