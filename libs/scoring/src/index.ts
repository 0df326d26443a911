/** Pure formulas of the rates and the meaning of a call-back. Satisfaction and insight compute by these, so their figures can't differ. */
export * from './call-back-outcome.js';
export * from './formulas.js';
export * from './three-rates.js';
