-- A category is in use from a day until a day, instead of by a switch: what was used is closed with a date and stays.
alter table report_categories
  add column active_from date,
  -- the last day on which new reports of it are taken
  add column active_until date,
  -- false: what the officer writes goes out without the head of the unit
  add column needs_approval boolean not null default true,
  add check (active_from is null or active_until is null or active_from <= active_until);
update report_categories set active_until = (updated_at at time zone 'Asia/Ho_Chi_Minh')::date where not active;
alter table report_categories drop column active;
-- Fields of a form have an order, which jsonb does not keep.
alter table report_categories alter column form type json using form::json;
