import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { shippedCalendars } from '@lianban/working-time';
import type { Policy } from '../domain/policies.js';
import type { PolicyEvent } from '../publish-policy/publish-policy.decider.js';
import { liftPolicy, shippedPolicies } from '../domain/shipped-policies.js';
import type { EarlierPolicy } from '../domain/shipped-policies.js';
import { exclusiveRuleLock } from './rule-revision.js';

const locked = `WITH locked AS MATERIALIZED (SELECT ${exclusiveRuleLock})`;

/** Adds the shipped rows. Rows that are already there stay, and what a deployment has published stays in force. */
export const addShippedRules = async (sql: Tx): Promise<void> => {
  await sql.query(
    `${locked} INSERT INTO policy (id, effective_from, data)
     SELECT row->>'id', (row->>'effectiveFrom')::timestamptz, row FROM jsonb_array_elements($1) AS row, locked ON CONFLICT DO NOTHING`,
    [JSON.stringify(shippedPolicies)],
  );
  await sql.query(
    `${locked} INSERT INTO calendar (year, version, data)
     SELECT (row->>'year')::integer, row->>'version', row FROM jsonb_array_elements($1) AS row, locked
      WHERE NOT EXISTS (SELECT FROM calendar c WHERE c.unit = '' AND c.year = (row->>'year')::integer AND c.published_at IS NOT NULL)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(shippedCalendars)],
  );
};

export const loadPolicies = async (sql: Tx): Promise<Policy[]> => {
  const { rows } = await sql.query<{ data: Policy | EarlierPolicy }>('SELECT data FROM policy ORDER BY id, effective_from');
  return rows.map(({ data }) => liftPolicy(data));
};

/** Every row of a rule, the one added last first. */
export const loadRowsOf = async (sql: Tx, id: string): Promise<Policy[]> => {
  const { rows } = await sql.query<{ data: Policy | EarlierPolicy }>('SELECT data FROM policy WHERE id = $1 ORDER BY revision DESC', [id]);
  return rows.map(({ data }) => liftPolicy(data));
};

export const addPolicy = async (tx: Tx, { data }: EventEnvelope<PolicyEvent>): Promise<void> => {
  await tx.query('INSERT INTO policy (id, effective_from, data) VALUES ($1, $2, $3)', [data.id, data.effectiveFrom, JSON.stringify(data)]);
};
