import { setMaxListeners } from 'node:events';
import type { Source } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { subjectOf } from './cloud-event.js';
import { keyOf, loadStreamVersions } from './consumer-tables.js';
import { loadParkedSubjects } from './parked-tables.js';
import { abortableSleep, cutShort } from './sleep.js';

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
  waitedFor?.abort(cutShort);
};

/** Between two looks; under load a consumer commits more often than it is worth looking. */
const leastPauseMs = 4;

interface Look {
  readonly versions: ReadonlyMap<string, number>;
  readonly parked: ReadonlyMap<string, { readonly blocked: boolean }>;
}

const lookAt = async (tx: Tx, consumer: string, seen: readonly SeenEvent[]): Promise<Look> => {
  const versions = await loadStreamVersions(tx, consumer, seen);
  const missing = seen.filter(isMissing(versions));
  return { versions, parked: missing.length === 0 ? new Map() : await loadParkedSubjects(tx, consumer, missing.map(({ streamId }) => subjectOf(streamId))) };
};

const isMissing = (versions: ReadonlyMap<string, number>) => (event: SeenEvent): boolean => (versions.get(keyOf(event)) ?? 0) < event.version;

/** One look for all who ask until it begins, and one at a time: the connections are the consumer's own, and 256 callers may wait. */
const createLookout = (tx: Tx, consumer: string) => {
  let next: { wanted: SeenEvent[]; found: Promise<Look> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const begin = () => {
    const wanted: SeenEvent[] = [];
    const found = last.then(() => new Promise(setImmediate)).then(() => {
      next = undefined;
      return lookAt(tx, consumer, wanted);
    });
    last = found.catch(() => undefined);
    return { wanted, found };
  };
  return (seen: readonly SeenEvent[]): Promise<Look> => {
    next ??= begin();
    next.wanted.push(...seen);
    return next.found;
  };
};

const lookouts = new WeakMap<Tx, Map<string, ReturnType<typeof createLookout>>>();
const lookoutOf = (tx: Tx, consumer: string) => {
  const known = lookouts.get(tx) ?? new Map<string, ReturnType<typeof createLookout>>();
  lookouts.set(tx, known);
  const lookout = known.get(consumer) ?? createLookout(tx, consumer);
  known.set(consumer, lookout);
  return lookout;
};

/**
 * Waits until `consumer` has applied what the caller has seen. `parked` answers at once: waiting would not help. Looks after each commit of
 * this process, and now and then by itself, since another copy of the service may have the partition.
 */
export const awaitConsumed = async (tx: Tx, consumer: string, seen: readonly SeenEvent[], timeoutMs: number): Promise<'seen' | 'behind' | 'parked'> => {
  const deadline = Date.now() + timeoutMs;
  const look = lookoutOf(tx, consumer);
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 100)) {
    // Before the look, so that a commit during it counts.
    const committed = nextCommit(consumer);
    const { versions, parked } = await look(seen);
    const missing = seen.filter(isMissing(versions));
    if (missing.length === 0) return 'seen';
    if (missing.some(({ streamId }) => parked.get(subjectOf(streamId))?.blocked)) return 'parked';
    if (Date.now() >= deadline) return 'behind';
    await abortableSleep(leastPauseMs);
    await abortableSleep(pause, committed);
  }
};
