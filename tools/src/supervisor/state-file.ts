import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from '../infrastructure/process-identity.js';
import type { ProcessSpec } from '../infrastructure/managed-process.js';
import { writePrivately } from '../secrets.js';

/** Stages end in this order. */
export const stages = ['service', 'kafka', 'postgres'] as const;
export type Stage = (typeof stages)[number];

/** A process the supervisor started, with what is needed to end it when the supervisor itself is gone. */
export interface RecordedProcess extends ProcessIdentity, Pick<ProcessSpec, 'name' | 'stopSignal' | 'stopWithinMs'> { stage: Stage }

/** Where things can be reached; `ready` once all of it can. */
export interface Addresses {
  gatewayUrl: string;
  serviceUrls: Readonly<Record<string, string>>;
  kafkaBrokers: string;
  /** Of the admin user, in Lianban's database. */
  adminDatabaseUrl: string;
  analystUrl: string;
}

export interface State {
  supervisor: ProcessIdentity;
  startedAt: string;
  processes: RecordedProcess[];
  addresses?: Addresses;
}

const stateFile = (dataDir: string) => join(dataDir, 'state.json');

/** What the last supervisor of this data folder wrote; undefined when there is none, or it ended properly. */
export function readState(dataDir: string): State | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(dataDir), 'utf8')) as State;
  } catch {
    return undefined;
  }
}

export function supervisorRuns(state: State): boolean {
  return isRunning(state.supervisor);
}

/**
 * Claims the data folder for this process. Of two starts at the same moment one wins: the file is linked into place,
 * which fails when it exists.
 * @returns false when another one has it
 */
export function claim(dataDir: string, state: State): boolean {
  const file = stateFile(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(state), { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (existsSync(file)) return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

export function writeState(dataDir: string, state: State): void {
  writePrivately(stateFile(dataDir), JSON.stringify(state, null, 2));
}

export function removeState(dataDir: string): void {
  rmSync(stateFile(dataDir), { force: true });
}

export function ownIdentity(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, startTime: '' };
}
