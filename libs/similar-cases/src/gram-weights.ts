import { commonGrams } from './common-grams.js';

const known = new Map(commonGrams.flatMap(([weight, grams]) => grams.split('|').map((gram) => [gram, weight] as const)));

/** Heavier than the rarest of the list, since a gram that is not in it is rarer still. */
const unknown = 5;

/** How much it says that two texts share the gram: the logarithm of how rare it is. */
export const weightOf = (gram: string): number => known.get(gram) ?? unknown;
