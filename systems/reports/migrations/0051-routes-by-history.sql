-- A rule may send to whoever solved the like at the place before, instead of to one unit.
alter table report_routes
  alter column organisation_id drop not null,
  add column by_history boolean not null default false,
  add check (by_history = (organisation_id is null));
