import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { casesReadModel } from '@lianban/insight/read-model';
import type pg from 'pg';
import { checkout } from '@lianban/tools/checkout';
import type { Violation } from './history.js';

/** Keeps the live rows, has the read model rebuilt from offset 0, and compares: not a row may differ. @param build prints something, for when it goes wrong */
export const checkRebuild = async (admin: pg.ClientBase, build: () => Promise<string>): Promise<Violation[]> => {
  const tables = casesReadModel.tables.map(({ name }) => name);
  const before = await liveVersion(admin);
  for (const table of tables) await admin.query(`CREATE TEMP TABLE live_${table}_v${before} AS SELECT * FROM insight.${table}_v${before}`);
  const printed = await build();
  const after = await liveVersion(admin);
  if (after <= before) return [{ check: 'the read model can be rebuilt', caseId: '-', detail: printed.trim().split('\n').slice(-3).join(' / ') }];
  const violations: Violation[] = [];
  for (const table of tables) {
    const rebuilt = `insight.${table}_v${after}`;
    for (const [one, other, what] of [[`live_${table}_v${before}`, rebuilt, 'live, not in the rebuild'], [rebuilt, `live_${table}_v${before}`, 'in the rebuild, not live']]) {
      const { rows } = await admin.query<{ case_id: string; row: string }>(
        `SELECT case_id, row_to_json(differs)::text AS row FROM (SELECT * FROM ${one} EXCEPT SELECT * FROM ${other}) differs LIMIT 20`);
      for (const { case_id: caseId, row } of rows) violations.push({ check: 'the read model equals a rebuild from zero', caseId, detail: `${table}, ${what}: ${row}` });
    }
  }
  return violations;
};

const liveVersion = async (admin: pg.ClientBase): Promise<number> => {
  const { rows: [row] } = await admin.query<{ version: number }>('SELECT version FROM insight.read_model WHERE name = $1', [casesReadModel.name]);
  return row?.version ?? 0;
};

/** As an operator would. With nothing given from outside, the tool looks into the data folder for the running system. */
export const rebuild = (dataDir: string): Promise<string> => new Promise((resolve, reject) => {
  const { DATABASE_URL: _, KAFKA_BROKERS: __, ...env } = process.env;
  const tool = spawn(process.execPath, [join(checkout, 'tools', 'dist', 'rebuild.js'), casesReadModel.name], { env: { ...env, LIANBAN_DATA_DIR: dataDir }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [tool.stdout, tool.stderr]) stream.on('data', (chunk: Buffer) => { printed += chunk.toString(); });
  tool.once('error', reject);
  tool.once('exit', () => resolve(printed));
});
