export * from './act-on-due-cases.js';
export * from './due-metrics.js';
export * from './timer-loop.js';
