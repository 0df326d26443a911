-- Requests for a later deadline, so that heads and coordinators find what waits for them. `number` is the one a request is decided under.
CREATE TABLE extension_request (
  extension_id  uuid PRIMARY KEY,
  work_order_id uuid NOT NULL,
  case_id       uuid NOT NULL,
  department    text NOT NULL,
  number        integer NOT NULL,
  ordinal       integer NOT NULL,
  added         jsonb NOT NULL,
  due_at        timestamptz NOT NULL,
  reason        text NOT NULL,
  status        text NOT NULL CHECK (status IN ('requested', 'granted', 'refused')),
  requested_at  timestamptz NOT NULL
);
CREATE INDEX extension_request_order ON extension_request (work_order_id);
CREATE INDEX extension_request_pending ON extension_request (department, requested_at, extension_id) WHERE status = 'requested';

-- Those of before, from the events.
INSERT INTO extension_request (extension_id, work_order_id, case_id, department, number, ordinal, added, due_at, reason, status, requested_at)
SELECT (e.data->>'extensionId')::uuid, (e.data->>'workOrderId')::uuid, e.stream_id::uuid, e.data->>'department',
       row_number() OVER (PARTITION BY e.data->>'workOrderId' ORDER BY e.version), (e.data->>'ordinal')::integer, e.data->'by', (e.data->>'dueAt')::timestamptz, e.data->>'reason',
       coalesce((SELECT CASE d.type WHEN 'lianban.extension.granted.v1' THEN 'granted' ELSE 'refused' END FROM event d
                  WHERE d.stream_id = e.stream_id AND d.type IN ('lianban.extension.granted.v1', 'lianban.extension.refused.v1') AND d.data->>'extensionId' = e.data->>'extensionId' LIMIT 1), 'requested'),
       date_trunc('milliseconds', e.occurred_at)
  FROM event e WHERE e.type = 'lianban.extension.requested.v1';
