-- Open buckets are written again and again: room on each page keeps the new version beside the old one.
alter table rollups set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
