-- What the requester has said of a case, as the inbox shows it beside the orders. Kept by intake's events.
CREATE TABLE requester_word (
  case_id        uuid PRIMARY KEY,
  urgings        integer NOT NULL DEFAULT 0,
  last_urged_at  timestamptz,
  supplements    integer NOT NULL DEFAULT 0,
  -- Messages of the requester in the thread.
  messages       integer NOT NULL DEFAULT 0,
  last_wrote_at  timestamptz,
  -- A question to the requester stops the clocks until then at most; null when none waits.
  waits_until    timestamptz
);
