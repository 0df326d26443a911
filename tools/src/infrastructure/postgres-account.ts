import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartupProblem } from './startup-problem.js';

/** PostgreSQL refuses to run as root; then it runs as the system user `postgres`. Otherwise as whoever starts us. */
export interface PostgresAccount { uid: number; gid: number }

/** The account to switch to, or undefined when no switch is needed. As root, the user is created where the system has none. */
export function postgresAccount(): PostgresAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = lookUp();
  if (known) return known;
  try {
    execFileSync('groupadd', ['--force', 'postgres'], { stdio: 'pipe' });
    execFileSync('useradd', ['-g', 'postgres', '--no-create-home', 'postgres'], { stdio: 'pipe' });
  } catch {
    throw new StartupProblem('PostgreSQL does not run as root and the user "postgres" could not be created. Run `useradd postgres`, or start Lianban as another user.');
  }
  const created = lookUp();
  if (!created) throw new StartupProblem('The system user "postgres" was created but cannot be found. Start Lianban as a user other than root.');
  return created;
}

function lookUp(): PostgresAccount | undefined {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** Whether the account can enter the folder, by asking as that account; of folders yet to be made the nearest parent counts. */
export function canEnter(account: PostgresAccount, folder: string): boolean {
  return existsSync(folder) ? spawnSync('test', ['-x', folder], { cwd: '/', ...account }).status === 0 : canEnter(account, dirname(folder));
}

/** Names what belongs to a data folder and lies elsewhere. */
export const markOf = (dataDir: string): string => createHash('sha256').update(dataDir).digest('hex').slice(0, 12);

/**
 * Where PostgreSQL keeps its files: beside the other data, or, where that account cannot enter (a checkout below a private
 * home folder), in a folder of its own per data folder. Nobody's folder is chmodded for it.
 */
export function postgresHome(dataDir: string, account: PostgresAccount | undefined): string {
  const own = join(dataDir, 'postgres');
  if (!account || canEnter(account, dataDir)) return own;
  return join('/var/tmp', `lianban-${markOf(dataDir)}`, 'postgres');
}
