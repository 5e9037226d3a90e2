-- How many parts were refused: of a long list of reasons only the first thousand are kept.
alter table quarantine add column refused integer;
update quarantine set refused = jsonb_array_length(reasons);
alter table quarantine alter column refused set not null;
-- Whose data these would have been, where a file says so and its station is known.
alter table quarantine add column entity_id text collate "C";
-- An entry names what its bytes are in, so that they can be read again.
update quarantine set door = case door
  when 'thingsboard' then case when source like '%attributes' then 'thingsboard/attributes' else 'thingsboard/telemetry' end
  when 'chirpstack' then 'chirpstack/up'
  when 'sensorthings' then case when substring(bytes from 1 for 1) = '['::bytea then 'sensorthings/array' else 'sensorthings/one' end
  else door end;
