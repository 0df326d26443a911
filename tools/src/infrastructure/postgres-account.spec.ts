import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { canEnter, postgresAccount } from './postgres-account.js';

const account = postgresAccount();

(account ? it : it.skip)('the account enters what every parent lets it through to, be it yet to be made', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-account-'));
  const enters = (mode: number) => { chmodSync(folder, mode); return ['', 'made', 'made/to-be-made'].map((path) => canEnter(account!, join(folder, path))); };
  mkdirSync(join(folder, 'made'), { mode: 0o755 });
  expect([enters(0o711), enters(0o700)]).toEqual([[true, true, true], [false, false, false]]);
  rmSync(folder, { recursive: true });
});
