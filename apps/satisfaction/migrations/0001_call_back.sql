-- Inline projection: written in the transaction of the events, so the list of due call-backs never lags behind its own commands.
CREATE TABLE call_back (
  call_back_id  uuid PRIMARY KEY,
  case_id       uuid NOT NULL,
  case_no       text,
  title         text,
  round         integer NOT NULL,
  lead          text NOT NULL,
  work_order_id uuid NOT NULL,
  answered_at   timestamptz NOT NULL,
  status        text NOT NULL CHECK (status IN ('due', 'done', 'cancelled')),
  ended_at      timestamptz,
  outcome       jsonb,
  due_at        timestamptz,
  UNIQUE (case_id, round)
);
CREATE INDEX call_back_by_due ON call_back (status, (COALESCE(due_at, 'infinity')), call_back_id);

-- The clock of a call-back and the call-back itself answer the same event in different services; whichever is heard first waits here.
CREATE TABLE call_back_due (
  case_id uuid NOT NULL,
  round   integer NOT NULL,
  due_at  timestamptz NOT NULL,
  PRIMARY KEY (case_id, round)
);
