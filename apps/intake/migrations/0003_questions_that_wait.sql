-- Questions to requesters whose time runs: what the timer ends. Written with the events of the case.
CREATE TABLE waiting_question (
  case_id uuid NOT NULL,
  message_id uuid NOT NULL,
  waits_until timestamptz NOT NULL,
  -- When to look next, where it was put off.
  look_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, message_id)
);
CREATE INDEX waiting_question_due ON waiting_question (look_at);
