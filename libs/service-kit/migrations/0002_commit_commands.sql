-- Commits commands of many callers in one statement: facts still the same, the Idempotency-Key not used, the stream at its version; then
-- the key's answer and the events. Arrays by command: its stream, the version it expects, how many events it adds (0: it is already so),
-- the version of the facts it decided on (null: on none), and {caller, route, key, hash, answer} (null: no key). p_events as append_many
-- takes them. Returns by command 'done', 'conflict' (decide again) or 'duplicate' (the key has an answer); what is not done has written
-- nothing, and its neighbours don't mind.
-- Everyone locks in this order: facts by case id, keys by their order, streams by id. How long is waited for a lock the caller says
-- (lock_timeout, of the transaction).
CREATE FUNCTION commit_commands(p_streams text[], p_expected integer[], p_added integer[], p_facts integer[], p_keys jsonb, p_events jsonb)
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
    SELECT k.command, k.caller, k.route, k.key, k.hash, k.answer
      FROM jsonb_to_recordset(p_keys) AS k(command integer, caller text, route text, key text, hash text, answer jsonb)
     WHERE outcome[k.command] = 'done' ORDER BY k.caller, k.route, k.key, k.command
  LOOP
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
