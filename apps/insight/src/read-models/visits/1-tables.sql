CREATE TABLE visits_vN (
  id            uuid PRIMARY KEY,
  visited_at    timestamptz NOT NULL,
  territory     text NOT NULL,
  firm_id       uuid,
  household_id  uuid,
  plan_id       uuid,
  post          text NOT NULL,
  portfolio     text,
  met           boolean NOT NULL,
  case_ids      text[] NOT NULL,
  visited_by    text NOT NULL
);

CREATE TABLE firms_vN (
  id            uuid PRIMARY KEY,
  building      text NOT NULL,
  floor         text,
  active        boolean NOT NULL,
  registered_at timestamptz
);

CREATE TABLE visit_plans_vN (
  id            uuid PRIMARY KEY,
  title         text,
  territory     text,
  first_day     date,
  last_day      date,
  posts         jsonb,
  ended_at      timestamptz
);
