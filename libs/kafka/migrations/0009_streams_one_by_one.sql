-- A plan is kept for long, and may have been made when the tables were new and without figures: a join with consumer_stream then read the whole of it for
-- each batch, however few streams that asked for. LATERAL with LIMIT asks for each stream by its key, whatever the planner thinks of the table.

-- As in 0007 but for that.
CREATE OR REPLACE FUNCTION judge_partitions(
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
    SELECT e.source, e.stream_id, known.version, NULL::boolean
      FROM unnest(p_sources, p_streams) AS e(source, stream_id)
     CROSS JOIN LATERAL (SELECT s.version FROM consumer_stream s WHERE s.consumer = p_consumer AND s.source = e.source AND s.stream_id = e.stream_id LIMIT 1) AS known;
  RETURN QUERY
    SELECT NULL::text, e.subject, NULL::integer,
           EXISTS (SELECT FROM parked_event p WHERE p.consumer = p_consumer AND p.subject = e.subject AND p.reason <> 'waiting' AND p.reason <> 'gap')
      FROM unnest(p_subjects) AS e(subject)
     CROSS JOIN LATERAL (SELECT FROM parked_event p WHERE p.consumer = p_consumer AND p.subject = e.subject LIMIT 1) AS parked;
END
$$;

-- As in 0004 but for that.
CREATE OR REPLACE FUNCTION pass_over_partitions(
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
  IF EXISTS (
       SELECT FROM unnest(p_subjects) AS e(subject)
        CROSS JOIN LATERAL (SELECT FROM parked_event p WHERE p.consumer = p_consumer AND p.subject = e.subject LIMIT 1) AS parked)
     OR EXISTS (
       SELECT FROM unnest(p_sources, p_streams, p_firsts) AS e(source, stream_id, first)
         LEFT JOIN LATERAL (SELECT s.version FROM consumer_stream s WHERE s.consumer = p_consumer AND s.source = e.source AND s.stream_id = e.stream_id LIMIT 1) AS known ON true
        WHERE coalesce(known.version, 0) <> e.first - 1)
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
