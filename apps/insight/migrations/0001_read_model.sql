-- Which version of each read model is live. Its tables are `<table>_v<version>`, reached through views without the suffix.
-- The projector reads the row FOR SHARE in each of its transactions, so that nothing is written to an old version after a switch.
CREATE TABLE read_model (
  name     text PRIMARY KEY,
  version  integer NOT NULL,
  built_at timestamptz NOT NULL DEFAULT now()
);
