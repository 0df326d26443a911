-- Who stands behind the id of a person in events. Personal data: in this schema only, never on a topic.
CREATE TABLE staff_member (
  -- As the actor of events has it; the account itself is stored nowhere.
  person_id  text PRIMARY KEY,
  name       text NOT NULL,
  -- Written by an admin; null: the role stands for it.
  post       text,
  -- Of the last token; null: not seen yet.
  role       text,
  department text,
  territory  text,
  -- To the hour; null: entered by an admin and not seen yet.
  seen_at    timestamptz
);
CREATE INDEX staff_member_department ON staff_member (department, person_id);
