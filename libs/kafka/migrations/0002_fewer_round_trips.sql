-- Most events that reach a consumer are none it handles; what it does around each is the price of every event of the city. These
-- functions do in one round trip what the statements they stand for did in three to eight.

-- Takes the turn of the partition, then tells the last version applied of each stream and which subjects have parked events.
-- In a function, since a statement's snapshot would be older than the lock it waited for.
CREATE FUNCTION judge_events(p_consumer text, p_topic text, p_partition integer, p_sources text[], p_streams text[], p_subjects text[])
RETURNS TABLE (source text, name text, version integer, blocked boolean) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_consumer || ' ' || p_topic || '/' || p_partition, 0));
  RETURN QUERY
    SELECT s.source, s.stream_id, s.version, NULL::boolean FROM consumer_stream s
     WHERE s.consumer = p_consumer AND (s.source, s.stream_id) IN (SELECT * FROM unnest(p_sources, p_streams));
  RETURN QUERY
    SELECT NULL::text, p.subject, NULL::integer, bool_or(p.reason IN ('failed', 'unreadable')) FROM parked_event p
     WHERE p.consumer = p_consumer AND p.subject = ANY (p_subjects) GROUP BY p.subject;
END
$$;

-- Moves past events that are only to be passed over. False, with nothing written, when anything has to be judged: a parked
-- subject, a version that is not the next of its stream, or an offset that someone else has moved.
CREATE FUNCTION pass_over_events(
  p_consumer text, p_topic text, p_partition integer, p_from bigint, p_to bigint,
  p_sources text[], p_streams text[], p_firsts integer[], p_lasts integer[], p_subjects text[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(p_consumer || ' ' || p_topic || '/' || p_partition, 0));
  IF EXISTS (SELECT FROM parked_event p WHERE p.consumer = p_consumer AND p.subject = ANY (p_subjects))
     OR EXISTS (
       SELECT FROM unnest(p_sources, p_streams, p_firsts) AS e(source, stream_id, first)
         LEFT JOIN consumer_stream s ON s.consumer = p_consumer AND s.source = e.source AND s.stream_id = e.stream_id
        WHERE coalesce(s.version, 0) <> e.first - 1)
  THEN
    RETURN false;
  END IF;
  UPDATE consumer_offset o SET next_offset = p_to
   WHERE o.consumer = p_consumer AND o.topic = p_topic AND o.partition = p_partition AND o.next_offset = p_from;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO consumer_stream (consumer, source, stream_id, version)
  SELECT p_consumer, * FROM unnest(p_sources, p_streams, p_lasts)
  ON CONFLICT (consumer, source, stream_id) DO UPDATE SET version = excluded.version;
  RETURN true;
END
$$;
