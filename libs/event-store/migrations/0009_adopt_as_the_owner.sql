-- Services may add events and not change them. Adopting changes transaction ids, and nothing else, so it runs with the owner's rights. It writes nothing unless
-- there are ids that this cluster has not reached, which a service cannot write: the database gives them.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION adopt_restored_events() SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END
$$;
