-- The register of firms. Events name a firm by its id; the name stays here.
CREATE TABLE firm (
  firm_id   uuid PRIMARY KEY,
  name      text NOT NULL,
  building  text NOT NULL,
  floor     text,
  active    boolean NOT NULL,
  version   integer NOT NULL,
  UNIQUE (building, name)
);

-- Contacts of a firm stand beside those of the cases' requesters.
ALTER TABLE requester_contact ALTER COLUMN case_id DROP NOT NULL, ADD COLUMN firm_id uuid UNIQUE,
  ADD CONSTRAINT requester_contact_of_one CHECK ((case_id IS NULL) <> (firm_id IS NULL));

-- Which door an id stands for. The id follows from territory, building and door by a keyed hash, so two who visit the same door write the same row.
CREATE TABLE household (
  household_id uuid PRIMARY KEY,
  territory    text NOT NULL,
  building     text,
  door         text NOT NULL
);

-- Visits as they were written: the event has the note masked.
CREATE TABLE visit (
  visit_id     uuid PRIMARY KEY,
  visited_at   timestamptz NOT NULL,
  territory    text NOT NULL,
  firm_id      uuid,
  household_id uuid,
  plan_id      uuid,
  post         text NOT NULL,
  portfolio    text,
  met          boolean NOT NULL,
  note         text,
  visited_by   text NOT NULL,
  case_ids     uuid[] NOT NULL
);
CREATE INDEX visit_time ON visit (visited_at, visit_id);
CREATE INDEX visit_firm ON visit (firm_id, visited_at) WHERE firm_id IS NOT NULL;
CREATE INDEX visit_household ON visit (household_id, visited_at) WHERE household_id IS NOT NULL;
CREATE INDEX visit_plan_of ON visit (plan_id) WHERE plan_id IS NOT NULL;

-- Plans of visits, for lists and progress.
CREATE TABLE visit_plan (
  plan_id   uuid PRIMARY KEY,
  title     text NOT NULL,
  territory text NOT NULL,
  first_day date NOT NULL,
  last_day  date NOT NULL,
  posts     jsonb NOT NULL,
  ended_at  timestamptz,
  version   integer NOT NULL
);
CREATE INDEX visit_plan_days ON visit_plan (first_day, plan_id);
