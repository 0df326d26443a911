-- Answers of commands that came with an Idempotency-Key; written in the transaction of the append, kept 7 days.
CREATE TABLE idempotency (
  caller       text NOT NULL,
  route        text NOT NULL,
  key          text NOT NULL,
  request_hash text NOT NULL,
  answer       jsonb NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- What this service knows of a case from the other services' events. `version` changes with every fact, so that a command
-- that decided on older facts notices.
CREATE TABLE case_fact (
  case_id text PRIMARY KEY,
  version integer NOT NULL,
  data    jsonb NOT NULL
);

-- This service's own copy of the reference data (departments, territories, categories).
CREATE SEQUENCE directory_revision;
CREATE TABLE directory_entry (
  kind     text NOT NULL CHECK (kind IN ('department', 'territory', 'category')),
  code     text NOT NULL,
  data     jsonb NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (kind, code)
);
CREATE INDEX directory_entry_revision ON directory_entry (revision);
