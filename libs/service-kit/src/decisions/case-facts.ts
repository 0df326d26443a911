import type { Tx } from '@lianban/event-store';
import { factsFrom } from './aggregate.js';
import type { Aggregate } from './aggregate.js';

/** What a service knows of a case from other services' events, with the version to notice a change by. 0: nothing yet. */
export interface CaseFacts<Facts> {
  readonly version: number;
  readonly data: Facts;
}

export const loadFacts = async <Facts>(tx: Tx, caseId: string, stream: Pick<Aggregate<unknown, Facts>, 'facts'>): Promise<CaseFacts<Facts>> => {
  const { rows: [row] } = await tx.query<{ version: number; data: unknown }>('SELECT version, data FROM case_fact WHERE case_id = $1', [caseId]);
  return { version: row?.version ?? 0, data: factsFrom(stream, row?.data) };
};

/** Of many cases, to read only. */
export const loadFactsOf = async <Facts>(tx: Tx, caseIds: readonly string[], stream: Pick<Aggregate<unknown, Facts>, 'facts'>): Promise<ReadonlyMap<string, Facts>> => {
  const { rows } = await tx.query<{ case_id: string; data: unknown }>('SELECT case_id, data FROM case_fact WHERE case_id = ANY($1)', [caseIds]);
  return new Map(rows.map(({ case_id, data }) => [case_id, factsFrom(stream, data)]));
};

/** The facts of these cases as they are stored, as far as there are any, locked until the transaction ends; in the order of their ids, as everyone locks. */
export const lockFacts = async (tx: Tx, caseIds: readonly string[]): Promise<ReadonlyMap<string, unknown>> => {
  if (caseIds.length === 0) return new Map();
  const { rows } = await tx.query<{ case_id: string; data: unknown }>('SELECT case_id, data FROM case_fact WHERE case_id = ANY($1) ORDER BY case_id FOR UPDATE', [caseIds]);
  return new Map(rows.map(({ case_id, data }) => [case_id, data]));
};

export const saveFactsOf = async (tx: Tx, facts: ReadonlyMap<string, unknown>): Promise<void> => {
  if (facts.size === 0) return;
  const sorted = [...facts].sort(([a], [b]) => (a < b ? -1 : 1));
  await tx.query(
    `INSERT INTO case_fact AS f (case_id, version, data) SELECT case_id, 1, data FROM unnest($1::text[], $2::jsonb[]) AS changed(case_id, data)
     ON CONFLICT (case_id) DO UPDATE SET data = excluded.data, version = f.version + 1`,
    [sorted.map(([caseId]) => caseId), sorted.map(([, data]) => JSON.stringify(data))],
  );
};
