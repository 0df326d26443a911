-- What a case counts is told by an event. So what the rates read of the others' events stands with the other facts of the case, on which decisions are made, and the recorded
-- outcomes come from the case's own stream.
INSERT INTO case_fact AS f (case_id, version, data)
SELECT case_id::text, 1, '{"ended": false, "demand": null, "answer": null}'::jsonb || jsonb_build_object('rates', jsonb_build_object(
         'registeredAt', facts->'registeredAt', 'currentLead', facts->'currentLead', 'leadAtAnswer', facts->'leadAtAnswer', 'contact', facts->'contact',
         'merged', coalesce(facts->'merged', 'false')))
  FROM case_rate
ON CONFLICT (case_id) DO UPDATE SET data = f.data || jsonb_build_object('rates', excluded.data->'rates'), version = f.version + 1;

-- From when on an event is to tell what a case counts; null: it is told, or counts nothing. What was counted before is told once, by a timer (`keep-rates/tell-counts.ts`).
ALTER TABLE case_rate DROP COLUMN facts, ADD COLUMN tell_at timestamptz;
UPDATE case_rate SET tell_at = now() WHERE period IS NOT NULL AND (in_scope, reached) <> (0, 0);
CREATE INDEX case_rate_to_tell ON case_rate (tell_at) WHERE tell_at IS NOT NULL;
