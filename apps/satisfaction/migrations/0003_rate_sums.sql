-- Sums of `case_rate` by month and department, so that asking for a month costs by departments and not by cases. A trigger keeps them in step in the statement that writes there.
-- Stripes: the row of a busy department would be locked by every command and reaction. Each transaction takes a stripe that nobody holds, until it ends, and adds to rows of
-- that one only: no waiting and no deadlock whatever the order of its statements. A stripe alone may be negative.
CREATE TABLE case_rate_sum (
  period            text NOT NULL,
  department        text NOT NULL, -- '': none yet
  stripe            smallint NOT NULL,
  cases             integer NOT NULL,
  in_scope          integer NOT NULL,
  contacted_in_time integer NOT NULL,
  reached           integer NOT NULL,
  resolved          integer NOT NULL,
  satisfied         integer NOT NULL,
  PRIMARY KEY (period, department, stripe)
) WITH (fillfactor = 80);

CREATE FUNCTION keep_case_rate_sum() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  counted constant text := 'period, department, in_scope, contacted_in_time, reached, resolved, satisfied';
  lock constant integer := hashtext('case_rate_sum');
  stripe integer := 0;
BEGIN
  -- One that this transaction has is free for it. Only when all are taken, by as many transactions, does it wait, holding none.
  WHILE stripe < 64 AND NOT pg_try_advisory_xact_lock(lock, stripe) LOOP stripe := stripe + 1; END LOOP;
  IF stripe = 64 THEN
    stripe := pg_backend_pid() % 64;
    PERFORM pg_advisory_xact_lock(lock, stripe);
  END IF;
  EXECUTE format(
    $sql$
    INSERT INTO case_rate_sum AS s
    SELECT period, coalesce(department, ''), $1, sum(sign), sum(sign * in_scope), sum(sign * contacted_in_time), sum(sign * reached), sum(sign * resolved), sum(sign * satisfied)
      FROM (%s) c WHERE period IS NOT NULL GROUP BY 1, 2
    HAVING (sum(sign), sum(sign * in_scope), sum(sign * contacted_in_time), sum(sign * reached), sum(sign * resolved), sum(sign * satisfied)) <> (0, 0, 0, 0, 0, 0)
    ON CONFLICT (period, department, stripe) DO UPDATE SET
           cases = s.cases + excluded.cases, in_scope = s.in_scope + excluded.in_scope, contacted_in_time = s.contacted_in_time + excluded.contacted_in_time,
           reached = s.reached + excluded.reached, resolved = s.resolved + excluded.resolved, satisfied = s.satisfied + excluded.satisfied
    $sql$,
    concat_ws(' UNION ALL ', CASE WHEN TG_OP <> 'DELETE' THEN 'SELECT 1 AS sign, ' || counted || ' FROM added' END,
                             CASE WHEN TG_OP <> 'INSERT' THEN 'SELECT -1 AS sign, ' || counted || ' FROM removed' END)) USING stripe;
  RETURN NULL;
END $$;

-- Nobody writes between the triggers and the sums of what is there: making a trigger locks the table until this migration commits.
CREATE TRIGGER insert_sums AFTER INSERT ON case_rate REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_case_rate_sum();
CREATE TRIGGER update_sums AFTER UPDATE ON case_rate REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_case_rate_sum();
CREATE TRIGGER delete_sums AFTER DELETE ON case_rate REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_case_rate_sum();
INSERT INTO case_rate_sum
SELECT period, coalesce(department, ''), 0, count(*), sum(in_scope), sum(contacted_in_time), sum(reached), sum(resolved), sum(satisfied)
  FROM case_rate WHERE period IS NOT NULL GROUP BY 1, 2;
