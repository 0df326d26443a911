-- How far each service's stream was read stands in `consumer_stream`. A read model of an earlier shape has it in the row of the case too, which nobody writes any more.
DO $do$
DECLARE
  old record;
BEGIN
  FOR old IN SELECT table_name, column_name FROM information_schema.columns
              WHERE table_schema = current_schema() AND table_name LIKE 'cases\_v%' AND column_name IN ('intake_version', 'dispatch_version', 'sla_version', 'satisfaction_version') LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I DROP NOT NULL', old.table_name, old.column_name);
  END LOOP;
END $do$;
