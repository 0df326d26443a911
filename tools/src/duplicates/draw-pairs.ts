/** Draws the pairs that people label. By a measure of its own, so that no change of the product's changes which pairs were drawn. */
import type { Message } from './read-messages.js';

const seed = 22;
/** Lower ends of the bands of similarity; as many pairs are drawn from each, since of all pairs hardly one in ten thousand is of the same demand. */
export const bands = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 1] as const;
const perBand = 40;

export interface DrawnPair { readonly a: string; readonly b: string; readonly band: number }
export interface Drawn { readonly pairs: readonly DrawnPair[]; /** All pairs there are, by band. */ readonly population: readonly number[] }

const gramsOf = (text: string): Map<string, number> => {
  const plain = text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  const counts = new Map<string, number>();
  for (const size of [2, 3, 4]) for (let at = 0; at + size <= plain.length; at += 1) counts.set(plain.slice(at, at + size), (counts.get(plain.slice(at, at + size)) ?? 0) + 1);
  return counts;
};

/** Cosines of one text with those after it, rare grams counting more. */
const cosines = (texts: readonly string[]): ((row: number, into: Float64Array, factor: number) => void) => {
  const all = texts.map(gramsOf);
  const found = new Map<string, number>();
  for (const grams of all) for (const gram of grams.keys()) found.set(gram, (found.get(gram) ?? 0) + 1);
  const postings = new Map<string, { row: number; weight: number }[]>();
  const vectors = all.map((grams, row) => {
    const weighed = [...grams].map(([gram, count]) => [gram, (1 + Math.log(count)) * Math.log(texts.length / (found.get(gram) ?? 1))] as const);
    const norm = Math.hypot(...weighed.map(([, weight]) => weight)) || 1;
    const vector = weighed.filter(([gram]) => (found.get(gram) ?? 0) > 1).map(([gram, weight]) => [gram, weight / norm] as const);
    for (const [gram, weight] of vector) {
      const list = postings.get(gram) ?? [];
      list.push({ row, weight });
      postings.set(gram, list);
    }
    return vector;
  });
  return (row, into, factor) => {
    for (const [gram, weight] of vectors[row] ?? []) for (const other of postings.get(gram) ?? []) if (other.row > row) into[other.row] = (into[other.row] ?? 0) + factor * weight * other.weight;
  };
};

/** A number that looks like chance and is always the same for the same pair. */
const lot = (a: string, b: string): number => {
  let hash = 0x811c9dc5 ^ seed;
  for (const char of `${a}-${b}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** @param messages in the order of their files */
export const drawPairs = (messages: readonly Message[]): Drawn => {
  const [addText, addTitle] = [cosines(messages.map(({ text }) => text)), cosines(messages.map(({ title }) => title))];
  const population = bands.map(() => 0);
  const drawn = bands.map(() => [] as { a: string; b: string; band: number; lot: number }[]);
  for (const [row, { id: a }] of messages.entries()) {
    const similarity = new Float64Array(messages.length);
    addText(row, similarity, 1);
    addTitle(row, similarity, 0.5);
    for (let other = row + 1; other < messages.length; other += 1) {
      const b = messages[other]!.id;
      const band = bands.findLastIndex((from) => (similarity[other] ?? 0) >= from);
      population[band]! += 1;
      const mine = { a, b, band, lot: lot(a, b) };
      const kept = drawn[band]!;
      if (kept.length === perBand && mine.lot >= kept.at(-1)!.lot) continue;
      kept.push(mine);
      kept.sort((one, another) => one.lot - another.lot);
      kept.length = Math.min(kept.length, perBand);
    }
  }
  return { population, pairs: drawn.flat().map(({ a, b, band }) => ({ a, b, band })) };
};
