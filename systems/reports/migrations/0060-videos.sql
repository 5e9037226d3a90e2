-- The short video of a report: for who sent it and who handles it, never for the public (faces and plates move in it).
create table report_videos (
  file_id uuid primary key,
  upload_id uuid not null unique,
  case_id uuid not null unique references reports (case_id)
);
