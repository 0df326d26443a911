-- Transaction ids belong to a cluster. A dump that is restored into another one can bring ids which that cluster has not reached
-- yet: the relay would not see those events, and every append to their streams would count as a lost race. Then all events
-- become older than anything to come, in the order of their positions, in which each stream is in order; and the relay starts
-- over, since its position meant other ids. Consumers recognise the copies. Returns whether there was anything to adopt.
CREATE FUNCTION adopt_restored_events() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  not_reached xid8;
BEGIN
  -- One statement, one snapshot: what it sees was committed below its own xmax, unless it came from elsewhere. A boundary taken
  -- by an earlier statement would take every append in between for a restored one.
  IF NOT EXISTS (SELECT FROM event WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
     AND NOT EXISTS (SELECT FROM relay_position WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
  THEN
    RETURN false;
  END IF;
  -- Appends stand still, so that no stream's last writer is forgotten whose event is not seen here. In the order in which they lock.
  LOCK TABLE stream, event IN SHARE ROW EXCLUSIVE MODE;
  not_reached := pg_snapshot_xmax(pg_current_snapshot());
  UPDATE event SET xid = '1' WHERE xid <> '1';
  UPDATE stream SET last_xid = '1' WHERE last_xid >= not_reached;
  DELETE FROM relay_position;
  RETURN true;
END
$$;
