-- What one unit asks of another, or of the coordinator, about a work order: to lead instead, to be released. So that whoever has to answer finds it.
CREATE TABLE unit_request (
  request_id    uuid PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('transfer', 'release')),
  case_id       uuid NOT NULL,
  work_order_id uuid NOT NULL,
  number        integer NOT NULL,
  asked_by      text NOT NULL,
  asked_of      text NOT NULL,
  reason        text NOT NULL,
  status        text NOT NULL CHECK (status IN ('waiting', 'answered')),
  requested_at  timestamptz NOT NULL
);
CREATE INDEX unit_request_waiting ON unit_request (requested_at, request_id) WHERE status = 'waiting';
CREATE INDEX unit_request_order ON unit_request (work_order_id);
