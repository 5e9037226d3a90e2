-- What was handed in. The content lies on disk under its sha256; a row is written only after the content is there.
create table files (
  id uuid primary key,
  -- of the content as it is stored (images are re-encoded), not as it was sent
  sha256 text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
  thumbnail_sha256 text collate "C" check (thumbnail_sha256 ~ '^[0-9a-f]{64}$'),
  media_type text not null,
  bytes bigint not null,
  width int,
  height int,
  name text not null,
  uploaded_by text not null,
  area_code text,
  organisation_id text,
  -- what it belongs to, '<kind>:<id>': the kind's room says who may see it
  subject text collate "C" not null,
  created_at timestamptz not null
);
create index files_subject on files (subject, created_at);
create index files_sha256 on files (sha256);
create index files_thumbnail on files (thumbnail_sha256);
