-- Until when the clocks of an open order stand still; null while they run.
ALTER TABLE work_order ADD COLUMN held_until timestamptz;

-- Holds that stand, by the day of their review: the case wakes then by itself. Written in the transaction of the hold's events.
CREATE TABLE hold_review (
  case_id   uuid PRIMARY KEY,
  hold_id   uuid NOT NULL,
  review_at timestamptz NOT NULL
);
CREATE INDEX hold_review_at ON hold_review (review_at);

-- Which case an extension belongs to; all else is in its events.
CREATE TABLE extension (
  extension_id uuid PRIMARY KEY,
  case_id      uuid NOT NULL
);
