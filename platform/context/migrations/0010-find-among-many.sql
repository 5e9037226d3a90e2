-- Lists by name in Vietnamese order. All that a list filters by lies in the index too, so that a page far down, or a
-- rare match, is found without reading a row for each one passed by. (The order is the server's ICU: after a change of
-- its version `reindex` as the server's warning says.)
create index entities_by_name on entities (name collate "vi-x-icu", id)
  include (name_plain, type, area_code, organisation_id, is_public, provenance);
create index entities_by_type_and_name on entities (type, name collate "vi-x-icu", id)
  include (name_plain, area_code, organisation_id, is_public, provenance);
create index entities_place on entities using gist (point(lon, lat));
-- Equality within properties, and which entities point to one.
create index entities_properties on entities using gin (properties jsonb_path_ops);
