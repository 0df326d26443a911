-- Tables of the read model `cases`, in the shape of this build. `_vN` is replaced by the version: `npm run rebuild -- cases`
-- makes the next one beside the live one, so this file may be changed freely. Columns are those of `src/domain/case-view.ts`.
CREATE TABLE cases_vN (
  case_id                uuid PRIMARY KEY,
  status                 text NOT NULL,
  case_no                text,
  title                  text,
  description            text,
  channel                text,
  category               text,
  territory              text,
  location               text,
  requester_kind         text,
  requester_ref          uuid,
  urgency                text,
  demand_kind            text,
  level                  text,
  green_channel          boolean,
  registered_at          timestamptz,
  accepted_at            timestamptz,
  contacted_at           timestamptz,
  refused_at             timestamptz,
  refusal_reason         text,
  refusal_text           text,
  on_the_spot_at         timestamptz,
  on_the_spot_result     text,
  withdrawn_at           timestamptz,
  withdrawal_reason      text,
  closed_at              timestamptz,
  reopened_at            timestamptz,
  reopenings             integer NOT NULL,
  merged_at              timestamptz,
  merged_into            uuid,
  repeats_case_id        uuid,
  repeats_requester      text,
  repeats_same_requester boolean,
  joined_demands         text[] NOT NULL,
  urgings                integer NOT NULL DEFAULT 0,
  last_urged_at          timestamptz,
  supplements            integer NOT NULL DEFAULT 0,
  messages               integer NOT NULL DEFAULT 0,
  questions              integer NOT NULL DEFAULT 0,
  waits_until            timestamptz,
  visit_id               uuid,
  round                  integer NOT NULL,
  dispatches             integer NOT NULL,
  returns                integer NOT NULL,
  dispatched_at          timestamptz,
  lead_department        text,
  assist_departments     text[] NOT NULL,
  first_answered_at      timestamptz,
  answered_at            timestamptz,
  answered_round         integer NOT NULL,
  answered_by            text,
  answer                 text,
  held_until             timestamptz,
  hold_reason            text,
  holds                  integer NOT NULL,
  extensions             integer NOT NULL,
  tier                   text,
  tier_moves             jsonb NOT NULL DEFAULT '[]',
  escalations            integer NOT NULL,
  supervisions           jsonb NOT NULL DEFAULT '{}',
  called_back_at         timestamptz,
  outcome_round          integer NOT NULL,
  reached                boolean,
  resolved               boolean,
  satisfaction           smallint,
  unit_at_fault          boolean,
  decision               text,
  reworks                integer NOT NULL,
  responsible_department text,
  contact_status         text,
  contact_due_at         timestamptz,
  lead_status            text,
  lead_due_at            timestamptz,
  next_due_at            timestamptz,
  breaches               integer NOT NULL,
  supervision            text,
  search_text            text NOT NULL DEFAULT '',
  period                 text,
  demands                integer NOT NULL,
  in_scope               smallint NOT NULL,
  contacted_in_time      smallint NOT NULL,
  counted_reached        smallint NOT NULL,
  counted_resolved       smallint NOT NULL,
  counted_asked          smallint NOT NULL,
  counted_satisfied      smallint NOT NULL,
  events                 integer NOT NULL,
  last_occurred_at       timestamptz,
  last_recorded_at       timestamptz
) WITH (fillfactor = 80);

CREATE TABLE work_orders_vN (
  case_id              uuid NOT NULL,
  work_order_id        uuid NOT NULL,
  department           text NOT NULL,
  role                 text NOT NULL,
  round                integer NOT NULL,
  cause                text,
  status               text NOT NULL,
  issued_at            timestamptz,
  signed_at            timestamptz,
  progressed_at        timestamptz,
  last_note            text,
  completed_at         timestamptz,
  result               text,
  without_assistants   text,
  returned_at          timestamptz,
  return_reason        text,
  suggested_department text,
  cancelled_at         timestamptz,
  cancel_reason        text,
  PRIMARY KEY (case_id, work_order_id)
) WITH (fillfactor = 80);

