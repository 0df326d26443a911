/** How well the same demands are found, on messages that people have labelled. */
import { fingerprintOf, gather, similarity } from '@lianban/similar-cases';
import type { Fingerprint } from '@lianban/similar-cases';
import { labelledHotspots } from './labelled-hotspots.js';
import { labelledPairs } from './labelled-pairs.js';
import type { Message } from './read-messages.js';

export interface Share {
  readonly part: number;
  readonly of: number;
  readonly share: number;
  /** Wilson's interval of 95 %. */
  readonly from: number;
  readonly to: number;
}

export const shareOf = (part: number, of: number): Share => {
  const z = 1.96;
  const share = of === 0 ? 0 : part / of;
  const middle = (share + z * z / (2 * of)) / (1 + z * z / of);
  const half = z * Math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of);
  return { part, of, share, from: Math.max(0, middle - half), to: Math.min(1, middle + half) };
};

/** All pairs of the 3,605 messages, by band, as `draw-pairs.ts` counts them. */
export const population = [6485748, 7670, 1581, 502, 240, 115, 100, 65, 66, 123] as const;

interface JudgedPair { readonly how: number; readonly same: boolean; readonly band: number }

export const judgePairs = (messages: readonly Message[]): JudgedPair[] => {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const prints = new Map<string, Fingerprint>();
  const printOf = (id: string): Fingerprint => {
    const message = byId.get(id);
    if (!message) throw new RangeError(`no message ${id}: both files of real messages are needed`);
    const print = prints.get(id) ?? fingerprintOf(message);
    prints.set(id, print);
    return print;
  };
  return labelledPairs.map(([a, b, band, same]) => ({ how: similarity(printOf(a), printOf(b)), same, band }));
};

export const pairsAt = (pairs: readonly JudgedPair[], threshold: number): { precision: Share; recall: Share } => {
  const found = pairs.filter(({ how }) => how >= threshold);
  const right = found.filter(({ same }) => same).length;
  return { precision: shareOf(right, found.length), recall: shareOf(right, pairs.filter(({ same }) => same).length) };
};

/** The same, had all pairs been labelled: each counts for those of its band. Low bands have few drawn pairs that count for very many. */
export const pairsAmongAll = (pairs: readonly JudgedPair[], population: readonly number[], threshold: number): { precision: number; recall: number } => {
  const countsFor = population.map((all, band) => all / pairs.filter((pair) => pair.band === band).length);
  const sum = (some: readonly JudgedPair[]) => some.reduce((total, { band }) => total + (countsFor[band] ?? 0), 0);
  const found = pairs.filter(({ how }) => how >= threshold);
  const right = sum(found.filter(({ same }) => same));
  return { precision: right / sum(found), recall: right / sum(pairs.filter(({ same }) => same)) };
};

/** The threshold with the best harmonic mean of both, as it would be chosen on these pairs. */
const bestThreshold = (pairs: readonly JudgedPair[]): number => {
  const scored = pairs.map(({ how }) => {
    const { precision, recall } = pairsAt(pairs, how);
    return { how, score: 2 * precision.share * recall.share / (precision.share + recall.share || 1) };
  });
  return scored.reduce((best, one) => (one.score > best.score ? one : best)).how;
};

/** Chosen on one half of the pairs and measured on the other, both ways: what choosing the threshold on these very pairs is worth. */
export const crossChecked = (pairs: readonly JudgedPair[]): { precision: Share; recall: Share } => {
  const halves = [0, 1].map((half) => pairs.filter((_, index) => index % 2 === half));
  const counts = halves.map((half, index) => pairsAt(half, bestThreshold(halves[1 - index] ?? [])));
  const add = (what: 'precision' | 'recall') => shareOf(counts.reduce((sum, count) => sum + count[what].part, 0), counts.reduce((sum, count) => sum + count[what].of, 0));
  return { precision: add('precision'), recall: add('recall') };
};

export interface FoundHotspot { readonly name: string; readonly found: Share; readonly purity: Share }

/** The group that has most of each labelled hotspot. The messages name no territory, so no place counts as the same. */
export const findHotspots = (messages: readonly Message[], likeness: Parameters<typeof gather>[1]): FoundHotspot[] => {
  const groups = gather(messages.map((message) => ({ caseId: message.id, at: Date.parse(message.submittedAt), fingerprint: fingerprintOf(message), place: '' })), likeness, () => false);
  return Object.entries(labelledHotspots).map(([name, ids]) => {
    const wanted = new Set<string>(ids);
    const hits = groups.map((group) => ({ size: group.length, hits: group.filter(({ caseId }) => wanted.has(caseId)).length }));
    const best = hits.reduce((most, one) => (one.hits > most.hits ? one : most), { size: 0, hits: 0 });
    return { name, found: shareOf(best.hits, wanted.size), purity: shareOf(best.hits, best.size) };
  });
};
