-- Parked events are asked for one by one, and there can be very many.
ALTER TABLE parked_event
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN wish_actor jsonb;
CREATE UNIQUE INDEX parked_event_id ON parked_event (id);

-- One case can have 100,000 events waiting: the next of them, and whether one blocks, must not cost a look at all.
DROP INDEX parked_event_subject;
CREATE INDEX parked_event_order ON parked_event (consumer, subject, topic, partition, "offset");
CREATE INDEX parked_event_in_front ON parked_event (consumer, subject) WHERE reason <> 'waiting';
CREATE INDEX parked_event_listed ON parked_event (parked_at, id) WHERE reason <> 'waiting';
CREATE INDEX parked_event_wish ON parked_event (consumer) WHERE wish IS NOT NULL;

-- As before, but asks for each subject only whether there is one that blocks.
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
    SELECT s.source, s.stream_id, s.version, NULL::boolean
      FROM unnest(p_sources, p_streams) AS e(source, stream_id)
      JOIN consumer_stream s ON s.consumer = p_consumer AND s.source = e.source AND s.stream_id = e.stream_id;
  RETURN QUERY
    SELECT NULL::text, e.subject, NULL::integer,
           EXISTS (SELECT FROM parked_event p WHERE p.consumer = p_consumer AND p.subject = e.subject AND p.reason <> 'waiting' AND p.reason <> 'gap')
      FROM unnest(p_subjects) AS e(subject)
     WHERE EXISTS (SELECT FROM parked_event p WHERE p.consumer = p_consumer AND p.subject = e.subject);
END
$$;

-- What was done about parked events, by whom and why; of an event that was given up it is all that is left. `error` is why it was
-- parked, `new_error` why a retry failed.
ALTER TABLE skipped_event RENAME TO parked_trail;
ALTER TABLE parked_trail RENAME COLUMN wish_reason TO why;
ALTER TABLE parked_trail RENAME COLUMN skipped_at TO at;
ALTER TABLE parked_trail
  DROP CONSTRAINT skipped_event_pkey,
  ADD COLUMN id uuid NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
  ADD COLUMN parked_event_id uuid,
  ADD COLUMN outcome text NOT NULL DEFAULT 'skipped' CHECK (outcome IN ('skipped', 'applied', 'still-failing')),
  ADD COLUMN new_error text,
  ADD COLUMN actor jsonb,
  ADD COLUMN attempts integer NOT NULL DEFAULT 0,
  ADD COLUMN parked_at timestamptz,
  ALTER COLUMN value DROP NOT NULL;
CREATE INDEX parked_trail_at ON parked_trail (at, id);
CREATE INDEX parked_trail_subject ON parked_trail (subject);
