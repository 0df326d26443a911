-- Ends sessions of the analyst that hold up others: those with a transaction id, for which every relay waits; with an advisory lock; in a transaction of more than ten
-- minutes, or idle in one for more than one; and those in a maintenance database, where nothing is to be read. Time-outs of its own a role may change, so they are
-- enforced from here. Runs with the owner's rights, who is a member of the analyst's role. Returns what it ended.
CREATE FUNCTION end_obstructing_sessions() RETURNS TABLE (pid integer, reason text) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
  -- Materialized: else the planner may end sessions before it has looked whose they are.
  WITH found AS MATERIALIZED (
    SELECT a.pid, CASE
        WHEN a.backend_xid IS NOT NULL THEN 'transaction-id'
        WHEN EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory') THEN 'advisory-lock'
        WHEN a.datname IN ('postgres', 'template1') THEN 'elsewhere'
        WHEN a.xact_start < clock_timestamp() - interval '10 minutes' THEN 'too-long'
        WHEN a.state LIKE 'idle in transaction%' AND a.state_change < clock_timestamp() - interval '1 minute' THEN 'idle'
      END AS reason
      FROM pg_stat_activity a WHERE a.usename = 'analyst')
  SELECT f.pid, f.reason FROM (SELECT * FROM found WHERE found.reason IS NOT NULL OFFSET 0) f WHERE pg_terminate_backend(f.pid)
$f$;
REVOKE EXECUTE ON FUNCTION end_obstructing_sessions() FROM PUBLIC;
