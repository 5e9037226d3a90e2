-- Uploads that arrive in pieces. How much is there is said by the file on disk alone: what a killed server has written
-- is there, and what it has not is sent again.
create table file_uploads (
  id uuid primary key,
  name text not null,
  -- as promised at the beginning
  bytes bigint not null,
  created_at timestamptz not null,
  -- whole and examined; until somebody takes it
  file_id uuid references files (id)
);
create index file_uploads_created on file_uploads (created_at);
