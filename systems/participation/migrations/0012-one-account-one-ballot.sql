-- A person who signs in by the national identity and later by a code is two subjects of one account: one ballot. Like the
-- pseudonym this is a digest under the consultation's key, which is destroyed when it is counted.
alter table voting_roll add column account bytea;
create unique index voting_roll_account on voting_roll (consultation_id, account);
