-- Rows of the current state are updated in place again and again: room on each page keeps them there (HOT), and no
-- index but the key's is touched. The same holds for open buckets of roll-ups.
alter table series_states set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
