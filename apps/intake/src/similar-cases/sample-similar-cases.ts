import type { SimilarCases } from './similar-cases.js';

/** Stands in where a spec is about something else. */
export const nothingAlike: Pick<SimilarCases, 'requesterOf' | 'likely' | 'show'> = { requesterOf: () => null, likely: () => Promise.resolve([]), show: () => Promise.resolve([]) };
