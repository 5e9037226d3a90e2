-- Surveys of satisfaction after a service of one unit.
create table surveys (
  id uuid primary key,
  title text not null,
  intro text not null,
  service text not null,
  organisation_id text not null,
  area_code text,
  questions jsonb not null,
  closes_at timestamptz not null,
  closed_at timestamptz,
  provenance text not null check (provenance in ('measured', 'simulated')),
  created_by text not null,
  created_at timestamptz not null
);
create index surveys_organisation on surveys (organisation_id);
create index surveys_area on surveys (area_code);

-- One answer for each invitation. Only its digest is kept: whoever reads this table cannot answer for anybody.
create table survey_invitations (
  token_hash bytea primary key,
  survey_id uuid not null references surveys (id),
  made_on date not null,
  used boolean not null default false
);
create index survey_invitations_survey on survey_invitations (survey_id, made_on);

-- Nothing of the invitation and no time of day: an answer cannot be followed back to a person.
create table survey_answers (
  id uuid primary key,
  survey_id uuid not null references surveys (id),
  answered_on date not null,
  answers jsonb not null
);
create index survey_answers_survey on survey_answers (survey_id);
