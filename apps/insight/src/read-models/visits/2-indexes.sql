CREATE INDEX visits_vN_time ON visits_vN (visited_at);
CREATE INDEX visits_vN_firm ON visits_vN (firm_id, visited_at) WHERE firm_id IS NOT NULL;
CREATE INDEX firms_vN_building ON firms_vN (building);
