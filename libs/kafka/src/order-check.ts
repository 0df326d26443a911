import type { OutboxEntry } from '@lianban/event-store';
import { LRUCache } from 'lru-cache';
import type { BackboneLog } from './client.js';
import { orderAlarms } from './metrics.js';

/** Checks that the versions of each stream follow each other in commit order. It raises an alarm and repairs nothing. */
export const createOrderCheck = (log: BackboneLog) => {
  const lastVersions = new LRUCache<string, number>({ max: 100_000 });
  let alarms = 0;
  return {
    check(entries: readonly OutboxEntry[]): void {
      for (const { streamId, streamVersion } of entries) {
        const last = lastVersions.get(streamId);
        if (last !== undefined && streamVersion !== last + 1) {
          alarms += 1;
          orderAlarms.inc();
          log.error({ streamId, streamVersion, last }, 'versions of a stream do not follow each other in commit order');
        }
        lastVersions.set(streamId, streamVersion);
      }
    },
    /** A new term starts from the stored position, which may lie before what was seen. */
    forget(): void { lastVersions.clear(); },
    get alarms() { return alarms; },
  };
};
