import { gramsOf } from './grams.js';
import { weightOf } from './gram-weights.js';

/** What is asked for, in words. Masked text serves as well: what is masked is nobody's to compare. */
export interface DemandText {
  readonly title: string;
  readonly text: string;
}

/**
 * A text, as far as it is compared: its heaviest grams, those of the title first. Each is one number: 24 bits of hash, one that says whether it is in the title, 7 bits of
 * weight; in rising order. It shows no text, yet whoever has it can try words against it, so it is kept as carefully as the text.
 */
export type Fingerprint = Uint32Array;

/** Enough for 150 characters; of a longer text the common words are left out. */
export const mostGrams = 96;

/** Steps of weight: a gram of weight 5 that occurs 10 times is still below the 127 that fit. */
const stepsPerUnit = 7;

const hashOf = (gram: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < gram.length; at += 1) hash = Math.imul(hash ^ gram.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 8;
};

const entryOf = (hash: number, inTitle: boolean, weight: number): number => ((hash << 8) | (inTitle ? 128 : 0) | weight) >>> 0;
export const hashIn = (entry: number): number => entry >>> 8;
export const isInTitle = (entry: number): boolean => (entry & 128) !== 0;
export const weightIn = (entry: number): number => entry & 127;

export const fingerprintOf = ({ title, text }: DemandText): Fingerprint => {
  const inTitle = gramsOf(title);
  const entries = new Map<number, number>();
  for (const [gram, count] of gramsOf(`${title}\n${text}`)) {
    const weight = Math.min(127, Math.max(1, Math.round(stepsPerUnit * weightOf(gram) * (1 + Math.log(count)))));
    const hash = hashOf(gram);
    entries.set(hash, Math.max(entries.get(hash) ?? 0, entryOf(hash, inTitle.has(gram), weight)));
  }
  // Title and weight are the low eight bits, so they order as one number.
  return Uint32Array.from([...entries.values()].sort((a, b) => (b & 255) - (a & 255) || a - b).slice(0, mostGrams)).sort();
};

/** Of a registered demand: the place that was named beside the text says as much as the text. */
export const fingerprintOfDemand = ({ title, description, location }: { readonly title: string; readonly description: string; readonly location: string | null }): Fingerprint =>
  fingerprintOf({ title, text: `${location ?? ''}\n${description}` });

/** For a column of text. */
export const writeFingerprint = (fingerprint: Fingerprint): string => Buffer.from(fingerprint.buffer, fingerprint.byteOffset, fingerprint.byteLength).toString('base64');
/** @throws RangeError when the text is none of `writeFingerprint` */
export const readFingerprint = (written: string): Fingerprint => fingerprintIn(Buffer.from(written, 'base64'));

/** @throws RangeError when the bytes are none of a fingerprint */
export const fingerprintIn = (bytes: Uint8Array): Fingerprint => {
  if (bytes.length % 4 !== 0) throw new RangeError('not a fingerprint');
  return new Uint32Array(Uint8Array.from(bytes).buffer);
};
