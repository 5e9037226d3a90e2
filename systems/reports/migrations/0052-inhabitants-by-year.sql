-- Inhabitants of each year stay, so that the figures of a former year are set against its people.
alter table report_inhabitants drop constraint report_inhabitants_pkey;
alter table report_inhabitants add primary key (area_code, year);
