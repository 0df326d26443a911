import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loginRoles } from './database/roles.js';
import { loadSecrets, passwordVariables } from './secrets.js';
import { readSettings } from './settings.js';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'lianban-secrets-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('secrets of a data folder', () => {
  it('are made once and stay', () => {
    const made = loadSecrets(folder, {});
    expect(loadSecrets(folder, {})).toEqual(made);
    expect(new Set(Object.values(made.roles)).size).toBe(loginRoles.length);
  });

  it('a given password wins and is not written down', () => {
    const { roles } = loadSecrets(folder, { LIANBAN_PASSWORD_ANALYST: 'given' });
    expect(roles.analyst).toBe('given');
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('given');
  });

  it('every login role can be given a password', () => {
    expect(Object.keys(passwordVariables).sort()).toEqual([...loginRoles].sort());
  });

  it('in production those that are public or short are refused, each by its name; elsewhere they are not', () => {
    const given = { DATABASE_URL: 'postgres://postgres:lianban-local@postgres:5432/postgres', LIANBAN_PASSWORD_SLA: 'lianban-local-sla', LIANBAN_PASSWORD_ANALYST: 'short', LIANBAN_PASSWORD_INTAKE: 'a password of our own' };
    expect(() => readSettings({ ...given, NODE_ENV: 'production' })).toThrow(`With NODE_ENV=production these passwords are not accepted:
  DATABASE_URL: its password is the public default of docker-compose.yml
  LIANBAN_PASSWORD_SLA: is the public default of docker-compose.yml
  LIANBAN_PASSWORD_ANALYST: is shorter than 12 characters`);
    expect(() => readSettings(given)).not.toThrow();
  });
});
