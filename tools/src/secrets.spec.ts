import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loginRoles } from './database/roles.js';
import { loadSecrets, passwordVariables } from './secrets.js';

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
});
