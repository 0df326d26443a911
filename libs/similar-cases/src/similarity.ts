import { hashIn, isInTitle, weightIn } from './fingerprint.js';
import type { Fingerprint } from './fingerprint.js';

const squares = (fingerprint: Fingerprint): { all: number; title: number } => {
  let [all, title] = [0, 0];
  for (const entry of fingerprint) {
    const square = weightIn(entry) ** 2;
    all += square;
    if (isInTitle(entry)) title += square;
  }
  return { all, title };
};

/**
 * From 0, nothing in common, to 1. Half of it is the cosine of all grams, half how much of each title the other demand repeats: a title names place and matter, and
 * the text around it may be about anything.
 */
export const similarity = (a: Fingerprint, b: Fingerprint): number => {
  let [product, titleOfA, titleOfB] = [0, 0, 0];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    const [one, other] = [a[i]!, b[j]!];
    const [hash, otherHash] = [hashIn(one), hashIn(other)];
    if (hash < otherHash) i += 1;
    else if (otherHash < hash) j += 1;
    else {
      product += weightIn(one) * weightIn(other);
      if (isInTitle(one)) titleOfA += weightIn(one) ** 2;
      if (isInTitle(other)) titleOfB += weightIn(other) ** 2;
      i += 1;
      j += 1;
    }
  }
  if (product === 0) return 0;
  const [ofA, ofB] = [squares(a), squares(b)];
  const repeated = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return (product / Math.sqrt(ofA.all * ofB.all) + (repeated(titleOfA, ofA.title) + repeated(titleOfB, ofB.title)) / 2) / 2;
};
