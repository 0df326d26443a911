-- What is said of an assistant: whether the lead waits for it, and a due time of its own.
ALTER TABLE work_order ADD COLUMN required boolean NOT NULL DEFAULT true;
ALTER TABLE work_order ADD COLUMN own_due_at timestamptz;
-- Nobody may lead at the moment when an assistant asks to be released: then a coordinator decides.
ALTER TABLE unit_request ALTER COLUMN asked_of DROP NOT NULL;
