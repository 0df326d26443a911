import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { postgresAccount } from './postgres-account.js';

const groupAndOthers = 0o077;
/** What Lianban makes in a data folder, besides PostgreSQL's part, which has its own owner. */
const ours = /^(kafka(-\d+)?|log|keys)$/;

/** What a folder may be for PostgreSQL's account to pass through it, where that is not our own: entered and not listed. */
export const passable = (): number => (postgresAccount() ? 0o711 : 0o700);

/**
 * Events, logs, addresses and keys are their owner's only. Whatever this process and those it starts make from now on is for nobody else, and so becomes what
 * an earlier version has made. The data folder itself stays as it is when it was there: it may be a folder for other things as well.
 */
export function keepPrivate(dataDir: string): void {
  process.umask(groupAndOthers);
  if (mkdirSync(dataDir, { recursive: true }) !== undefined) chmodSync(dataDir, passable());
  for (const name of readdirSync(dataDir).filter((entry) => ours.test(entry))) withdraw(join(dataDir, name));
}

const withdraw = (path: string): void => {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  if ((found.mode & groupAndOthers) !== 0) chmodSync(path, found.mode & ~groupAndOthers & 0o7777);
  if (found.isDirectory()) for (const name of readdirSync(path)) withdraw(join(path, name));
};
