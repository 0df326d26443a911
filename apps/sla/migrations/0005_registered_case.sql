-- When each case was registered, so that those of a month are found without reading all facts. Written with the registration.
CREATE TABLE registered_case (
  case_id text PRIMARY KEY,
  at      timestamptz NOT NULL
);
CREATE INDEX registered_case_at ON registered_case (at, case_id);
INSERT INTO registered_case (case_id, at)
  SELECT case_id, (data -> 'registered' ->> 'at')::timestamptz FROM case_fact WHERE data -> 'registered' ->> 'at' IS NOT NULL;
