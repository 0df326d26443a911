import type { Tx } from '@lianban/event-store';

/**
 * Who decides by the rules holds them still until the end of its transaction; who changes them waits for all of those, and keeps new ones
 * waiting until its change is committed. So no clock is computed by rules that were superseded before it was written.
 */
const lockKey = `hashtextextended('lianban rules of clocks', 0)`;

export const holdRules = async (tx: Tx): Promise<void> => {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${lockKey})`);
};

/** SQL that takes it. */
export const exclusiveRuleLock = `pg_advisory_xact_lock(${lockKey})`;

export const lockRules = async (tx: Tx): Promise<void> => {
  await tx.query(`SELECT ${exclusiveRuleLock}`);
};

/** Changes with every row of the rules. */
export const ruleRevision = async (sql: Tx): Promise<string> => {
  const { rows } = await sql.query<{ revision: string }>(
    `SELECT (SELECT coalesce(max(revision), 0) FROM calendar) || '/' || (SELECT coalesce(max(revision), 0) FROM policy) AS revision`);
  return rows[0]?.revision ?? '';
};