CREATE TABLE clocks_vN (
  case_id       uuid NOT NULL,
  clock_id      uuid NOT NULL,
  kind          text NOT NULL,
  round         integer NOT NULL,
  milestone     text,
  work_order_id uuid,
  department    text,
  owed_by       text,
  status        text NOT NULL,
  started_at    timestamptz,
  due_at        timestamptz,
  provisional   boolean NOT NULL,
  held_until    timestamptz,
  warned_at     timestamptz,
  stopped_at    timestamptz,
  breached_at   timestamptz,
  cancelled_at  timestamptz,
  derivation    jsonb,
  PRIMARY KEY (case_id, clock_id)
) WITH (fillfactor = 80);

CREATE TABLE call_backs_vN (
  case_id       uuid NOT NULL,
  call_back_id  uuid NOT NULL,
  demand_case_id uuid,
  round         integer NOT NULL,
  status        text NOT NULL,
  lead          text,
  work_order_id uuid,
  answered_at   timestamptz,
  opened_at     timestamptz,
  recorded_at   timestamptz,
  cancelled_at  timestamptz,
  reached       boolean,
  resolved      boolean,
  satisfaction  smallint,
  comment       text,
  unit_at_fault boolean,
  decision      text,
  reworks       integer,
  PRIMARY KEY (case_id, call_back_id)
) WITH (fillfactor = 80);

CREATE TABLE timeline_vN (
  case_id        uuid NOT NULL,
  source         text NOT NULL,
  stream_version integer NOT NULL,
  event_id       uuid NOT NULL,
  type           text NOT NULL,
  occurred_at    timestamptz NOT NULL,
  recorded_at    timestamptz NOT NULL,
  correlation_id text NOT NULL,
  causation_id   text NOT NULL,
  actor          jsonb NOT NULL,
  data           jsonb NOT NULL,
  PRIMARY KEY (case_id, source, stream_version)
);

-- What the rates of a period are summed from, so that asking for them costs by days and keys and not by cases. One row for each value of each dimension (of which the
-- dimension `all` has one, `all`), day of registration in China, and stripe. Triggers keep it in step with `cases_vN` in the statement that writes there, a COPY too, so that
-- nothing that writes cases can forget it, and the same event twice (no column changes) adds nothing.
-- Stripes: today's row of a busy department would be locked by every transaction that writes. Each takes a stripe that nobody holds, until it ends, and adds to rows of that
-- stripe only: no waiting and no deadlock whatever the order of its statements, and no list of single changes for somebody to fold. A stripe alone may be negative.
CREATE TABLE rate_sums_vN (
  dimension         text NOT NULL,
  day               date NOT NULL,
  key               text NOT NULL,
  stripe            smallint NOT NULL,
  cases             integer NOT NULL, -- those that are merged into another do not count
  demands           integer NOT NULL,
  in_scope          integer NOT NULL,
  contacted_in_time integer NOT NULL,
  counted_reached   integer NOT NULL,
  counted_resolved  integer NOT NULL,
  counted_asked     integer NOT NULL,
  counted_satisfied integer NOT NULL,
  PRIMARY KEY (dimension, day, key, stripe)
) WITH (fillfactor = 80);

-- A function for each kind of change, of one text: static SQL can only name the transition tables that its own trigger has, and SQL that is put together when a trigger
-- fires is planned each time, which cost four fifths of a statement that changes one row (0.8 instead of 0.2 ms).
DO $do$
DECLARE
  counted constant text := 'registered_at, responsible_department, territory, category, demand_kind, green_channel, demands, in_scope, contacted_in_time, counted_reached, counted_resolved, counted_asked, counted_satisfied';
  added   constant text := format('SELECT 1 AS sign, %s FROM added', counted);
  removed constant text := format('SELECT -1 AS sign, %s FROM removed', counted);
  kind    text;
  changes text;
