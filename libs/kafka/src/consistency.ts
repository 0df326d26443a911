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

/** A reader that waits for streams of one consumer; `done` fires when this process has committed all it waits for. */
interface Waiter {
  /** Versions by stream that have not been committed yet. */
  readonly left: Map<string, number>;
  readonly done: AbortController;
}

/** Waiting readers, by consumer and stream. */
const waiting = new Map<string, Map<string, Set<Waiter>>>();

const leave = (consumer: string, stream: string, waiter: Waiter): void => {
  const streams = waiting.get(consumer);
  const others = streams?.get(stream);
  others?.delete(waiter);
  waiter.left.delete(stream);
  if (others?.size === 0) streams?.delete(stream);
  if (streams?.size === 0) waiting.delete(consumer);
};

const join = (consumer: string, seen: readonly SeenEvent[]): Waiter => {
  const waiter: Waiter = { left: new Map(), done: new AbortController() };
  const streams = waiting.get(consumer) ?? new Map<string, Set<Waiter>>();
  waiting.set(consumer, streams);
  for (const event of seen) {
    const stream = keyOf(event);
    waiter.left.set(stream, Math.max(event.version, waiter.left.get(stream) ?? 0));
    streams.set(stream, (streams.get(stream) ?? new Set()).add(waiter));
  }
  return waiter;
};

/** After a commit, tells the readers that wait for `consumer` how far it has come. */
export const noteCommit = (consumer: string, advanced: readonly SeenEvent[]): void => {
  if (!waiting.has(consumer)) return;
  for (const event of advanced) {
    const stream = keyOf(event);
    for (const waiter of waiting.get(consumer)?.get(stream) ?? []) {
      if (event.version < (waiter.left.get(stream) ?? 0)) continue;
      leave(consumer, stream, waiter);
      if (waiter.left.size === 0) waiter.done.abort(cutShort);
    }
  }
};

/** Ends a consumer's pause between two fetches, by its name. */
const resting = new Map<string, AbortController>();

/** Fires when a reader in this process waits for what `consumer` has not applied yet; has already fired if one waits now. */
export const whenAwaited = (consumer: string): AbortSignal => {
  if (waiting.has(consumer)) return AbortSignal.abort(cutShort);
  const known = resting.get(consumer);
  if (known && !known.signal.aborted) return known.signal;
  const fresh = new AbortController();
  // Each partition pauses until then.
  setMaxListeners(0, fresh.signal);
  resting.set(consumer, fresh);
  return fresh.signal;
};

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

const firstPauseMs = 10;

/** One query serves all who ask before it begins, and only one runs at a time: the connections are the consumer's own, and 256 callers may wait. */
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
 * Waits until `consumer` has applied what the caller has seen. `parked` answers at once: waiting would not help. Commits of this process tell by themselves;
 * now and then it looks, since another copy of the service may have the partition.
 * @param commitsHere whether what this process commits is visible in `tx` at once; not so on a standby, where it is looked for from then on
 */
export const awaitConsumed = async (tx: Tx, consumer: string, seen: readonly SeenEvent[], timeoutMs: number, commitsHere = true): Promise<'seen' | 'behind' | 'parked'> => {
  const deadline = Date.now() + timeoutMs;
  const look = lookoutOf(tx, consumer);
  // Before the query, so that a commit during it counts.
  const waiter = join(consumer, seen);
  const { signal } = waiter.done;
  try {
    for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, 100)) {
      const { versions, parked } = await look(seen);
      const missing = seen.filter(isMissing(versions));
      if (missing.length === 0) return 'seen';
      if (missing.some(({ streamId }) => parked.get(subjectOf(streamId))?.blocked)) return 'parked';
      if (Date.now() >= deadline) return 'behind';
      resting.get(consumer)?.abort(cutShort);
      const committed = signal.aborted;
      await abortableSleep(pause, ...(committed ? [] : [signal]));
      if (!signal.aborted) continue;
      if (commitsHere) return 'seen';
      if (!committed) pause = firstPauseMs;
    }
  } finally {
    for (const stream of [...waiter.left.keys()]) leave(consumer, stream, waiter);
  }
};
