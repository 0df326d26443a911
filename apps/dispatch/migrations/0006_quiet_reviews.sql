-- When a hold is looked at: at its review, or later where the review was past when the hold was entered and the case is still being entered. Null: at its review.
ALTER TABLE hold_review ADD COLUMN look_at timestamptz;
CREATE INDEX hold_review_look ON hold_review (COALESCE(look_at, review_at));
DROP INDEX hold_review_at;
