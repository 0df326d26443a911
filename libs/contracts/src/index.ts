export * from './fields.js';
export * from './define-event.js';
export * from './envelope.js';
export * from './problems.js';
export * from './catalogue.js';
export * from './mask-text.js';
export type { MaskedText } from './masked-text.js';
export { plainOf } from './plain-of.js';
export * from './search-words.js';
