-- Rules of the district, and whatever comes after them: the code says which kinds there are (`DirectoryCopy`).
ALTER TABLE directory_entry DROP CONSTRAINT directory_entry_kind_check;
