-- Inline projection: written in the transaction of the events, so a department's inbox never lags behind its own commands.
CREATE TABLE work_order (
  work_order_id uuid PRIMARY KEY,
  case_id       uuid NOT NULL,
  case_no       text,
  title         text,
  territory     text,
  department    text NOT NULL,
  role          text NOT NULL CHECK (role IN ('lead', 'assist')),
  round         integer NOT NULL,
  cause         text NOT NULL CHECK (cause IN ('dispatch', 'rework')),
  status        text NOT NULL CHECK (status IN ('dispatched', 'signed', 'in-progress', 'completed', 'returned', 'cancelled')),
  issued_at     timestamptz NOT NULL,
  signed_at     timestamptz,
  ended_at      timestamptz,
  result        text,
  return_reason text,
  suggested_department text,
  sign_due_at   timestamptz,
  due_at        timestamptz,
  -- What is due next: until it is signed the signature may come first.
  next_due_at   timestamptz GENERATED ALWAYS AS (CASE WHEN status = 'dispatched' THEN LEAST(sign_due_at, due_at) ELSE due_at END) STORED
);
CREATE INDEX work_order_case ON work_order (case_id);
CREATE INDEX work_order_inbox ON work_order (department, (COALESCE(next_due_at, 'infinity')), work_order_id);

-- The lead clock of a case starts with its acceptance, before there is a work order; the due time waits here for one.
CREATE TABLE lead_due (
  case_id uuid NOT NULL,
  round   integer NOT NULL,
  due_at  timestamptz NOT NULL,
  PRIMARY KEY (case_id, round)
);
