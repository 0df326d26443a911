-- Units are also told what the requester says. Which kinds there are, the code says; here it counts only which of them are of a clock.
ALTER TABLE notice
  DROP CONSTRAINT notice_kind_check,
  DROP CONSTRAINT notice_of_clock,
  ADD CONSTRAINT notice_of_clock CHECK (clock_id IS NOT NULL OR kind NOT IN ('warning', 'breach', 'reminder', 'criticism', 'escalation'));
