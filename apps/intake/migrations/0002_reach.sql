-- Who has to do with a case besides intake and the requester, kept by the events of dispatch and satisfaction: what reach is decided by.
-- Written by the consumer `intake-reach` alone, which reads the topic from its start.
CREATE TABLE case_order (
  work_order_id uuid PRIMARY KEY,
  case_id       uuid NOT NULL,
  department    text NOT NULL,
  open          boolean NOT NULL
);
CREATE INDEX case_order_case ON case_order (case_id);

-- Call-backs that are still to be made, under the case in which the demand was registered: its contact data are the ones needed.
CREATE TABLE due_call_back (
  call_back_id   uuid PRIMARY KEY,
  demand_case_id uuid NOT NULL
);
CREATE INDEX due_call_back_demand ON due_call_back (demand_case_id);
