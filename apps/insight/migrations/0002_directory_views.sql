-- Names of the codes that the read models carry, from insight's copy of the reference data.
CREATE VIEW departments AS
  SELECT code, data->>'kind' AS kind, data#>>'{name,zh}' AS name_zh, data#>>'{name,en}' AS name_en, (data->>'active')::boolean AS active
    FROM directory_entry WHERE kind = 'department';
COMMENT ON VIEW departments IS 'Functional departments and other handling units';
COMMENT ON COLUMN departments.code IS 'Code, as in the columns named department, lead_department and the like';
COMMENT ON COLUMN departments.kind IS 'department (one of the 32), utility, property-firm or subdistrict';
COMMENT ON COLUMN departments.name_zh IS 'Chinese name';
COMMENT ON COLUMN departments.name_en IS 'English name';
COMMENT ON COLUMN departments.active IS 'False: kept for old cases, gets no new ones';

CREATE VIEW territories AS
  WITH RECURSIVE tree AS (
    SELECT code, data, ARRAY[code] AS path FROM directory_entry WHERE kind = 'territory' AND data->>'parent' IS NULL
    UNION ALL
    SELECT child.code, child.data, tree.path || child.code
      FROM directory_entry child JOIN tree ON child.data->>'parent' = tree.code
     WHERE child.kind = 'territory' AND child.code <> ALL (tree.path)
  )
  SELECT code, data->>'kind' AS kind, data#>>'{name,zh}' AS name_zh, data#>>'{name,en}' AS name_en, data->>'parent' AS parent, path,
         (data->>'active')::boolean AS active
    FROM tree;
COMMENT ON VIEW territories IS 'The territory tree, from the district down';
COMMENT ON COLUMN territories.code IS 'Code, as in the column territory of cases';
COMMENT ON COLUMN territories.kind IS 'district, subdistrict, community-residential, community-business, community-science-park, estate, grid, park, building or stairwell';
COMMENT ON COLUMN territories.name_zh IS 'Chinese name';
COMMENT ON COLUMN territories.name_en IS 'English name';
COMMENT ON COLUMN territories.parent IS 'Code of the territory it lies in; null for the district';
COMMENT ON COLUMN territories.path IS 'Codes from the district down to this one: a territory with all it holds is `WHERE ''code'' = ANY (path)`';
COMMENT ON COLUMN territories.active IS 'False: kept for old cases, gets no new ones';

CREATE VIEW categories AS
  SELECT code, data#>>'{levels,0}' AS level1, data#>>'{levels,1}' AS level2, data#>>'{levels,2}' AS level3, (data->>'active')::boolean AS active
    FROM directory_entry WHERE kind = 'category';
COMMENT ON VIEW categories IS 'Classes of demands';
COMMENT ON COLUMN categories.code IS 'Code `level1/level2/level3`, as in the column category of cases';
COMMENT ON COLUMN categories.level1 IS 'First level';
COMMENT ON COLUMN categories.level2 IS 'Second level';
COMMENT ON COLUMN categories.level3 IS 'Third level';
COMMENT ON COLUMN categories.active IS 'False: kept for old cases, gets no new ones';
