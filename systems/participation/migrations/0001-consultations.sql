create table consultations (
  id uuid primary key,
  title text not null,
  search_plain text not null,
  -- plain text with line breaks: what it is about, and what will be done with the result
  body text not null,
  organisation_id text not null,
  -- the place it concerns; who lives there may vote (null: the whole province)
  area_code text,
  question jsonb not null,
  -- the result binds the organisation; else it advises
  binding boolean not null,
  -- least number of binding votes for a result to stand
  quorum int not null check (quorum >= 0),
  state text not null check (state in ('draft', 'published', 'closed', 'cancelled')),
  opens_at timestamptz not null,
  closes_at timestamptz not null check (closes_at > opens_at),
  -- a credential's signer for each list of voters, and the key that makes pseudonyms and receipts; the pseudonyms' key
  -- is destroyed when the count is done, and nobody can tell afterwards whose pseudonym was whose
  signers jsonb not null,
  receipt_key text not null,
  receipt_public_key text not null,
  roll_key bytea,
  result jsonb,
  counted_at timestamptz,
  cancel_reason text,
  from_initiative uuid,
  provenance text not null check (provenance in ('measured', 'simulated')),
  created_by text not null,
  created_at timestamptz not null,
  version int not null default 1,
  check (state = 'closed' or roll_key is not null)
);
create index consultations_area on consultations (area_code);
create index consultations_organisation on consultations (organisation_id);
create index consultations_listed on consultations (closes_at desc) where state in ('published', 'closed');
create index consultations_search on consultations using gin (search_plain gin_trgm_ops);

-- Who was given a ballot: a pseudonym that holds for this consultation only. No time of day, and nothing of the ballot.
create table voting_roll (
  consultation_id uuid not null references consultations (id),
  pseudonym bytea not null,
  list text not null check (list in ('national-id', 'code', 'paper')),
  given_on date not null,
  -- the request and its answer, so that a lost answer can be asked for again
  blinded text,
  blind_signature text,
  paper_batch uuid,
  primary key (consultation_id, pseudonym),
  check ((list = 'paper') = (paper_batch is not null)),
  check ((list = 'paper') = (blinded is null))
);
create index voting_roll_batch on voting_roll (paper_batch) where paper_batch is not null;

-- What was voted: nothing of who. No time either: rows of one minute would be told apart by it.
create table ballots (
  consultation_id uuid not null references consultations (id),
  key text not null,
  list text not null check (list in ('national-id', 'code')),
  credential text not null,
  choices text[] not null,
  signature text not null,
  receipt text not null,
  primary key (consultation_id, key)
);
create unique index ballots_receipt on ballots (consultation_id, receipt);

create table paper_batches (
  id uuid primary key,
  consultation_id uuid not null references consultations (id),
  area_code text not null,
  -- of the one who entered it
  organisation_id text,
  place text not null,
  counts jsonb not null,
  spoiled int not null check (spoiled >= 0),
  voters int not null check (voters >= 0),
  entered_by text not null,
  entered_by_name text not null,
  entered_at timestamptz not null,
  checked_by text,
  checked_by_name text,
  checked_at timestamptz,
  check (checked_by <> entered_by)
);
create index paper_batches_consultation on paper_batches (consultation_id);
