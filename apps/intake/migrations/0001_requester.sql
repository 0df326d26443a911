-- Personal data stays here and never travels: events carry `ref` only.
CREATE TABLE requester_contact (
  ref        uuid PRIMARY KEY,
  case_id    uuid NOT NULL UNIQUE,
  kind       text NOT NULL CHECK (kind IN ('resident', 'firm')),
  name       text,
  phone      text,
  address    text
);

-- What was written before masking, for the handlers; only texts that masking changed.
CREATE TABLE original_text (
  case_id uuid NOT NULL,
  version integer NOT NULL,   -- of the event in the case's stream
  field   text NOT NULL,
  text    text NOT NULL,
  PRIMARY KEY (case_id, version, field)
);

-- Numbers for people. A sequence, not a counter row: registrations don't wait for each other, and a gap harms nobody.
CREATE SEQUENCE case_number;
