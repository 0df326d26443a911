/** Finds the cases of a month in batches, so that a month of any size needs only the memory of one batch. */
import { refusedField } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { chinaMidnight, say } from '@lianban/texts';
import { currentFacts } from '../domain/facts.js';
import type { SlaFacts } from '../domain/facts.js';

export interface RegisteredCase {
  readonly caseId: string;
  readonly at: string;
  readonly caseNo: string;
  readonly title: string;
}

/** Notes each case once. Doing it again changes nothing. */
export const noteRegistered = async (tx: Tx, cases: readonly RegisteredCase[]): Promise<void> => {
  await tx.query(
    'INSERT INTO registered_case (case_id, at, case_no, title) SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING',
    [cases.map(({ caseId }) => caseId), cases.map(({ at }) => at), cases.map(({ caseNo }) => caseNo), cases.map(({ title }) => title)],
  );
};

/**
 * From the first instant of the month in China up to, not including, the first of the next month.
 * @throws DomainError `validation-failed` for a text that is no month
 */
export const monthBounds = (month: string): readonly [from: string, to: string] => {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined || number === undefined || Number(year) < 1949) throw refusedField('month', say('must-be-month'));
  const next = number === '12' ? `${String(Number(year) + 1).padStart(4, '0')}-01` : `${year}-${String(Number(number) + 1).padStart(2, '0')}`;
  return [chinaMidnight(`${month}-01`), chinaMidnight(`${next}-01`)];
};

const batchSize = 500;

/** The facts of the cases registered in the month, by time of registration. */
export async function* casesOfMonth(sql: Tx, month: string): AsyncGenerator<readonly { readonly caseId: string; readonly facts: SlaFacts }[]> {
  const [from, to] = monthBounds(month);
  let after = { at: from, case_id: '' };
  for (;;) {
    const { rows } = await sql.query<{ case_id: string; at: string; data: Partial<SlaFacts> }>(
      `SELECT r.case_id, r.at::text AS at, f.data FROM registered_case r JOIN case_fact f USING (case_id)
        WHERE (r.at, r.case_id) > ($1::timestamptz, $2) AND r.at < $3 ORDER BY r.at, r.case_id LIMIT ${batchSize}`, [after.at, after.case_id, to]);
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(({ case_id: caseId, data }) => ({ caseId, facts: currentFacts(data) }));
    after = last;
  }
}
