export * from './fields.js';
export * from './define-event.js';
export * from './envelope.js';
export * from './problems.js';
export * from './catalogue.js';
export * from './mask-text.js';
