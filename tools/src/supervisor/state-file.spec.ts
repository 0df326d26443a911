import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { claim, ownIdentity, readState, removeState, supervisorRuns, type State } from './state-file.js';

const dataDir = mkdtempSync(join(tmpdir(), 'lianban-state-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
const state = (): State => ({ supervisor: ownIdentity(), startedAt: '2026-11-22T09:00:00.000Z', processes: [] });

describe('state of a data folder', () => {
  it('is claimed by one supervisor only, until it is given up', () => {
    expect(claim(dataDir, state())).toBe(true);
    expect(claim(dataDir, state())).toBe(false);
    removeState(dataDir);
    expect(claim(dataDir, state())).toBe(true);
  });

  it('holds admin URLs, so only its owner reads it', () => {
    expect(statSync(join(dataDir, 'state.json')).mode & 0o077).toBe(0);
  });

  it('tells a supervisor that runs from one whose pid was given to another process', () => {
    const written = readState(dataDir)!;
    expect(supervisorRuns(written)).toBe(true);
    expect(supervisorRuns({ ...written, supervisor: { ...written.supervisor, startTime: 'before that' } })).toBe(false);
  });
});
