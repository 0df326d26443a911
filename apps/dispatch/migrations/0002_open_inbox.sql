-- The inbox shows open orders, soonest due first. Without an index of its own it walked over every order the department had ever ended, which are due
-- before all open ones: linear in the years gone by. Beside the writers; what an attempt that was cut short left behind goes first.
DROP INDEX CONCURRENTLY IF EXISTS work_order_open_inbox;
CREATE INDEX CONCURRENTLY work_order_open_inbox ON work_order (department, (COALESCE(next_due_at, 'infinity')), work_order_id)
 WHERE status IN ('dispatched', 'signed', 'in-progress');
