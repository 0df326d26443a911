export * from './history.js';
export * from './infrastructure.js';
