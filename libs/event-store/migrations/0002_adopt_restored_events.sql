-- Transaction ids belong to a cluster. A dump that is restored into another one can bring ids which that cluster has not reached
-- yet: the relay would not see those events, and every append to their streams would count as a lost race. Then all events
-- become older than anything to come, in the order of their positions, in which each stream is in order; and the relay starts
-- over, since its position meant other ids. Consumers recognise the copies. Returns whether there was anything to adopt.
CREATE FUNCTION adopt_restored_events() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  not_reached xid8 := pg_snapshot_xmax(pg_current_snapshot());
BEGIN
  IF NOT EXISTS (SELECT FROM event WHERE xid >= not_reached) AND NOT EXISTS (SELECT FROM relay_position WHERE xid >= not_reached) THEN
    RETURN false;
  END IF;
  UPDATE event SET xid = '1' WHERE xid <> '1';
  UPDATE stream SET last_xid = '1' WHERE last_xid >= not_reached;
  DELETE FROM relay_position;
  RETURN true;
END
$$;
