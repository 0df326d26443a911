import { deterministicId } from '@lianban/event-store';
import type { Ids } from './domain/react.js';

/** Cases whose ids are remembered, about 2 KB each: they are asked for with each event, and hashing them took a tenth of sla's time. */
const mostCases = 2_000;
const lately = new Map<string, Ids>();

/** The same of the same case whoever asks, so that a reaction or a sweep done again names the same. */
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
  // A map keeps the order of entry: the oldest goes.
  if (lately.size >= mostCases) lately.delete(lately.keys().next().value as string);
  lately.set(caseId, ids);
  return ids;
};
