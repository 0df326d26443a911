-- A case that others were merged into has one call-back for each of its demands in a round, and one that was cancelled may be followed by another.
ALTER TABLE call_back ADD COLUMN demand_case_id uuid, ADD COLUMN since timestamptz;
UPDATE call_back SET since = answered_at;
ALTER TABLE call_back ALTER COLUMN since SET NOT NULL, DROP CONSTRAINT call_back_case_id_round_key;
CREATE UNIQUE INDEX call_back_once ON call_back (case_id, round, (COALESCE(demand_case_id, case_id))) WHERE status <> 'cancelled';
CREATE INDEX call_back_by_case ON call_back (case_id, round);

-- A clock whose call-back has not been heard of yet started at a moment that is not known here; its call-back is listed as not due yet.
ALTER TABLE call_back_due ADD COLUMN started_at timestamptz, DROP CONSTRAINT call_back_due_pkey;
UPDATE call_back_due d SET started_at = c.since FROM call_back c WHERE c.case_id = d.case_id AND c.round = d.round;
DELETE FROM call_back_due WHERE started_at IS NULL;
ALTER TABLE call_back_due ADD PRIMARY KEY (case_id, round, started_at);
