-- Published years of working time are reference data as well: dispatch counts extensions by them.
ALTER TABLE directory_entry
  DROP CONSTRAINT directory_entry_kind_check,
  ADD CONSTRAINT directory_entry_kind_check CHECK (kind IN ('department', 'territory', 'category', 'calendar'));
