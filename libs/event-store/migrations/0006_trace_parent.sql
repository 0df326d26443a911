-- The W3C traceparent of what wrote an event, where somebody traced that: the relay publishes it, so that a trace goes on however much later. NULL
-- in every other case. Without a default, so that the table is not written anew.
ALTER TABLE event ADD COLUMN trace_parent text;

-- As in 0001, with the new column.
CREATE OR REPLACE FUNCTION append_events(p_stream text, p_expected integer, p_events jsonb) RETURNS integer LANGUAGE plpgsql AS $$
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
  INSERT INTO event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor, trace_parent)
  SELECT p_stream, p_expected + e.ord::integer, (e.value->>'id')::uuid, e.value->>'type', e.value->'data',
         (e.value->>'occurredAt')::timestamptz, (e.value->>'recordedAt')::timestamptz,
         e.value->>'correlationId', e.value->>'causationId', e.value->'actor', e.value->>'traceParent'
    FROM jsonb_array_elements(p_events) WITH ORDINALITY AS e(value, ord)
   ORDER BY e.ord;
  RETURN p_expected + added;
END
$$;

-- As in 0003, with the new column.
CREATE OR REPLACE FUNCTION append_many(p_streams text[], p_expected integer[], p_added integer[], p_events jsonb) RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE
  done boolean[] := array_fill(true, ARRAY[cardinality(p_streams)]);
  one  record;
BEGIN
  FOR one IN
    SELECT u.append::integer AS append, u.stream, u.expected, u.added
      FROM unnest(p_streams, p_expected, p_added) WITH ORDINALITY AS u(stream, expected, added, append)
     WHERE u.added > 0
     ORDER BY u.stream, u.append
  LOOP
    IF one.expected = 0 THEN
      INSERT INTO stream (stream_id, version, last_xid) VALUES (one.stream, one.added, pg_current_xact_id()) ON CONFLICT DO NOTHING;
    ELSE
      UPDATE stream SET version = version + one.added, last_xid = pg_current_xact_id()
       WHERE stream_id = one.stream AND version = one.expected AND last_xid <= pg_current_xact_id();
    END IF;
    done[one.append] := FOUND;
  END LOOP;
  INSERT INTO event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor, trace_parent)
  SELECT p_streams[e.append], e.version, e.id, e.type, e.data, e."occurredAt", e."recordedAt", e."correlationId", e."causationId", e.actor,
         e."traceParent"
    FROM jsonb_to_recordset(p_events) AS e(append integer, version integer, id uuid, type text, data jsonb, "occurredAt" timestamptz,
         "recordedAt" timestamptz, "correlationId" text, "causationId" text, actor jsonb, "traceParent" text)
   WHERE done[e.append]
   ORDER BY e.append, e.version;
  RETURN done;
END
$$;
