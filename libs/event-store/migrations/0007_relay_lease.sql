-- Which copy of the service publishes. A term is one copy's time as the leader: a fresh uuid, bound to one database session, which
-- holds the term's advisory lock. A successor may begin when the lease has run out (the leader is stopped, or cut off), or when the
-- lock is free (its session has ended: killed, restarted), which needs no waiting.
CREATE TABLE relay_lease (
  destination text PRIMARY KEY,
  term        uuid NOT NULL,
  held_until  timestamptz NOT NULL
);

-- Begins a term of the calling session, unless somebody leads. One clock, the database's, for all copies; only a taking writes.
CREATE FUNCTION begin_relay_term(p_destination text, p_term uuid, p_lease interval) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  held  relay_lease;
  ended boolean := false;
BEGIN
  SELECT * INTO held FROM relay_lease WHERE destination = p_destination;
  IF FOUND AND held.held_until > clock_timestamp() THEN
    ended := pg_try_advisory_xact_lock(hashtextextended(held.term::text, 0));
    IF NOT ended THEN
      RETURN false;
    END IF;
  END IF;
  INSERT INTO relay_lease AS l (destination, term, held_until) VALUES (p_destination, p_term, clock_timestamp() + p_lease)
  ON CONFLICT (destination) DO UPDATE SET term = excluded.term, held_until = excluded.held_until
   -- Again, since somebody may have been faster, or the leader may have renewed at the last moment.
   WHERE l.term = held.term AND (ended OR l.held_until <= clock_timestamp());
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_lock(hashtextextended(p_term::text, 0));
  RETURN true;
END
$$;
