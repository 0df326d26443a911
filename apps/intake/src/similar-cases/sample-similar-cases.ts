import type { SimilarCases } from './similar-cases.js';

/** Stands in where a spec is about something else. */
export const nothingAlike: Pick<SimilarCases, 'requesterOf' | 'likely' | 'repeated' | 'show'> = {
  requesterOf: () => null, likely: () => Promise.resolve([]), repeated: () => Promise.resolve(null), show: () => Promise.resolve([]),
};
