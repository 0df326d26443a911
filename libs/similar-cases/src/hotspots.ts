import type { Fingerprint } from './fingerprint.js';
import { keysOf } from './keys.js';
import { similarity } from './similarity.js';

export interface ComparedCase {
  readonly caseId: string;
  /** When it was registered, in milliseconds. */
  readonly at: number;
  readonly fingerprint: Fingerprint;
  readonly place: string;
}

/** From when on two demands count as likely the same, and how far apart in time they may be. */
export interface Likeness {
  readonly similarity: number;
  /** At the same place less is enough. */
  readonly similarityAtSamePlace: number;
  readonly windowMs: number;
}

export const isLikely = (likeness: Pick<Likeness, 'similarity' | 'similarityAtSamePlace'>, how: number, samePlace: boolean): boolean =>
  how >= (samePlace ? likeness.similarityAtSamePlace : likeness.similarity);

/**
 * Which cases gather: each is likely the same demand as another one of its group, within the window of time. In one pass over the cases by time, so that only those
 * in the window are compared.
 * @param samePlace whether two places count as one
 * @returns the cases of each group of two or more, by time; the largest group first
 */
export const gather = <Case extends ComparedCase>(cases: readonly Case[], likeness: Likeness, samePlace: (one: string, other: string) => boolean): Case[][] => {
  const inTime = [...cases].sort((a, b) => a.at - b.at || (a.caseId < b.caseId ? -1 : 1));
  const groupOf = inTime.map((_, index) => index);
  const find = (index: number): number => {
    let root = index;
    while (groupOf[root] !== root) root = groupOf[root] = groupOf[groupOf[root]!]!;
    return root;
  };
  const found = new Map<number, number[]>();
  for (const [index, one] of inTime.entries()) {
    const keys = keysOf(one.fingerprint);
    for (const other of sharing(found, keys, (candidate) => one.at - inTime[candidate]!.at > likeness.windowMs)) {
      if (find(other) === find(index)) continue;
      const { fingerprint, place } = inTime[other]!;
      if (isLikely(likeness, similarity(one.fingerprint, fingerprint), samePlace(one.place, place))) groupOf[find(index)] = find(other);
    }
    for (const key of keys) {
      const indexes = found.get(key);
      if (indexes) indexes.push(index);
      else found.set(key, [index]);
    }
  }
  const groups = new Map<number, Case[]>();
  for (const [index, one] of inTime.entries()) groups.set(find(index), [...groups.get(find(index)) ?? [], one]);
  return [...groups.values()].filter(({ length }) => length > 1).sort((a, b) => b.length - a.length || a[0]!.at - b[0]!.at);
};

/** Earlier cases that share a key, each once, the newest first. Those that are over for good are dropped from the lists. */
const sharing = (found: Map<number, number[]>, keys: readonly number[], isOver: (index: number) => boolean): number[] => {
  const candidates = new Set<number>();
  for (const key of keys) {
    const indexes = found.get(key);
    if (!indexes) continue;
    const over = indexes.findIndex((index) => !isOver(index));
    if (over !== 0) indexes.splice(0, over === -1 ? indexes.length : over);
    for (const index of indexes) candidates.add(index);
  }
  return [...candidates].sort((a, b) => b - a);
};
