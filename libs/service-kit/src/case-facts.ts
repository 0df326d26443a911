import type { Tx } from '@lianban/event-store';

/** What a service knows of a case from other services' events, with the version to notice a change by. 0: nothing yet. */
export interface CaseFacts<Facts> {
  readonly version: number;
  readonly data: Facts;
}

export const loadFacts = async <Facts>(tx: Tx, caseId: string, initial: Facts, lock: '' | 'FOR UPDATE' = ''): Promise<CaseFacts<Facts>> => {
  const { rows } = await tx.query<{ version: number; data: Facts }>(`SELECT version, data FROM case_fact WHERE case_id = $1 ${lock}`, [caseId]);
  return rows[0] ?? { version: 0, data: initial };
};

export const saveFacts = async (tx: Tx, caseId: string, facts: unknown): Promise<void> => {
  await tx.query(
    `INSERT INTO case_fact AS f (case_id, version, data) VALUES ($1, 1, $2)
     ON CONFLICT (case_id) DO UPDATE SET data = excluded.data, version = f.version + 1`,
    [caseId, JSON.stringify(facts)],
  );
};
