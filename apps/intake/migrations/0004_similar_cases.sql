-- What a case is found by when somebody asks for the same again (libs/similar-cases). Written with the events of the case, so every copy of the service finds the same.
-- As a text does, a fingerprint stays in intake.
CREATE TABLE similar_case (
  case_id       uuid PRIMARY KEY,
  registered_at timestamptz NOT NULL,
  territory     text NOT NULL,
  requester     text,                 -- keyed hash of the requester's phone or account; null when neither is known
  ended_at      timestamptz,
  fingerprint   bytea NOT NULL,
  keys          integer[] NOT NULL    -- the grams of the fingerprint that it is found by
) WITH (fillfactor = 90);
-- A registration should be found a moment later without a list of what is pending, which every question would read.
CREATE INDEX similar_case_keys ON similar_case USING gin (keys) WITH (fastupdate = off);
CREATE INDEX similar_case_requester ON similar_case (requester) WHERE requester IS NOT NULL;

-- How far cases from before this table have been added, by case id; a service does it by itself. One row.
CREATE TABLE similar_case_fill (
  after uuid NOT NULL,
  done  boolean NOT NULL
);
INSERT INTO similar_case_fill VALUES ('00000000-0000-0000-0000-000000000000', false);
