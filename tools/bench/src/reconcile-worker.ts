/** Reconciles, or only reads all events of the stores one after the other, in a process of its own, so that its memory can be told. */
import { sources } from '@lianban/contracts';
import pg from 'pg';
import { troubleOnly } from '@lianban/tools/backbone-addresses';
import { reconcile } from '@lianban/tools/reconcile/reconcile';

export interface ReconcileTask { readonly adminUrl: string; readonly brokers: readonly string[]; readonly readOnly: boolean }
/** `differences` must be none, else the time is worth nothing. */
export interface ReconcileMeasured { readonly seconds: number; readonly maxRssMb: number; readonly differences: readonly string[] }

/** As few rows in memory as the reconciliation has. */
const rowsAtOnce = 5_000;

const readStores = async (adminUrl: string): Promise<void> => {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query('BEGIN READ ONLY');
  for (const source of sources) {
    await admin.query(`DECLARE ${source}_event NO SCROLL CURSOR FOR SELECT stream_id, version, id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor FROM ${source}.event`);
    for (let rows: unknown[] = [undefined]; rows.length > 0;) ({ rows } = await admin.query(`FETCH ${rowsAtOnce} FROM ${source}_event`));
  }
  await admin.end();
};

const measure = async ({ adminUrl, brokers, readOnly }: ReconcileTask): Promise<ReconcileMeasured> => {
  const startedAt = performance.now();
  const differences = readOnly ? (await readStores(adminUrl), []) : await reconcile({ adminUrl, brokers, log: troubleOnly, say: () => undefined });
  return {
    seconds: (performance.now() - startedAt) / 1000, maxRssMb: process.resourceUsage().maxRSS / 1024,
    differences: differences.map(({ check, count, examples: [first] }) => `${check}: ${count}, such as ${first}`),
  };
};

process.once('message', (task) => {
  measure(task as ReconcileTask).then(
    (measured) => process.send?.(measured, () => process.exit(0)),
    (error: unknown) => { process.stderr.write(`${String(error)}\n`); process.exit(1); },
  );
});
