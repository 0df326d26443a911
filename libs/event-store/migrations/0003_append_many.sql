-- Appends to several streams, for commands of many callers that are committed together. Arrays by append: its stream, the version it
-- expects, how many events it adds. p_events: all events as one JSON array, each with `append`, the number of its append from 1, and
-- `version`, its own. Returns by append whether it was done (one without events always is); what was not has written nothing, and the
-- others don't mind.
-- In the order of the stream ids, as every transaction that appends to several, so that two of them never wait for each other crosswise.
CREATE FUNCTION append_many(p_streams text[], p_expected integer[], p_added integer[], p_events jsonb) RETURNS boolean[] LANGUAGE plpgsql AS $$
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
  INSERT INTO event (stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor)
  SELECT p_streams[e.append], e.version, e.id, e.type, e.data, e."occurredAt", e."recordedAt", e."correlationId", e."causationId", e.actor
    FROM jsonb_to_recordset(p_events) AS e(append integer, version integer, id uuid, type text, data jsonb, "occurredAt" timestamptz,
         "recordedAt" timestamptz, "correlationId" text, "causationId" text, actor jsonb)
   WHERE done[e.append]
   ORDER BY e.append, e.version;
  RETURN done;
END
$$;