BEGIN
  FOR kind, changes IN VALUES ('insert', added), ('update', added || ' UNION ALL ' || removed), ('delete', removed) LOOP
    EXECUTE format($text$
CREATE OR REPLACE FUNCTION keep_rate_sums_%s_vN() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $keep$
DECLARE
  lock constant integer := hashtext('rate_sums_vN');
  mine integer := 0;
BEGIN
  -- One that this transaction has is free for it. Only when all are taken, by as many transactions, does it wait, holding none.
  WHILE mine < 64 AND NOT pg_try_advisory_xact_lock(lock, mine) LOOP mine := mine + 1; END LOOP;
  IF mine = 64 THEN
    mine := pg_backend_pid() %% 64;
    PERFORM pg_advisory_xact_lock(lock, mine);
  END IF;
  INSERT INTO rate_sums_vN AS s
  SELECT d.dimension, ((c.registered_at AT TIME ZONE 'UTC') + interval '8 hours')::date, d.key, mine, coalesce(sum(sign) FILTER (WHERE demands > 0), 0), sum(sign * demands), sum(sign * in_scope), sum(sign * contacted_in_time),
         sum(sign * counted_reached), sum(sign * counted_resolved), sum(sign * counted_asked), sum(sign * counted_satisfied)
    FROM (%s) c
   CROSS JOIN LATERAL (VALUES ('all', 'all'), ('department', responsible_department), ('territory', territory), ('category', category), ('kind', demand_kind), ('green-channel', green_channel::text)) d (dimension, key)
   WHERE c.registered_at IS NOT NULL AND d.key IS NOT NULL
   GROUP BY 1, 2, 3
  HAVING (coalesce(sum(sign) FILTER (WHERE demands > 0), 0), sum(sign * demands), sum(sign * in_scope), sum(sign * contacted_in_time), sum(sign * counted_reached), sum(sign * counted_resolved), sum(sign * counted_asked), sum(sign * counted_satisfied))
         <> (0, 0, 0, 0, 0, 0, 0, 0)
  ON CONFLICT (dimension, day, key, stripe) DO UPDATE SET
         cases = s.cases + excluded.cases, demands = s.demands + excluded.demands, in_scope = s.in_scope + excluded.in_scope, contacted_in_time = s.contacted_in_time + excluded.contacted_in_time,
         counted_reached = s.counted_reached + excluded.counted_reached, counted_resolved = s.counted_resolved + excluded.counted_resolved,
         counted_asked = s.counted_asked + excluded.counted_asked, counted_satisfied = s.counted_satisfied + excluded.counted_satisfied;
  RETURN NULL;
END $keep$
    $text$, kind, changes);
  END LOOP;
END $do$;

CREATE TRIGGER insert_sums AFTER INSERT ON cases_vN REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_rate_sums_insert_vN();
CREATE TRIGGER update_sums AFTER UPDATE ON cases_vN REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_rate_sums_update_vN();
CREATE TRIGGER delete_sums AFTER DELETE ON cases_vN REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_rate_sums_delete_vN();

-- Puts what was added side by side together in one stripe, in the order in which it is asked for: a rebuild has a stripe for each of its connections. Month by month, since a
-- long transaction would hold back the relays. For a copy to which nobody writes.
CREATE OR REPLACE PROCEDURE fold_rate_sums_vN() LANGUAGE plpgsql AS $fold$
DECLARE
  piece record;
BEGIN
  FOR piece IN SELECT dimension, date_trunc('month', day)::date AS month FROM rate_sums_vN GROUP BY 1, 2 ORDER BY 1, 2 LOOP
    WITH apart AS (
      DELETE FROM rate_sums_vN WHERE dimension = piece.dimension AND day >= piece.month AND day < piece.month + interval '1 month' RETURNING *
    )
    INSERT INTO rate_sums_vN
    SELECT dimension, day, key, 0, sum(cases), sum(demands), sum(in_scope), sum(contacted_in_time), sum(counted_reached), sum(counted_resolved), sum(counted_asked), sum(counted_satisfied)
      FROM apart GROUP BY dimension, day, key
    HAVING (sum(cases), sum(demands), sum(in_scope), sum(contacted_in_time), sum(counted_reached), sum(counted_resolved), sum(counted_asked), sum(counted_satisfied)) <> (0, 0, 0, 0, 0, 0, 0, 0)
     ORDER BY dimension, day, key;
    COMMIT;
  END LOOP;
END $fold$;
