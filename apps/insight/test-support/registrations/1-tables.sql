-- A read model of the tests only: a second one beside `cases`, with types of columns that `cases` has not.
CREATE TABLE registrations_vN (
  case_id       uuid PRIMARY KEY,
  registered_on date,
  title_length  double precision
);
CREATE TABLE registration_channels_vN (
  case_id uuid NOT NULL,
  channel text NOT NULL,
  PRIMARY KEY (case_id, channel)
);
