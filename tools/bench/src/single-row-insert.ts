import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

export interface Inserted {
  readonly rowsPerSecond: number;
  /** 'pgbench 15.14', or what stood in for it. */
  readonly tool: string;
}

/** About what an event of ours carries: 430 bytes of JSON. */
const body = JSON.stringify({ text: 'x'.repeat(418) });
const statement = `INSERT INTO public.bench_row (body) VALUES ('${body}')`;

/**
 * The baseline of everything that writes: one row of about an event's size in one transaction, over and over, through a prepared statement.
 * By pgbench where it is on the PATH or named by LIANBAN_PGBENCH; else by node-postgres over as many connections, which is slower than pgbench by what Node costs.
 * @param adminUrl a user who may create a table in schema public, e.g. `adminUrl` of the benchmark's Postgres
 */
export async function singleRowInsert(adminUrl: string, clients: number, seconds: number): Promise<Inserted> {
  await withClient(adminUrl, async (client) => {
    await client.query('DROP TABLE IF EXISTS public.bench_row');
    await client.query('CREATE TABLE public.bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb NOT NULL)');
  });
  try {
    const { perSecond, tool } = await repeated(adminUrl, statement, clients, seconds);
    return { rowsPerSecond: perSecond, tool };
  } finally {
    await withClient(adminUrl, (client) => client.query('DROP TABLE public.bench_row'));
  }
}

/**
 * How often a second so many clients get this statement done, each time in a transaction of its own, prepared.
 * @param sql without a colon before a letter or a digit, which pgbench takes for a variable
 */
export async function repeated(url: string, sql: string, clients: number, seconds: number): Promise<{ perSecond: number; tool: string }> {
  const version = pgbenchVersion();
  return version === undefined
    ? { perSecond: await byNode(url, sql, clients, seconds), tool: 'node-postgres (no pgbench here)' }
    : { perSecond: await byPgbench(url, sql, clients, seconds), tool: version };
}

const pgbench = () => process.env.LIANBAN_PGBENCH || 'pgbench';

function pgbenchVersion(): string | undefined {
  try {
    const printed = execFileSync(pgbench(), ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return `pgbench ${/[\d.]+/.exec(printed)?.[0] ?? ''}`.trim();
  } catch {
    return undefined;
  }
}

async function byPgbench(url: string, sql: string, clients: number, seconds: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-pgbench-'));
  const script = join(folder, 'insert.sql');
  try {
    writeFileSync(script, `${sql};\n`);
    const threads = Math.min(clients, availableParallelism());
    const { stdout } = await promisify(execFile)(pgbench(), [
      '--no-vacuum', '--protocol=prepared', `--client=${clients}`, `--jobs=${threads}`, `--time=${seconds}`, `--file=${script}`, url,
    ]);
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
    const connections = await Promise.all(Array.from({ length: clients }, () => pool.connect()));
    const startedAt = performance.now();
    const until = startedAt + seconds * 1000;
    const counts = await Promise.all(connections.map(async (connection) => {
      let inserted = 0;
      for (; performance.now() < until; inserted += 1) await connection.query({ name: 'repeated', text: sql });
      connection.release();
      return inserted;
    }));
    return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - startedAt) / 1000);
  } finally {
    await pool.end();
  }
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
