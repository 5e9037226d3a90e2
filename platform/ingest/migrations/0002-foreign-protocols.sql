-- Devices that speak another platform's protocol: what their names mean here (platform/ingest/protocols/mapping.ts), and
-- what they say of themselves (firmware, battery, texts), the newest of each.
alter table devices
  add column mapping jsonb not null default '{}',
  add column attributes jsonb not null default '{}';
