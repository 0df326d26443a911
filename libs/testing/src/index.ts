export * from './history.js';
export * from './infrastructure.js';
export * from './hostile-database.js';
export * from './runs.js';
export * from './given-when-then.js';
