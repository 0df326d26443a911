-- One statement an index, each ended by a semicolon: a rebuild creates them last and CONCURRENTLY, since a long transaction
-- would hold back the relays. Each serves a list of the API in keyset order.
CREATE INDEX cases_vN_registered ON cases_vN (registered_at, case_id);
CREATE INDEX cases_vN_status ON cases_vN (status, registered_at, case_id);
CREATE INDEX cases_vN_department ON cases_vN (responsible_department, registered_at, case_id);
CREATE INDEX cases_vN_territory ON cases_vN (territory, registered_at, case_id);
CREATE INDEX cases_vN_category ON cases_vN (category, registered_at, case_id);
CREATE INDEX cases_vN_due ON cases_vN ((coalesce(next_due_at, 'infinity')), case_id);
CREATE INDEX cases_vN_recorded ON cases_vN (last_recorded_at, case_id);
CREATE INDEX cases_vN_number ON cases_vN (case_no);
CREATE INDEX clocks_vN_open ON clocks_vN (due_at, clock_id) WHERE stopped_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX clocks_vN_owed ON clocks_vN (owed_by, due_at, clock_id) WHERE stopped_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX clocks_vN_warned ON clocks_vN (due_at) WHERE warned_at IS NOT NULL AND stopped_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX clocks_vN_breached ON clocks_vN (breached_at) WHERE breached_at IS NOT NULL;
CREATE INDEX work_orders_vN_department ON work_orders_vN (department, case_id);
CREATE INDEX work_orders_vN_returned ON work_orders_vN (case_id) WHERE role = 'lead' AND status = 'returned';
CREATE INDEX work_orders_vN_open ON work_orders_vN (department) WHERE status IN ('dispatched', 'signed', 'in-progress');
CREATE INDEX timeline_vN_routing ON timeline_vN (occurred_at) WHERE type = 'lianban.routing.chosen.v1';
CREATE INDEX call_backs_vN_due ON call_backs_vN (lead) WHERE status = 'due';
