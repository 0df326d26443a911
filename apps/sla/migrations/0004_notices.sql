-- What people are told of clocks: warnings, breaches, supervision. Written with the events, one row each; `notice_id` is the event's id.
-- Never deleted: what turned out wrong is marked withdrawn, since somebody may have acted on it.
CREATE TABLE notice (
  notice_id          uuid PRIMARY KEY,
  case_id            text NOT NULL,
  clock_id           uuid NOT NULL,
  kind               text NOT NULL CHECK (kind IN ('warning', 'breach', 'reminder', 'criticism', 'escalation')),
  clock_kind         text NOT NULL,
  -- Null: nobody holds the case yet, or what is late is not a handling unit's; for the supervisors only.
  department         text,
  colour             text CHECK (colour IN ('yellow', 'red')),
  due_at             timestamptz NOT NULL,
  -- When it became true, which may be long before it was written.
  at                 timestamptz NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now(),
  -- By the department. The supervisors tick off for themselves, so that neither hides it from the other.
  read_at            timestamptz,
  read_by            text,
  supervisor_read_at timestamptz,
  supervisor_read_by text,
  withdrawn_at       timestamptz
);
CREATE INDEX notice_inbox ON notice (department, at DESC, notice_id DESC);
CREATE INDEX notice_supervisors ON notice (at DESC, notice_id DESC) WHERE kind <> 'warning' OR department IS NULL;
CREATE INDEX notice_clock ON notice (clock_id);
