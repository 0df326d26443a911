-- Where a notice can be sent; like all contact data it stays in intake.
ALTER TABLE requester_contact ADD COLUMN email text;

-- What requesters are to be told: the outbox. Written in the transaction that writes or hears the event, sent afterwards, at least once and always under the same id.
-- `facts` is what the text names (number, masked text, times); the address is looked up when it is sent.
CREATE TABLE requester_notice (
  notice_id   uuid PRIMARY KEY,
  case_id     uuid NOT NULL,
  kind        text NOT NULL,
  facts       jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  status      text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'failed', 'no-address')),
  tries       integer NOT NULL DEFAULT 0,
  -- Who sends one puts this off first: should the process die, it is tried again then.
  next_try_at timestamptz NOT NULL DEFAULT now(),
  channel     text,
  -- Kind of the last error; never an address.
  error       text,
  settled_at  timestamptz,
  -- Whether the event for the timeline is written.
  recorded    boolean NOT NULL DEFAULT false
);
CREATE INDEX requester_notice_waiting ON requester_notice (next_try_at) WHERE status = 'waiting';
CREATE INDEX requester_notice_unrecorded ON requester_notice (next_try_at) WHERE status <> 'waiting' AND NOT recorded;
CREATE INDEX requester_notice_failed ON requester_notice (settled_at, notice_id) WHERE status IN ('failed', 'no-address');
