-- One transaction may hold events of several partitions: the statements around the effects cost the same for one event and for
-- fifty, so a consumer that falls behind gets cheaper by the event. These take the place of judge_events and pass_over_events.

-- Takes the turns of the partitions, in the order given (sorted, so that two processes don't lock each other), then tells the last
-- version applied of each stream and which subjects have parked events. In a function, since a statement's snapshot would be older
-- than the lock it waited for. p_lock_timeout: how long anything in this transaction may wait for a lock; '0' for ever.
CREATE FUNCTION judge_partitions(
  p_consumer text, p_topics text[], p_partitions integer[], p_sources text[], p_streams text[], p_subjects text[], p_lock_timeout text
) RETURNS TABLE (source text, name text, version integer, blocked boolean) LANGUAGE plpgsql AS $$
DECLARE
  i integer;
BEGIN
  PERFORM set_config('lock_timeout', p_lock_timeout, true);
  FOR i IN 1 .. cardinality(p_topics) LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended(p_consumer || ' ' || p_topics[i] || '/' || p_partitions[i], 0));
  END LOOP;
  RETURN QUERY
    SELECT s.source, s.stream_id, s.version, NULL::boolean
      FROM unnest(p_sources, p_streams) AS e(source, stream_id)
      JOIN consumer_stream s ON s.consumer = p_consumer AND s.source = e.source AND s.stream_id = e.stream_id;
  RETURN QUERY
    SELECT NULL::text, p.subject, NULL::integer, bool_or(p.reason IN ('failed', 'unreadable')) FROM parked_event p
     WHERE p.consumer = p_consumer AND p.subject = ANY (p_subjects) GROUP BY p.subject;
END
$$;

-- Moves each partition from one offset to another and notes the last version of each stream: the end of a transaction. False when
-- one of the partitions is not where the consumer left it, which fences it; everything must be rolled back then.
CREATE FUNCTION settle_partitions(
  p_consumer text, p_topics text[], p_partitions integer[], p_froms bigint[], p_tos bigint[], p_sources text[], p_streams text[], p_versions integer[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  moved integer;
  begun integer;
BEGIN
  UPDATE consumer_offset o SET next_offset = m.next_offset
    FROM unnest(p_topics, p_partitions, p_froms, p_tos) AS m(topic, partition, known, next_offset)
   WHERE o.consumer = p_consumer AND o.topic = m.topic AND o.partition = m.partition AND o.next_offset = m.known;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved < cardinality(p_topics) THEN
    -- Only the very start may make the row: one that was removed to begin anew must not come back.
    INSERT INTO consumer_offset (consumer, topic, partition, next_offset)
    SELECT p_consumer, m.topic, m.partition, m.next_offset FROM unnest(p_topics, p_partitions, p_froms, p_tos) AS m(topic, partition, known, next_offset)
     WHERE m.known = 0
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS begun = ROW_COUNT;
    IF moved + begun < cardinality(p_topics) THEN
      RETURN false;
    END IF;
  END IF;
  INSERT INTO consumer_stream (consumer, source, stream_id, version)
  SELECT p_consumer, * FROM unnest(p_sources, p_streams, p_versions)
  ON CONFLICT (consumer, source, stream_id) DO UPDATE SET version = excluded.version;
  RETURN true;
END
$$;

-- Moves past events that are only to be passed over, in one round trip. False, with nothing written, when anything has to be judged:
-- a parked subject, a version that is not the next of its stream, or an offset that someone else has moved. Nor does it wait for a
-- turn that somebody has: that is for judge_partitions, which is told how long.
CREATE FUNCTION pass_over_partitions(
  p_consumer text, p_topics text[], p_partitions integer[], p_froms bigint[], p_tos bigint[],
  p_sources text[], p_streams text[], p_firsts integer[], p_lasts integer[], p_subjects text[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  i integer;
BEGIN
  FOR i IN 1 .. cardinality(p_topics) LOOP
    IF NOT pg_try_advisory_xact_lock(hashtextextended(p_consumer || ' ' || p_topics[i] || '/' || p_partitions[i], 0)) THEN
      RETURN false;
    END IF;
  END LOOP;
  IF EXISTS (SELECT FROM parked_event p WHERE p.consumer = p_consumer AND p.subject = ANY (p_subjects))
     OR EXISTS (
       SELECT FROM unnest(p_sources, p_streams, p_firsts) AS e(source, stream_id, first)
         LEFT JOIN consumer_stream s ON s.consumer = p_consumer AND s.source = e.source AND s.stream_id = e.stream_id
        WHERE coalesce(s.version, 0) <> e.first - 1)
     OR EXISTS (
       SELECT FROM unnest(p_topics, p_partitions, p_froms) AS m(topic, partition, known)
         LEFT JOIN consumer_offset o ON o.consumer = p_consumer AND o.topic = m.topic AND o.partition = m.partition
        WHERE o.next_offset IS DISTINCT FROM m.known)
  THEN
    RETURN false;
  END IF;
  -- The turns are held and the offsets were just seen, so this can't fail but for a tool that moved an offset without taking a turn.
  IF NOT settle_partitions(p_consumer, p_topics, p_partitions, p_froms, p_tos, p_sources, p_streams, p_lasts) THEN
    RAISE EXCEPTION 'an offset of % moved while its turn was held', p_consumer USING ERRCODE = '40001';
  END IF;
  RETURN true;
END
$$;
