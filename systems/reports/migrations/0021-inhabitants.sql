-- How many people live in a commune, entered by an administrator with its source: figures are set beside one another
-- per thousand of them, and say so where nobody has entered any.
create table report_inhabitants (
  area_code text primary key,
  inhabitants int not null check (inhabitants > 0),
  year int not null,
  source text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
