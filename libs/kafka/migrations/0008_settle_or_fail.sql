-- As settle_partitions, for a statement that goes out together with the COMMIT: where that says false, this fails, and so the COMMIT undoes everything.
CREATE FUNCTION settle_or_fail(
  p_consumer text, p_topics text[], p_partitions integer[], p_froms bigint[], p_tos bigint[], p_sources text[], p_streams text[], p_versions integer[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT settle_partitions(p_consumer, p_topics, p_partitions, p_froms, p_tos, p_sources, p_streams, p_versions) THEN
    RAISE EXCEPTION 'an offset of % is not where it was left', p_consumer USING ERRCODE = 'LB001';
  END IF;
END
$$;
