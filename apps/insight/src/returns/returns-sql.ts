/** How often leads return cases or hand them on by agreement, to whom these go next, and how long each sat on them. */

const groups = { pair: ['department', 'next'], department: ['department'], category: ['category'] } as const;
export type ReturnGrouping = keyof typeof groups;
export const returnGroupings = Object.keys(groups) as ReturnGrouping[];

/** $1 and $2: the bounds of the cases' registration, half open. */
export const returnsSql = (groupBy: ReturnGrouping): string => {
  const keys = groups[groupBy].join(', ');
  return `
  SELECT ${keys}, count(*) FILTER (WHERE status = 'returned')::int AS returns, count(*) FILTER (WHERE status = 'cancelled')::int AS transfers, count(DISTINCT case_id)::int AS cases,
         floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY held))::int AS "medianHeldMinutes", floor(max(held))::int AS "longestHeldMinutes"
    FROM (SELECT w.case_id, w.department, w.status, k.category, extract(epoch FROM coalesce(w.returned_at, w.cancelled_at) - w.issued_at) / 60 AS held,
                 (SELECT n.department FROM work_orders n WHERE n.case_id = w.case_id AND n.role = 'lead' AND n.work_order_id <> w.work_order_id AND n.issued_at >= coalesce(w.returned_at, w.cancelled_at)
                   ORDER BY n.issued_at, n.work_order_id LIMIT 1) AS next
            FROM work_orders w JOIN cases k USING (case_id)
           WHERE w.role = 'lead' AND (w.status = 'returned' OR w.cancel_reason = 'transferred')
             AND ($1::timestamptz IS NULL OR k.registered_at >= $1) AND ($2::timestamptz IS NULL OR k.registered_at < $2)) moves
   GROUP BY ${keys} ORDER BY returns DESC, transfers DESC, ${keys}`;
};

const utc = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** $1 least returns, $2 a department in the chain, $3 and $4 the last row seen, $5 how many. */
export const chainsSql = `
  SELECT k.case_id AS "caseId", k.case_no AS "caseNo", k.title, k.category, k.territory, c.returns, c.last AS "lastReturnedAt", c.links
    FROM (SELECT case_id, count(*) FILTER (WHERE status = 'returned')::int AS returns, max(returned_at) AS last, array_agg(department) AS departments,
                 jsonb_agg(jsonb_strip_nulls(jsonb_build_object('department', department, 'issuedAt', ${utc('issued_at')}, 'returnedAt', ${utc('returned_at')}, 'status', status,
                   'transferredAt', CASE WHEN cancel_reason = 'transferred' THEN ${utc('cancelled_at')} END,
                   'heldMinutes', floor(extract(epoch FROM coalesce(returned_at, completed_at, cancelled_at, now()) - issued_at) / 60),
                   'suggestedDepartment', suggested_department)) ORDER BY issued_at, work_order_id) AS links
            FROM work_orders
           WHERE role = 'lead' AND case_id IN (SELECT case_id FROM work_orders WHERE role = 'lead' AND status = 'returned')
           GROUP BY case_id) c
    JOIN cases k USING (case_id)
   WHERE c.returns >= $1 AND ($2::text IS NULL OR $2 = ANY (c.departments)) AND ($3::timestamptz IS NULL OR (c.last, k.case_id) < ($3, $4::uuid))
   ORDER BY c.last DESC, k.case_id DESC LIMIT $5`;
