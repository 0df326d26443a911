export * from './fields.js';
export * from './define-event.js';
export * from './envelope.js';
export * from './problems.js';
export * from './catalogue.js';
export * from './mask-text.js';
<<<<<<< HEAD
export type { MaskedText } from './masked-text.js';
export { plainOf } from './plain-of.js';
=======
export * from './search-words.js';
>>>>>>> b3f42d3 (fix(insight, dispatch): words are found in any order and width; the highest supervision that stands is shown; no page misses a case that moves)
