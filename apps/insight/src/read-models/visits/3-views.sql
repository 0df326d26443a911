DROP VIEW IF EXISTS visits;
CREATE VIEW visits AS
  SELECT id AS visit_id, visited_at, territory, firm_id, household_id, plan_id, post, portfolio, met, case_ids, visited_by FROM visits_vN;
COMMENT ON VIEW visits IS 'One row per visit to a firm or a household';
COMMENT ON COLUMN visits.visit_id IS 'Id of the visit';
COMMENT ON COLUMN visits.visited_at IS 'When it was made, also where it was entered later';
COMMENT ON COLUMN visits.territory IS 'Code of its territory';
COMMENT ON COLUMN visits.firm_id IS 'Firm that was visited; null for a household';
COMMENT ON COLUMN visits.household_id IS 'Stands for the door of a household; null for a firm';
COMMENT ON COLUMN visits.plan_id IS 'Plan it counts for';
COMMENT ON COLUMN visits.post IS 'Post in which it was made: grid-worker, building-head, park-head or specialist';
COMMENT ON COLUMN visits.portfolio IS 'Portfolio of a specialist';
COMMENT ON COLUMN visits.met IS 'False: nobody was there';
COMMENT ON COLUMN visits.case_ids IS 'Cases made of the demands that were found';
COMMENT ON COLUMN visits.visited_by IS 'Id of who visited';
GRANT SELECT ON visits TO analyst;

DROP VIEW IF EXISTS firms;
CREATE VIEW firms AS SELECT id AS firm_id, building, floor, active, registered_at FROM firms_vN;
COMMENT ON VIEW firms IS 'The register of firms; their names stay in intake';
COMMENT ON COLUMN firms.firm_id IS 'Id of the firm';
COMMENT ON COLUMN firms.building IS 'Code of the building it is in';
COMMENT ON COLUMN firms.floor IS 'Floor, or where in the building';
COMMENT ON COLUMN firms.active IS 'False: it has closed or left the district';
COMMENT ON COLUMN firms.registered_at IS 'When it was entered in the register';
GRANT SELECT ON firms TO analyst;

DROP VIEW IF EXISTS visit_plans;
CREATE VIEW visit_plans AS SELECT id AS plan_id, title, territory, first_day, last_day, posts, ended_at FROM visit_plans_vN;
COMMENT ON VIEW visit_plans IS 'Plans of visits';
COMMENT ON COLUMN visit_plans.plan_id IS 'Id of the plan';
COMMENT ON COLUMN visit_plans.title IS 'Title';
COMMENT ON COLUMN visit_plans.territory IS 'Code of the building, park or grid';
COMMENT ON COLUMN visit_plans.first_day IS 'First day';
COMMENT ON COLUMN visit_plans.last_day IS 'Last day, inclusive';
COMMENT ON COLUMN visit_plans.posts IS 'Who visits and how often: post, portfolio, quota';
COMMENT ON COLUMN visit_plans.ended_at IS 'When it was ended before its last day';
GRANT SELECT ON visit_plans TO analyst;
