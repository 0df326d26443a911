/** Multinomial logistic regression over sparse vectors, trained by AdaGrad, on top of scores that are given and stay as they are. */
import { seeded, shuffled } from './chance.js';
import type { Vector } from './grams.js';

export interface Sample { readonly vector: Vector; readonly label: number; /** By class: what is added before anything is learned. */ readonly given: Float32Array }
export interface Weights {
  readonly classes: number;
  readonly bias: Float32Array;
  /** Row by row, one number for each class. */
  readonly table: Float32Array;
}

/** Chosen by cross-validation; results change little around them. */
const settings = { epochs: 8, rate: 0.3, decay: 1e-4, smoothing: 0.01, biasRate: 0.1 } as const;
/** Classes that are this close to right teach nothing. */
const negligible = 0.003;

export const logits = ({ classes, bias, table }: Weights, { rows, weights }: Vector, given: Float32Array): Float64Array => {
  const sums = new Float64Array(classes);
  for (let c = 0; c < classes; c++) sums[c] = (bias[c] ?? 0) + (given[c] ?? 0);
  for (let at = 0; at < rows.length; at++) {
    const base = (rows[at] as number) * classes;
    const weight = weights[at] as number;
    for (let c = 0; c < classes; c++) (sums[c] as number) += (table[base + c] as number) * weight;
  }
  return sums;
};

/** Shares that make 1. */
export const softmax = (scores: ArrayLike<number>): Float64Array => {
  const shares = Float64Array.from(scores);
  const most = shares.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let c = 0; c < shares.length; c++) sum += (shares[c] = Math.exp((shares[c] as number) - most));
  for (let c = 0; c < shares.length; c++) shares[c] = (shares[c] as number) / sum;
  return shares;
};

/** The same samples in the same order give the same weights. */
export const fit = (samples: readonly Sample[], rows: number, classes: number): Weights => {
  const { epochs, rate, decay, smoothing, biasRate } = settings;
  const weights: Weights = { classes, bias: new Float32Array(classes), table: new Float32Array(rows * classes) };
  const { bias, table } = weights;
  const seen = new Float32Array(table.length);
  const seenBias = new Float32Array(classes);
  const chance = seeded(1);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { vector, label, given } of shuffled(samples, chance)) {
      const error = softmax(logits(weights, vector, given));
      (error[label] as number) -= 1;
      for (let c = 0; c < classes; c++) {
        const slope = error[c] as number;
        (seenBias[c] as number) += slope * slope;
        (bias[c] as number) -= (biasRate * slope) / Math.sqrt((seenBias[c] as number) + smoothing);
      }
      const wrong = [...error.keys()].filter((c) => Math.abs(error[c] as number) > negligible);
      for (let at = 0; at < vector.rows.length; at++) {
        const base = (vector.rows[at] as number) * classes;
        const weight = vector.weights[at] as number;
        for (const c of wrong) {
          const cell = base + c;
          const slope = (error[c] as number) * weight + decay * (table[cell] as number);
          (seen[cell] as number) += slope * slope;
          (table[cell] as number) -= (rate * slope) / Math.sqrt((seen[cell] as number) + smoothing);
        }
      }
    }
  }
  return weights;
};
