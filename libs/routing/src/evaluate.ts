/** How good proposals are on demands that the model has not seen. */
import { seeded } from './chance.js';
import { keywordLinearModel } from './keyword-linear-model.js';
import type { KeywordTable } from './keywords.js';
import type { Candidate } from './model.js';
import { train } from './train.js';
import type { Example } from './train.js';

export interface Tried { readonly department: string; /** 1 for the first; 0 when it is not proposed at all. */ readonly rank: number; readonly first: string; readonly share: number; readonly sure: boolean }

/** `sure` promises nine of ten. It is set for a little more, since unseen demands are a little harder. */
const wantedRight = 0.93;
const fewestSure = 20;
/** Where there are too few examples to tell. */
export const cautious = 0.9;

/** The lowest share from which on `wantedRight` of the tried are right. */
export const sureAtOf = (tried: readonly Pick<Tried, 'rank' | 'share'>[]): number => {
  const byShare = [...tried].sort((a, b) => b.share - a.share);
  let right = 0;
  let sureAt = cautious;
  byShare.forEach(({ rank, share }, at) => {
    if (rank === 1) right += 1;
    if (at + 1 >= fewestSure && right / (at + 1) >= wantedRight) sureAt = share;
  });
  return Math.round(sureAt * 10_000) / 10_000;
};

/** Demands with the same title lie in the same fold: people send one twice. */
export const foldsOf = (examples: readonly Example[], folds: number, seed: number): number[] => {
  const chance = seeded(seed);
  const byTitle = new Map<string, number>();
  return examples.map(({ demand: { title } }) => {
    const key = title.replace(/[^\p{Script=Han}]/gu, '');
    const fold = byTitle.get(key) ?? Math.floor(chance() * folds);
    byTitle.set(key, fold);
    return fold;
  });
};

const tryOn = (learnFrom: readonly Example[], tryWith: readonly Example[], keywords: KeywordTable, candidates: readonly Candidate[], sureAt: number): Tried[] => {
  const model = keywordLinearModel(train(learnFrom, keywords, candidates, sureAt));
  return tryWith.map(({ demand, department }) => {
    const judged = model.judge(demand, candidates);
    const { department: first = '', share = 0 } = judged[0] ?? {};
    return { department, rank: judged.findIndex((one) => one.department === department) + 1, first, share, sure: share >= model.sureAt };
  });
};

/** Each example is tried once, by a model that has learned from the other folds and, within them, where to be sure. */
export const crossValidate = (
  examples: readonly Example[], keywords: KeywordTable, candidates: readonly Candidate[],
  { folds = 5, seed = 1, nested = true }: { readonly folds?: number; readonly seed?: number; readonly nested?: boolean } = {},
): Tried[] => {
  const foldOf = foldsOf(examples, folds, seed);
  return Array.from({ length: folds }, (_, fold) => {
    const learnFrom = examples.filter((__, at) => foldOf[at] !== fold);
    const tryWith = examples.filter((__, at) => foldOf[at] === fold);
    const sureAt = nested ? sureAtOf(crossValidate(learnFrom, keywords, candidates, { folds, seed: seed + 1, nested: false })) : cautious;
    return tryOn(learnFrom, tryWith, keywords, candidates, sureAt);
  }).flat();
};

export interface Figure { readonly hits: number; readonly of: number; readonly share: number; /** 95 %, by Wilson. */ readonly from: number; readonly to: number }

export const figure = (hits: number, of: number): Figure => {
  if (of === 0) return { hits, of, share: 0, from: 0, to: 1 };
  const z = 1.96;
  const share = hits / of;
  const centre = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const whole = 1 + (z * z) / of;
  return { hits, of, share, from: (centre - spread) / whole, to: (centre + spread) / whole };
};

export interface Figures { readonly first: Figure; readonly amongThree: Figure; readonly sure: Figure; readonly sureRight: Figure }

export const figuresOf = (tried: readonly Tried[]): Figures => {
  const sure = tried.filter((one) => one.sure);
  const within = (most: number) => tried.filter(({ rank }) => rank > 0 && rank <= most).length;
  return {
    first: figure(within(1), tried.length), amongThree: figure(within(3), tried.length),
    sure: figure(sure.length, tried.length), sureRight: figure(sure.filter(({ rank }) => rank === 1).length, sure.length),
  };
};

/** The model for use: trained on all examples, sure where cross-validation says so. */
export const trainToUse = (examples: readonly Example[], keywords: KeywordTable, candidates: readonly Candidate[]) => {
  const tried = crossValidate(examples, keywords, candidates, { nested: false });
  return { model: train(examples, keywords, candidates, sureAtOf(tried)), tried };
};
