-- When each running clock may fire. One row per running clock, written with the clock's events; the truth is in the events.
-- `fire_at` is the due time. For a clock that was already past due when it was recorded (an import) it is pushed ahead with every
-- event of the case, so that it fires only once the case has been quiet.
CREATE TABLE timer (
  clock_id      uuid PRIMARY KEY,
  case_id       text NOT NULL,
  due_at        timestamptz NOT NULL,
  fire_at       timestamptz NOT NULL,
  recorded_late boolean NOT NULL
);
CREATE INDEX timer_fire_at ON timer (fire_at);
CREATE INDEX timer_case ON timer (case_id);

-- Policies as dated rows. A row is never changed; a later `effective_from` supersedes it.
CREATE TABLE policy (
  id             text NOT NULL,
  effective_from timestamptz NOT NULL,
  data           jsonb NOT NULL,
  PRIMARY KEY (id, effective_from)
);

-- Published years of the working calendar. The newest revision of a year counts; older ones stay.
CREATE TABLE calendar (
  year     integer NOT NULL,
  version  text NOT NULL,
  data     jsonb NOT NULL,
  revision bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (year, version)
);
