import type { Tx } from '@lianban/event-store';

/**
 * A lock on the rules. Transactions that decide by the rules share it until they end. A transaction that changes the rules waits for all of them, and new ones wait
 * until it commits. So no clock is written that was computed by replaced rules.
 */
const lockKey = `hashtextextended('lianban rules of clocks', 0)`;

export const holdRules = async (tx: Tx): Promise<void> => {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${lockKey})`);
};

/** SQL that takes the lock for a change. */
export const exclusiveRuleLock = `pg_advisory_xact_lock(${lockKey})`;

export const lockRules = async (tx: Tx): Promise<void> => {
  await tx.query(`SELECT ${exclusiveRuleLock}`);
};

/** Changes whenever a calendar or a policy row is added. */
export const ruleRevision = async (sql: Tx): Promise<string> => {
  const { rows } = await sql.query<{ revision: string }>(
    `SELECT (SELECT coalesce(max(revision), 0) FROM calendar) || '/' || (SELECT coalesce(max(revision), 0) FROM policy) AS revision`);
  return rows[0]?.revision ?? '';
};
