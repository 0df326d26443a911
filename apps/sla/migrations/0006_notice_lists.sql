-- What a list of notices names a case by. Null for a case that was registered before: the facts never had it.
ALTER TABLE registered_case ADD COLUMN case_no text;
ALTER TABLE registered_case ADD COLUMN title text;

-- Notices do go, unlike what 0004 says: what is said of the clocks stays in the events.
CREATE INDEX notice_created ON notice (created_at);
-- Ticked off by everyone who sees it.
CREATE INDEX notice_read ON notice (greatest(read_at, supervisor_read_at))
  WHERE (department IS NULL OR read_at IS NOT NULL) AND (supervisor_read_at IS NOT NULL OR (kind = 'warning' AND department IS NOT NULL));
