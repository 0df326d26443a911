-- Inline projection: what each case puts into the three rates, to be summed by month and department.
-- A database from before this table (they are of development only) has a case's row from the case's next event on.
CREATE TABLE case_rate (
  case_id           uuid PRIMARY KEY,
  facts             jsonb NOT NULL,
  period            text,
  department        text,
  in_scope          integer NOT NULL DEFAULT 0,
  contacted_in_time integer NOT NULL DEFAULT 0,
  reached           integer NOT NULL DEFAULT 0,
  resolved          integer NOT NULL DEFAULT 0,
  satisfied         integer NOT NULL DEFAULT 0
);
CREATE INDEX case_rate_by_period ON case_rate (period, department);
