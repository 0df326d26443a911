/** The baseline of what sla writes: the same final rows, put into copies of its tables, with all their indexes, by multi-row INSERTs. */
import type pg from 'pg';

const tables = { event: 'stream_id', stream: 'stream_id', case_fact: 'case_id', timer: 'case_id', notice: 'case_id' } as const;
const casesAtOnce = 200;
const rowsAtOnce = 1_000;

/** @param admin a superuser */
export const makeCopies = async (admin: pg.Client): Promise<void> => {
  await dropCopies(admin);
  for (const table of Object.keys(tables)) {
    await admin.query(`CREATE TABLE public.bench_${table} (LIKE sla.${table} INCLUDING INDEXES INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  }
};

export const dropCopies = async (admin: pg.Client): Promise<void> => {
  for (const table of Object.keys(tables)) await admin.query(`DROP TABLE IF EXISTS public.bench_${table}`);
};

/** Copies all rows of these cases. @returns rows, and the seconds that the INSERTs alone took: the rows are read into memory before */
export const insertRows = async (admin: pg.Client, caseIds: readonly string[]): Promise<{ rows: number; seconds: number }> => {
  let inserted = 0;
  let seconds = 0;
  for (let first = 0; first < caseIds.length; first += casesAtOnce) {
    for (const [table, key] of Object.entries(tables)) {
      const { rows } = await admin.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM sla.${table} t WHERE ${key} = ANY ($1)`, [caseIds.slice(first, first + casesAtOnce)]);
      for (let at = 0; at < rows.length; at += rowsAtOnce) {
        const json = `[${rows.slice(at, at + rowsAtOnce).map(({ row }) => row).join()}]`;
        const startedAt = performance.now();
        const { rowCount } = await admin.query(`INSERT INTO public.bench_${table} SELECT * FROM jsonb_populate_recordset(NULL::public.bench_${table}, $1)`, [json]);
        seconds += (performance.now() - startedAt) / 1000;
        inserted += rowCount ?? 0;
      }
    }
  }
  return { rows: inserted, seconds };
};
