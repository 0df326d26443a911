-- Where a consumer has got to. Lives beside the effects, so that both move in one transaction. Kafka's own committed
-- offsets are only a hint for lag tools.
CREATE TABLE consumer_offset (
  consumer    text NOT NULL,
  topic       text NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (consumer, topic, partition)
);

-- The last version applied of each stream: recognises copies (redelivery, a second publish).
CREATE TABLE consumer_stream (
  consumer  text NOT NULL,
  source    text NOT NULL,
  stream_id text NOT NULL,
  version   integer NOT NULL,
  PRIMARY KEY (consumer, source, stream_id)
);

-- Events that could not be applied, and those that wait behind them.
--   failed: the handler refused it after its retries; unreadable: an unknown version or a payload that breaks its schema;
--   waiting: a later event of the same case; gap: an earlier version of its stream has not arrived.
CREATE TABLE parked_event (
  consumer       text NOT NULL,
  source         text NOT NULL,
  stream_id      text NOT NULL,
  stream_version integer NOT NULL,
  subject        text NOT NULL,
  topic          text NOT NULL,
  partition      integer NOT NULL,
  "offset"       bigint NOT NULL,
  headers        jsonb NOT NULL,
  value          bytea NOT NULL,
  reason         text NOT NULL CHECK (reason IN ('failed', 'unreadable', 'waiting', 'gap')),
  error          text,
  attempts       integer NOT NULL DEFAULT 0,
  parked_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, source, stream_id, stream_version)
);
CREATE INDEX parked_event_subject ON parked_event (consumer, subject);
