import type { Tx } from '@lianban/event-store';
import { shippedCalendars } from '@lianban/working-time';
import type { Calendar } from '@lianban/working-time';
import type { Policy } from '../domain/policies.js';
import { liftPolicy, shippedPolicies } from '../domain/shipped-policies.js';
import type { EarlierPolicy } from '../domain/shipped-policies.js';

/** Puts in what comes with the product. Rows that are there already, shipped or a deployment's own, stay as they are. */
export const addShippedRules = async (sql: Tx): Promise<void> => {
  await sql.query(
    `INSERT INTO policy (id, effective_from, data)
     SELECT row->>'id', (row->>'effectiveFrom')::timestamptz, row FROM jsonb_array_elements($1) AS row ON CONFLICT DO NOTHING`,
    [JSON.stringify(shippedPolicies)],
  );
  await sql.query(
    `INSERT INTO calendar (year, version, data)
     SELECT (row->>'year')::integer, row->>'version', row FROM jsonb_array_elements($1) AS row ON CONFLICT DO NOTHING`,
    [JSON.stringify(shippedCalendars)],
  );
};

export const loadPolicies = async (sql: Tx): Promise<Policy[]> => {
  const { rows } = await sql.query<{ data: Policy | EarlierPolicy }>('SELECT data FROM policy ORDER BY id, effective_from');
  return rows.map(({ data }) => liftPolicy(data));
};

/** The calendar in force of each published year. */
export const loadCalendars = async (sql: Tx): Promise<Calendar[]> => {
  const { rows } = await sql.query<{ data: Calendar }>('SELECT DISTINCT ON (year) data FROM calendar ORDER BY year, revision DESC');
  return rows.map(({ data }) => data);
};
