import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

/** About what an event of ours carries: 430 bytes of JSON. */
const statement = `INSERT INTO public.bench_row (body) VALUES ('${JSON.stringify({ text: 'x'.repeat(418) })}')`;

/**
 * The baseline of everything that writes: one row of about an event's size in one transaction, over and over. Rows a second.
 * @param adminUrl a user who may create a table in schema public
 */
export async function singleRowInsert(adminUrl: string, clients: number, seconds: number): Promise<number> {
  const admin = new pg.Pool({ connectionString: adminUrl, max: 1 });
  try {
    await admin.query('DROP TABLE IF EXISTS public.bench_row; CREATE TABLE public.bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb NOT NULL)');
    return await repeated(adminUrl, statement, clients, seconds);
  } finally {
    await admin.query('DROP TABLE public.bench_row');
    await admin.end();
  }
}

const pgbench = () => process.env.LIANBAN_PGBENCH || 'pgbench';

/** 'pgbench 15.14', or what stands in for it: node-postgres over as many connections, which is slower by what Node costs. */
export const tool = (): string => {
  try {
    return `pgbench ${/[\d.]+/.exec(execFileSync(pgbench(), ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[0] ?? ''}`.trim();
  } catch {
    return 'node-postgres (no pgbench here)';
  }
};

/**
 * How often a second so many clients get this statement done, each time in a transaction of its own, prepared.
 * @param sql without a colon before a letter or a digit, which pgbench takes for a variable
 */
export const repeated = (url: string, sql: string, clients: number, seconds: number): Promise<number> =>
  (tool().startsWith('pgbench') ? byPgbench : byNode)(url, sql, clients, seconds);

async function byPgbench(url: string, sql: string, clients: number, seconds: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-pgbench-'));
  const script = join(folder, 'insert.sql');
  try {
    writeFileSync(script, `${sql};\n`);
    const threads = Math.min(clients, availableParallelism());
    const { stdout } = await promisify(execFile)(pgbench(), ['--no-vacuum', '--protocol=prepared', `--client=${clients}`, `--jobs=${threads}`, `--time=${seconds}`, `--file=${script}`, url]);
    const tps = /tps = ([\d.]+)/.exec(stdout)?.[1];
    if (tps === undefined) throw new Error(`pgbench printed no figure:\n${stdout}`);
    return Number(tps);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function byNode(url: string, sql: string, clients: number, seconds: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: clients });
  try {
    return await perSecond(clients, seconds, () => pool.query({ name: 'repeated', text: sql }));
  } finally {
    await pool.end();
  }
}

/** How often a second `clients` loops get through `work` together. */
export const perSecond = async (clients: number, seconds: number, work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    for (; performance.now() - startedAt < seconds * 1000; done += 1) await work();
  }));
  return done / ((performance.now() - startedAt) / 1000);
};
