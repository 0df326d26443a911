-- From when on a case may be computed anew: at once, or later where this build could not read it. To the millisecond, as the services' clocks count.
-- An index, since a count of those waiting must stay cheap.
ALTER TABLE recompute ADD COLUMN look_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now());
CREATE INDEX recompute_look ON recompute (look_at);
