-- Several copies of a relay may find at once that there is something to adopt, since none sees what another is doing until it has
-- committed. Those that waited for the lock look again: else each would go through all events once more, and take back the position.
CREATE OR REPLACE FUNCTION adopt_restored_events() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  not_reached xid8;
BEGIN
  FOR look IN 1..2 LOOP
    IF look = 2 THEN
      -- Appends stand still, so that no stream's last writer is forgotten whose event is not seen here. In the order in which they lock.
      LOCK TABLE stream, event IN SHARE ROW EXCLUSIVE MODE;
    END IF;
    -- One statement, one snapshot: what it sees was committed below its own xmax, unless it came from elsewhere. A boundary taken
    -- by an earlier statement would take every append in between for a restored one.
    IF NOT EXISTS (SELECT FROM event WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
       AND NOT EXISTS (SELECT FROM relay_position WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
    THEN
      RETURN false;
    END IF;
  END LOOP;
  not_reached := pg_snapshot_xmax(pg_current_snapshot());
  UPDATE event SET xid = '1' WHERE xid <> '1';
  UPDATE stream SET last_xid = '1' WHERE last_xid >= not_reached;
  DELETE FROM relay_position;
  RETURN true;
END
$$;
