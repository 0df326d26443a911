import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames } from '@lianban/contracts';
import { weaknessOfAddress, weaknessOfPassword } from '@lianban/service-kit/development';
import { analystRole, loginRoles, serviceRole, type Passwords } from './database/roles.js';
import { StartupProblem } from './infrastructure/startup-problem.js';

/** Development secrets of one data folder: made once, readable by their owner only, never printed but for the analyst's. */
export interface Secrets {
  /** Of the superuser of an embedded Postgres. */
  postgres: string;
  roles: Passwords;
  /** Signs consistency tokens. */
  consistency: string;
  /** Makes the ids of persons out of their accounts. */
  person: string;
}

const passwordVariable = (name: string) => `LIANBAN_PASSWORD_${name.toUpperCase()}`;

/** Variables that give a role's password; one that is not given is made here. */
export const passwordVariables: Readonly<Record<string, string>> = {
  ...Object.fromEntries(serviceNames.map((name) => [serviceRole(name), passwordVariable(name)])),
  [analystRole]: passwordVariable(analystRole),
};

/** Passwords that are given must not be public or short in production. @throws StartupProblem naming each that is */
export function refuseWeakPasswords(env: Readonly<Record<string, string | undefined>>): void {
  if (env.NODE_ENV !== 'production') return;
  const given = [['DATABASE_URL', weaknessOfAddress], ...Object.values(passwordVariables).map((name) => [name, weaknessOfPassword] as const)] as const;
  const weak = given.flatMap(([name, weaknessOf]) => {
    const weakness = env[name] ? weaknessOf(env[name]) : undefined;
    return weakness ? [`${name}: ${weakness}`] : [];
  });
  if (weak.length > 0) throw new StartupProblem(`With NODE_ENV=production these passwords are not accepted:\n  ${weak.join('\n  ')}`);
}

const fresh = () => randomBytes(18).toString('base64url');

/** Reads the secrets; makes those that are missing (a newer version may need more of them). Given passwords win and are not written down. */
export function loadSecrets(dataDir: string, env: Readonly<Record<string, string | undefined>> = process.env): Secrets {
  const file = join(dataDir, 'secrets.json');
  const known: Partial<Secrets> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets> : {};
  const secrets: Secrets = {
    postgres: known.postgres ?? fresh(),
    roles: Object.fromEntries(loginRoles.map((role) => [role, known.roles?.[role] ?? fresh()])),
    consistency: known.consistency ?? randomBytes(32).toString('base64url'),
    person: known.person ?? randomBytes(32).toString('base64url'),
  };
  if (JSON.stringify(secrets) !== JSON.stringify(known)) writePrivately(file, JSON.stringify(secrets, null, 2));
  const given = loginRoles.flatMap((role) => {
    const password = env[passwordVariables[role] ?? ''];
    return password ? [[role, password] as const] : [];
  });
  return { ...secrets, roles: { ...secrets.roles, ...Object.fromEntries<string>(given) } };
}

/** Whole or not at all, for its owner only. */
export function writePrivately(file: string, content: string): void {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o711 });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content, { mode: 0o600 });
  renameSync(unfinished, file);
}
