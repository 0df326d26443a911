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

/** Waits until `consumer` has applied what the caller has seen. `parked` answers at once: waiting would not help. */
export const awaitConsumed = async (tx: Tx, consumer: string, seen: readonly SeenEvent[], timeoutMs: number): Promise<'seen' | 'behind' | 'parked'> => {
  const deadline = Date.now() + timeoutMs;
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 100)) {
    const versions = await loadStreamVersions(tx, consumer, seen);
    const missing = seen.filter((event) => (versions.get(keyOf(event)) ?? 0) < event.version);
    if (missing.length === 0) return 'seen';
    const parked = await loadParkedSubjects(tx, consumer, missing.map(({ streamId }) => subjectOf(streamId)));
    if ([...parked.values()].some(({ blocked }) => blocked)) return 'parked';
    if (Date.now() >= deadline) return 'behind';
    await abortableSleep(pause);
  }
};
