-- Lists of half a million: with one index by time alone, a commune or a step with few reports was looked for through all
-- of them (0.6 s and more, two cores), and the desk's first page sorted all that is open.
create index reports_published_area on reports (area_code, published_at desc, case_id desc) where published_at is not null;
create index reports_published_step on reports (step, published_at desc, case_id desc) where published_at is not null;
-- In the order of the desk; its first column says what the condition says, for the desk sorts by it.
create index reports_open_order on reports ((closed_at is not null), rung desc, due_at, received_at desc, case_id)
  where closed_at is null;
create index reports_received on reports (received_at desc, case_id);
