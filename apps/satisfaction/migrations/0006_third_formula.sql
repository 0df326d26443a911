-- The third formula of the rates: satisfaction has a denominator of its own, and an earlier outcome stays when a later call-back reaches nobody. So a case keeps all its
-- outcomes, and the demands that have joined it, where it kept the last outcome of each demand and forgot those of a demand that left. The events have them all.
DROP TRIGGER insert_sums ON case_rate;
DROP TRIGGER update_sums ON case_rate;
DROP TRIGGER delete_sums ON case_rate;
ALTER TABLE case_rate ADD COLUMN asked integer NOT NULL DEFAULT 0;
ALTER TABLE case_rate_sum ADD COLUMN asked integer NOT NULL DEFAULT 0;

WITH recorded AS (
  SELECT stream_id, jsonb_agg(jsonb_build_object('demandCaseId', coalesce(data->'demandCaseId', 'null'), 'sequence', version,
                                                 'reached', data->'reached', 'resolved', data->'resolved', 'satisfaction', data->'satisfaction') ORDER BY version) AS outcomes
    FROM event WHERE type LIKE 'lianban.call-back.recorded.%' GROUP BY stream_id
)
UPDATE case_rate r
   SET facts = (r.facts - 'outcome') || jsonb_build_object('outcomes', coalesce(o.outcomes, '[]'), 'joined', coalesce(jsonb_path_query_array(f.data, '$.joined[*].caseId'), '[]'))
  FROM case_rate k
  LEFT JOIN recorded o ON o.stream_id = k.case_id::text
  LEFT JOIN case_fact f ON f.case_id = k.case_id::text
 WHERE k.case_id = r.case_id;

-- Each month by its formula, as libs/scoring counts when this is written.
UPDATE case_rate r SET reached = c.reached, resolved = c.resolved, asked = c.asked, satisfied = c.satisfied
  FROM case_rate k
 CROSS JOIN LATERAL (
   SELECT count(*) FILTER (WHERE reached) AS reached, count(*) FILTER (WHERE reached AND resolved) AS resolved,
          count(*) FILTER (WHERE reached AND (satisfaction IS NOT NULL OR coalesce(k.period < '2026-11', false))) AS asked, count(*) FILTER (WHERE reached AND satisfaction >= 4) AS satisfied
     FROM (SELECT DISTINCT ON ("demandCaseId") reached, resolved, satisfaction
             FROM jsonb_to_recordset(k.facts->'outcomes') AS o ("demandCaseId" text, sequence integer, reached boolean, resolved boolean, satisfaction integer)
            WHERE NOT coalesce((k.facts->>'merged')::boolean, false) AND ("demandCaseId" IS NULL OR k.facts->'joined' ? "demandCaseId")
              AND (reached OR coalesce(k.period < '2026-11', false))
            ORDER BY "demandCaseId", sequence DESC) last) c
 WHERE k.case_id = r.case_id AND k.facts->'outcomes' <> '[]';

DELETE FROM case_rate_sum;
INSERT INTO case_rate_sum (period, department, stripe, cases, in_scope, contacted_in_time, reached, resolved, asked, satisfied)
SELECT period, coalesce(department, ''), 0, count(*), sum(in_scope), sum(contacted_in_time), sum(reached), sum(resolved), sum(asked), sum(satisfied)
  FROM case_rate WHERE period IS NOT NULL GROUP BY 1, 2;

-- As in 0005, with one column more.
DO $do$
DECLARE
  counted constant text := 'period, department, in_scope, contacted_in_time, reached, resolved, asked, satisfied';
  added   constant text := format('SELECT 1 AS sign, %s FROM added', counted);
  removed constant text := format('SELECT -1 AS sign, %s FROM removed', counted);
  kind    text;
  changes text;
BEGIN
  FOR kind, changes IN VALUES ('insert', added), ('update', added || ' UNION ALL ' || removed), ('delete', removed) LOOP
    EXECUTE format($text$
CREATE OR REPLACE FUNCTION keep_case_rate_sum_%s() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $keep$
DECLARE
  lock constant integer := hashtext('case_rate_sum');
  mine integer := 0;
BEGIN
  -- One that this transaction has is free for it. Only when all are taken, by as many transactions, does it wait, holding none.
  WHILE mine < 64 AND NOT pg_try_advisory_xact_lock(lock, mine) LOOP mine := mine + 1; END LOOP;
  IF mine = 64 THEN
    mine := pg_backend_pid() %% 64;
    PERFORM pg_advisory_xact_lock(lock, mine);
  END IF;
  INSERT INTO case_rate_sum AS s (period, department, stripe, cases, in_scope, contacted_in_time, reached, resolved, asked, satisfied)
  SELECT period, coalesce(department, ''), mine, sum(sign), sum(sign * in_scope), sum(sign * contacted_in_time), sum(sign * reached), sum(sign * resolved), sum(sign * asked),
         sum(sign * satisfied)
    FROM (%s) c WHERE period IS NOT NULL GROUP BY 1, 2
  HAVING (sum(sign), sum(sign * in_scope), sum(sign * contacted_in_time), sum(sign * reached), sum(sign * resolved), sum(sign * asked), sum(sign * satisfied)) <> (0, 0, 0, 0, 0, 0, 0)
  ON CONFLICT (period, department, stripe) DO UPDATE SET
         cases = s.cases + excluded.cases, in_scope = s.in_scope + excluded.in_scope, contacted_in_time = s.contacted_in_time + excluded.contacted_in_time,
         reached = s.reached + excluded.reached, resolved = s.resolved + excluded.resolved, asked = s.asked + excluded.asked, satisfied = s.satisfied + excluded.satisfied;
  RETURN NULL;
END $keep$
    $text$, kind, changes);
  END LOOP;
END $do$;

CREATE TRIGGER insert_sums AFTER INSERT ON case_rate REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_case_rate_sum_insert();
CREATE TRIGGER update_sums AFTER UPDATE ON case_rate REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_case_rate_sum_update();
CREATE TRIGGER delete_sums AFTER DELETE ON case_rate REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_case_rate_sum_delete();
