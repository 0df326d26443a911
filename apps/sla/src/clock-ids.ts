import { deterministicId } from '@lianban/event-store';
import { LRUCache } from 'lru-cache';
import type { Ids } from './domain/react.js';

/** Ids of so many cases are remembered, about 2 KB each. Every event asks for them, and hashing them took a tenth of sla's time. */
const lately = new LRUCache<string, Ids>({ max: 2_000 });

/** The same case always gets the same ids. So a reaction or a sweep that runs again names the same things. */
export const idsOf = (caseId: string): Ids => {
  const known = lately.get(caseId);
  if (known) return known;
  const clocks = new Map<string, string>();
  const ids: Ids = {
    clock: (kind, round, of) => {
      const key = `${kind} ${round} ${of ?? ''}`;
      const id = clocks.get(key) ?? deterministicId(caseId, kind, round, of);
      clocks.set(key, id);
      return id;
    },
    supervision: (clockId, step, dueAt) => deterministicId(clockId, step, dueAt),
  };
  lately.set(caseId, ids);
  return ids;
};
