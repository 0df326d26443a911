-- What an operator wants done about a parked event. Asked for by a tool and done by the consumer, which runs in another process and
-- alone can apply what waits behind it.
ALTER TABLE parked_event
  ADD COLUMN wish text CHECK (wish IN ('retry', 'skip')),
  ADD COLUMN wish_reason text;

-- Events that were given up: their effect is not there, and this is all that tells. The same event can be given up again after its
-- read model was rebuilt.
CREATE TABLE skipped_event (
  consumer       text NOT NULL,
  source         text NOT NULL,
  stream_id      text NOT NULL,
  stream_version integer NOT NULL,
  subject        text NOT NULL,
  headers        jsonb NOT NULL,
  value          bytea NOT NULL,
  reason         text NOT NULL,
  error          text,
  wish_reason    text,
  skipped_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, source, stream_id, stream_version, skipped_at)
);
