import { setMaxListeners } from 'node:events';
import type { Source } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { subjectOf } from './cloud-event.js';
import { keyOf, loadStreamVersions } from './consumer-tables.js';
import { loadParkedSubjects } from './parked-tables.js';
import { abortableSleep } from './sleep.js';

/** What a caller has seen: one case, in one service's stream, up to a version. */
export interface SeenEvent {
  readonly source: Source;
  readonly streamId: string;
  readonly version: number;
}

const commits = new Map<string, AbortController>();

/** Fires when `consumer` commits something in this process the next time. */
const nextCommit = (consumer: string): AbortSignal => {
  const known = commits.get(consumer);
  if (known) return known.signal;
  const next = new AbortController();
  // One listener for each caller who waits; they leave with the next commit or their own pause.
  setMaxListeners(0, next.signal);
  commits.set(consumer, next);
  return next.signal;
};

/** Lets those look again who wait for `consumer`. */
export const noteCommit = (consumer: string): void => {
  const waitedFor = commits.get(consumer);
  commits.delete(consumer);
  waitedFor?.abort();
};

/** Between two looks; under load a consumer commits more often than it is worth looking. */
const leastPauseMs = 4;

/**
 * Waits until `consumer` has applied what the caller has seen. `parked` answers at once: waiting would not help. Looks after each commit of
 * this process, and now and then by itself, since another copy of the service may have the partition.
 */
export const awaitConsumed = async (tx: Tx, consumer: string, seen: readonly SeenEvent[], timeoutMs: number): Promise<'seen' | 'behind' | 'parked'> => {
  const deadline = Date.now() + timeoutMs;
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 100)) {
    // Before the look, so that a commit during it counts.
    const committed = nextCommit(consumer);
    const versions = await loadStreamVersions(tx, consumer, seen);
    const missing = seen.filter((event) => (versions.get(keyOf(event)) ?? 0) < event.version);
    if (missing.length === 0) return 'seen';
    const parked = await loadParkedSubjects(tx, consumer, missing.map(({ streamId }) => subjectOf(streamId)));
    if ([...parked.values()].some(({ blocked }) => blocked)) return 'parked';
    if (Date.now() >= deadline) return 'behind';
    await abortableSleep(leastPauseMs);
    await abortableSleep(pause, committed);
  }
};
