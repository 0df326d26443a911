/** A stored model, ready to judge: the keyword table first, what was learned from grams on top of it. */
import { vectorOf } from './grams.js';
import { keywordScore, plainDemand, wordsFound, wordsOf } from './keywords.js';
import type { FoundWord } from './keywords.js';
import { logits, softmax } from './linear.js';
import type { Candidate, Demand, Judgement, RoutingModel } from './model.js';
import { keywordWeight, versionOf } from './train.js';
import type { StoredModel } from './train.js';

/** As many words and pieces as a reader takes in. */
const shown = 3;
/** For so many of the first it is said why. */
const explained = 5;
/** A piece counts as a reason when it adds this much to a department's score. */
const worthSaying = 0.15;

export const keywordLinearModel = (stored: StoredModel): RoutingModel => {
  const { departments, keywords, grams, sureAt } = stored;
  const bytes = Buffer.from(stored.weights, 'base64');
  const table = Float32Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length), (byte) => byte * stored.scale);
  const weights = { classes: departments.length, bias: Float32Array.from(stored.bias), table };
  const rowOf = new Map(grams.map((gram, row) => [gram, row]));
  const rarity = Float32Array.from(stored.rarity);
  const classOf = new Map(departments.map((department, at) => [department, at]));
  const nothingGiven = new Float32Array(departments.length);

  const judge = (demand: Demand, candidates: readonly Candidate[]): Judgement[] => {
    const texts = plainDemand(demand);
    const vector = vectorOf(demand, rowOf, rarity);
    const learned = logits(weights, vector, nothingGiven);
    const found = candidates.map(({ department, duties }) => wordsFound(texts, wordsOf(keywords, department, duties)));
    const shares = softmax(candidates.map(({ department }, at) => {
      const known = classOf.get(department);
      return keywordWeight * keywordScore(found[at] as FoundWord[]) + (known === undefined ? 0 : learned[known] as number);
    }));
    return candidates
      .map(({ department }, at) => ({ department, share: shares[at] as number, found: found[at] as FoundWord[] }))
      .sort((a, b) => b.share - a.share || (a.department < b.department ? -1 : 1))
      .map(({ found: words, ...judged }, rank) => ({
        ...judged,
        words: words.slice(0, shown).map(({ word, field }) => ({ word, field })),
        // Only the first few are shown to anybody.
        ...(rank < explained ? contributions(judged.department, vector) : { alike: [], byCategory: false, byPlace: false }),
      }));
  };

  const contributions = (department: string, vector: ReturnType<typeof vectorOf>) => {
    const at = classOf.get(department);
    if (at === undefined) return { alike: [], byCategory: false, byPlace: false };
    const added = [...vector.rows].map((row, index) => ({ gram: grams[row] as string, added: (table[row * departments.length + at] as number) * (vector.weights[index] as number) }))
      .filter((one) => one.added >= worthSaying).sort((a, b) => b.added - a.added);
    const pieces = added.filter(({ gram }) => /^[td]:..+$/u.test(gram)).map(({ gram }) => gram.slice(2));
    return { alike: [...new Set(pieces)].slice(0, shown), byCategory: added.some(({ gram }) => gram.startsWith('c:')), byPlace: added.some(({ gram }) => gram.startsWith('p:')) };
  };

  return { version: versionOf(stored), sureAt, departments, judge };
};
