import { hashIn, isInTitle, weightIn } from './fingerprint.js';
import type { Fingerprint } from './fingerprint.js';

/** How many grams a case is found by. */
const most = 16;
const fromTitle = most / 2;

const heaviest = (entries: readonly number[], count: number): number[] => [...entries].sort((a, b) => weightIn(b) - weightIn(a) || a - b).slice(0, count);

/**
 * By which grams a case is found: the heaviest of the title, and the heaviest of the rest. Two demands that are alike share one in 997 of 1,000 pairs (docs/duplicates.md);
 * an index of all grams would be six times as large.
 */
export const keysOf = (fingerprint: Fingerprint): number[] => {
  const entries = [...fingerprint];
  const title = heaviest(entries.filter(isInTitle), fromTitle);
  const chosen = new Set(title);
  return [...title, ...heaviest(entries.filter((entry) => !chosen.has(entry)), most - title.length)].map(hashIn);
};
