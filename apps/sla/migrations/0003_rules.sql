-- A unit's own years stand beside the district's (unit ''). Who published a version and when; null for what came with the product.
ALTER TABLE calendar ADD COLUMN unit text NOT NULL DEFAULT '';
ALTER TABLE calendar ADD COLUMN published_at timestamptz;
ALTER TABLE calendar ADD COLUMN published_by text;
ALTER TABLE calendar DROP CONSTRAINT calendar_pkey;
ALTER TABLE calendar ADD PRIMARY KEY (unit, year, version);
CREATE INDEX calendar_revision ON calendar (revision);

-- Every process looks whether there is a newer row before it decides.
ALTER TABLE policy ADD COLUMN revision bigint GENERATED ALWAYS AS IDENTITY;
CREATE INDEX policy_revision ON policy (revision);

-- Cases whose clocks are to be looked at again under changed rules. Written with the change, gone when it is done.
CREATE TABLE recompute (
  case_id  text PRIMARY KEY,
  -- The event that changed the rules.
  cause_id uuid NOT NULL
);
