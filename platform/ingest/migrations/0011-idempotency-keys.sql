-- Answers that were given, kept for a day: who sends a batch again under the same key gets the same answer.
create table idempotency_keys (
  -- kind and id of who called: one device's keys are nothing to another
  caller text not null,
  key text not null,
  door text not null,
  -- sha256 of the body; null while the work runs
  fingerprint bytea,
  status int,
  answer text,
  -- until when the work may take; past it, it died with its process and the key may be used anew
  claimed_until timestamptz not null,
  expires_at timestamptz not null,
  primary key (caller, key)
);
create index idempotency_keys_expire on idempotency_keys (expires_at);
