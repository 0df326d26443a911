import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loginRoles, type Passwords } from './database/roles.js';

/** Development secrets of one data folder: made once, readable by their owner only, never printed but for the analyst's. */
export interface Secrets {
  /** Of the superuser of an embedded Postgres. */
  postgres: string;
  roles: Passwords;
  /** Signs consistency tokens. */
  consistency: string;
}

const fresh = () => randomBytes(18).toString('base64url');

/** Reads the secrets; makes those that are missing (a newer version may need more of them). */
export function loadSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  const known: Partial<Secrets> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets> : {};
  const secrets: Secrets = {
    postgres: known.postgres ?? fresh(),
    roles: Object.fromEntries(loginRoles.map((role) => [role, known.roles?.[role] ?? fresh()])),
    consistency: known.consistency ?? randomBytes(32).toString('base64url'),
  };
  if (JSON.stringify(secrets) !== JSON.stringify(known)) writePrivately(file, JSON.stringify(secrets, null, 2));
  return secrets;
}

/** Whole or not at all, for its owner only. */
export function writePrivately(file: string, content: string): void {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o755 });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content, { mode: 0o600 });
  renameSync(unfinished, file);
}
