/** What a text is made of, for the model: characters and pairs of characters, each with its field. */
import type { Demand } from './model.js';

/** The beginning says what the matter is; a longer look made proposals no better in cross-validation. */
export const descriptionLength = 1_000;
const sizes = [1, 2] as const;

/** One writing of each character; the letters that stand for hidden names and numbers say nothing. */
export const plainText = (text: string): string => text.normalize('NFKC').replace(/_x000d_/giu, '').toLowerCase();
const stretches = (text: string): string[] => plainText(text).match(/\p{Script=Han}+|[a-z]{2,}/gu) ?? [];

/** How often each occurs, by field: `t:` title, `d:` description, `c:` category with its wider ones, `p:` place with its wider ones. */
export const gramsOf = ({ title, description, category, places = [] }: Demand): ReadonlyMap<string, number>[] => {
  const levels = category?.split('/') ?? [];
  return [
    count('t:', title),
    count('d:', description.slice(0, descriptionLength)),
    new Map(levels.map((_, depth) => [`c:${levels.slice(0, depth + 1).join('/')}`, 1])),
    new Map(places.map((place) => [`p:${place}`, 1])),
  ];
};

const count = (prefix: string, text: string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const stretch of stretches(text)) {
    for (const size of sizes) {
      for (let from = 0; from + size <= stretch.length; from++) {
        const gram = prefix + stretch.slice(from, from + size);
        counts.set(gram, (counts.get(gram) ?? 0) + 1);
      }
    }
  }
  return counts;
};

/** A sparse vector: rows of the model's table and their weights. */
export interface Vector { readonly rows: Int32Array; readonly weights: Float32Array }

/** Each field by itself has length 1, so that a short title weighs as much as a long description. Rare grams say more. */
export const vectorOf = (demand: Demand, rowOf: ReadonlyMap<string, number>, rarity: Float32Array): Vector => {
  const rows: number[] = [];
  const weights: number[] = [];
  for (const counts of gramsOf(demand)) {
    const first = rows.length;
    let squares = 0;
    for (const [gram, times] of counts) {
      const row = rowOf.get(gram);
      if (row === undefined) continue;
      const weight = (1 + Math.log(times)) * (rarity[row] ?? 0);
      rows.push(row);
      weights.push(weight);
      squares += weight * weight;
    }
    const length = Math.sqrt(squares) || 1;
    for (let at = first; at < weights.length; at++) weights[at] = (weights[at] ?? 0) / length;
  }
  return { rows: Int32Array.from(rows), weights: Float32Array.from(weights) };
};
