-- A timer stands for the next thing that time alone brings about for a clock: a warning, the breach or the end of a window, a step of supervision.
-- One row per clock all the same, so that a million running clocks are a million rows.
ALTER TABLE timer ADD COLUMN purpose text NOT NULL DEFAULT 'breach'
  CHECK (purpose IN ('warning', 'breach', 'lapse', 'reminder', 'criticism', 'escalation'));
