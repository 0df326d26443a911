-- As in 0002, with one thing more: a key may have `account`, the caller's account, which stands in answers that an earlier version kept. An answer under it makes the
-- command a duplicate too. Without this, the same registration sent again after an update made a second case: a registration looks for its answer here alone.
CREATE OR REPLACE FUNCTION commit_commands(p_streams text[], p_expected integer[], p_added integer[], p_facts integer[], p_keys jsonb, p_events jsonb)
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  commands integer := cardinality(p_streams);
  outcome  text[] := array_fill('done'::text, ARRAY[commands]);
  expected integer[] := p_expected;
  appended boolean[];
  known    integer;
  one      record;
BEGIN
  FOR one IN
    SELECT u.command::integer AS command, u.stream, u.facts
      FROM unnest(p_streams, p_facts) WITH ORDINALITY AS u(stream, facts, command)
     WHERE u.facts IS NOT NULL ORDER BY u.stream
  LOOP
    SELECT f.version INTO known FROM case_fact f WHERE f.case_id = one.stream FOR SHARE;
    IF coalesce(known, 0) <> one.facts THEN
      outcome[one.command] := 'conflict';
    END IF;
  END LOOP;

  FOR one IN
    SELECT k.command, k.caller, k.route, k.key, k.hash, k.answer, k.account
      FROM jsonb_to_recordset(p_keys) AS k(command integer, caller text, route text, key text, hash text, answer jsonb, account text)
     WHERE outcome[k.command] = 'done' ORDER BY k.caller, k.route, k.key, k.command
  LOOP
    IF EXISTS (SELECT FROM idempotency i WHERE i.caller = one.account AND i.route = one.route AND i.key = one.key) THEN
      outcome[one.command] := 'duplicate';
      CONTINUE;
    END IF;
    INSERT INTO idempotency (caller, route, key, request_hash, answer)
    VALUES (one.caller, one.route, one.key, one.hash, one.answer) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      outcome[one.command] := 'duplicate';
    END IF;
  END LOOP;

  -- No stream is at version -1.
  FOR n IN 1 .. commands LOOP
    IF outcome[n] <> 'done' THEN
      expected[n] := -1;
    END IF;
  END LOOP;
  appended := append_many(p_streams, expected, p_added, p_events);
  FOR n IN 1 .. commands LOOP
    IF outcome[n] = 'done' AND NOT appended[n] THEN
      outcome[n] := 'conflict';
      DELETE FROM idempotency i USING jsonb_to_recordset(p_keys) AS k(command integer, caller text, route text, key text)
       WHERE k.command = n AND i.caller = k.caller AND i.route = k.route AND i.key = k.key;
    END IF;
  END LOOP;
  RETURN outcome;
END
$$;
