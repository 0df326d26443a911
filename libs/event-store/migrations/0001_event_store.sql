-- One event store per service: every object is unqualified and lands in the service's own schema.

-- One row per stream: its version, and the transaction that wrote it last. The transaction id closes the inversion gap:
-- a transaction that took its id early and appends late would otherwise be published before an earlier version.
CREATE TABLE stream (
  stream_id text PRIMARY KEY,
  version   integer NOT NULL,
  last_xid  xid8 NOT NULL
);

-- The events, which are also the outbox: the relay reads them by (xid, position).
CREATE TABLE event (
  stream_id      text NOT NULL,
  version        integer NOT NULL,
  xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
  position       bigint GENERATED ALWAYS AS IDENTITY,
  id             uuid NOT NULL,
  type           text NOT NULL,
  data           jsonb NOT NULL,
  occurred_at    timestamptz NOT NULL,
  recorded_at    timestamptz NOT NULL,
  correlation_id text NOT NULL,
  causation_id   text NOT NULL,
  actor          jsonb NOT NULL,
  PRIMARY KEY (stream_id, version)
);
CREATE UNIQUE INDEX event_commit_order ON event (xid, position);

-- Where the relay has got to. One row per destination.
CREATE TABLE relay_position (
  destination text PRIMARY KEY,
  xid         xid8 NOT NULL,
  position    bigint NOT NULL
);

-- Appends events (a JSON array, in order) after version p_expected. Returns the new version, or NULL on a conflict:
-- the stream has moved on, or this transaction's id is older than the stream's last writer. NULL and not an exception,
-- so that one command's conflict does not fail its neighbours in the same transaction.
CREATE FUNCTION append_events(p_stream text, p_expected integer, p_events jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  added integer := jsonb_array_length(p_events);
BEGIN
  IF p_expected = 0 THEN
    INSERT INTO stream (stream_id, version, last_xid) VALUES (p_stream, added, pg_current_xact_id()) ON CONFLICT DO NOTHING;
  ELSE
    UPDATE stream SET version = version + added, last_xid = pg_current_xact_id()
     WHERE stream_id = p_stream AND version = p_expected AND last_xid <= pg_current_xact_id();
  END IF;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  INSERT INTO event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor)
  SELECT p_stream, p_expected + e.ord::integer, (e.value->>'id')::uuid, e.value->>'type', e.value->'data',
         (e.value->>'occurredAt')::timestamptz, (e.value->>'recordedAt')::timestamptz,
         e.value->>'correlationId', e.value->>'causationId', e.value->'actor'
    FROM jsonb_array_elements(p_events) WITH ORDINALITY AS e(value, ord)
   ORDER BY e.ord;
  RETURN p_expected + added;
END
$$;
