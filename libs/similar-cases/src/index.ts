/** Demands that are likely the same: how alike two texts are, by which words, which cases gather. Pure: intake and insight must get the same numbers. */
export { fingerprintIn, fingerprintOf, fingerprintOfDemand, readFingerprint, writeFingerprint, type DemandText, type Fingerprint } from './fingerprint.js';
export { gramsOf } from './grams.js';
export * from './hotspots.js';
export { keysOf } from './keys.js';
export { samePlaceIn } from './same-place.js';
export { sharedWords } from './shared-words.js';
export { similarity } from './similarity.js';
