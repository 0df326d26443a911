/** From examples and a keyword table to a model that can be stored. */
import { createHash } from 'node:crypto';
import { gramsOf, vectorOf } from './grams.js';
import { keywordScore, plainDemand, wordsFound, wordsOf } from './keywords.js';
import type { KeywordTable } from './keywords.js';
import { fit } from './linear.js';
import type { Weights } from './linear.js';
import type { Candidate, Demand } from './model.js';

export interface Example { readonly demand: Demand; readonly department: string }

/** What of a model goes into a file. The weights are whole numbers from -127 to 127, times `scale`. */
export interface StoredModel {
  readonly format: 1;
  readonly departments: readonly string[];
  readonly keywords: KeywordTable;
  readonly sureAt: number;
  readonly examples: number;
  readonly grams: readonly string[];
  readonly rarity: readonly number[];
  readonly bias: readonly number[];
  readonly scale: number;
  /** Base64, gram by gram, a byte for each department. */
  readonly weights: string;
}

/** How much the keyword table counts beside what is learned. Chosen by cross-validation. */
export const keywordWeight = 1.2;
/** Of very many examples the most common grams are kept: 60,000 take 2 MB. */
const mostGrams = 60_000;
const fewestExamples = 2;

export const givenScores = (demand: Demand, keywords: KeywordTable, candidates: readonly Candidate[]): Float32Array => {
  const texts = plainDemand(demand);
  return Float32Array.from(candidates, ({ department, duties }) => keywordWeight * keywordScore(wordsFound(texts, wordsOf(keywords, department, duties))));
};

/** Grams that at least two examples have, in the order of their code points, with their rarity. */
const vocabularyOf = (examples: readonly Example[]): { grams: string[]; rarity: Float32Array } => {
  const holders = new Map<string, number>();
  for (const { demand } of examples) for (const counts of gramsOf(demand)) for (const gram of counts.keys()) holders.set(gram, (holders.get(gram) ?? 0) + 1);
  const kept = [...holders].filter(([, count]) => count >= fewestExamples)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, mostGrams).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return { grams: kept.map(([gram]) => gram), rarity: Float32Array.from(kept, ([, count]) => rounded(Math.log((examples.length + 1) / count))) };
};

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** Departments without an example are judged by their words alone. */
export const train = (examples: readonly Example[], keywords: KeywordTable, candidates: readonly Candidate[], sureAt: number): StoredModel => {
  const departments = [...new Set([...candidates.map(({ department }) => department), ...examples.map(({ department }) => department)])].sort();
  const duties = new Map(candidates.map((candidate) => [candidate.department, candidate.duties]));
  const all = departments.map((department) => ({ department, duties: duties.get(department) ?? [] }));
  const classOf = new Map(departments.map((department, at) => [department, at]));
  const { grams, rarity } = vocabularyOf(examples);
  const rowOf = new Map(grams.map((gram, row) => [gram, row]));
  const samples = examples.map(({ demand, department }) => ({
    vector: vectorOf(demand, rowOf, rarity), label: classOf.get(department) as number, given: givenScores(demand, keywords, all),
  }));
  return store(fit(samples, grams.length, departments.length), { departments, keywords, sureAt, examples: examples.length, grams, rarity: [...rarity].map(rounded) });
};

const store = ({ bias, table }: Weights, rest: Pick<StoredModel, 'departments' | 'keywords' | 'sureAt' | 'examples' | 'grams' | 'rarity'>): StoredModel => {
  const scale = table.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127 || 1;
  const bytes = Int8Array.from(table, (weight) => Math.round(weight / scale));
  return { format: 1, ...rest, bias: [...bias].map(rounded), scale, weights: Buffer.from(bytes.buffer).toString('base64') };
};

/** @throws Error when it is no model of this format */
export const readStoredModel = (text: string): StoredModel => {
  const model = JSON.parse(text) as Partial<StoredModel> | null;
  if (model?.format !== 1 || !Array.isArray(model.departments) || !Array.isArray(model.grams) || typeof model.weights !== 'string') throw new Error('it is no routing model of format 1');
  const [cells, expected] = [Buffer.from(model.weights, 'base64').length, model.departments.length * model.grams.length];
  if (cells !== expected) throw new Error(`it has ${cells} weights, and ${expected} are needed`);
  return model as StoredModel;
};

/** The same for the same content, whoever trained it and when. */
export const versionOf = (model: StoredModel): string => createHash('sha256').update(JSON.stringify(model)).digest('hex').slice(0, 12);
