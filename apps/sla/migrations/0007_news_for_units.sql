-- Notices are also of what others have decided for a unit: a new order, a rework, a decision about an extension, a hold that has ended. Those have no clock.
ALTER TABLE notice
  ALTER COLUMN clock_id DROP NOT NULL,
  ALTER COLUMN clock_kind DROP NOT NULL,
  ALTER COLUMN due_at DROP NOT NULL,
  ADD COLUMN work_order_id uuid,
  DROP CONSTRAINT notice_kind_check,
  ADD CONSTRAINT notice_kind_check CHECK (kind IN (
    'warning', 'breach', 'reminder', 'criticism', 'escalation', 'order', 're-dispatch', 'rework', 'extension-granted', 'extension-refused', 'woken')),
  ADD CONSTRAINT notice_of_clock CHECK (clock_id IS NOT NULL OR kind IN ('order', 're-dispatch', 'rework', 'extension-granted', 'extension-refused', 'woken'));

-- Supervisors see what is late and what concerns no unit, never the units' news.
DROP INDEX notice_supervisors;
CREATE INDEX notice_supervisors ON notice (at DESC, notice_id DESC) WHERE kind IN ('breach', 'reminder', 'criticism', 'escalation') OR department IS NULL;
-- Intake owes the first contact, call-back agents the call-back.
CREATE INDEX notice_desk ON notice (clock_kind, at DESC, notice_id DESC) WHERE department IS NULL;
-- Ticked off by everyone who sees it.
DROP INDEX notice_read;
CREATE INDEX notice_read ON notice (greatest(read_at, supervisor_read_at))
  WHERE (department IS NULL OR read_at IS NOT NULL) AND (supervisor_read_at IS NOT NULL OR (department IS NOT NULL AND kind NOT IN ('breach', 'reminder', 'criticism', 'escalation')));
