/** Pure formulas of the rates and the meaning of a call-back. Satisfaction counts cases by them; whoever sums what it says makes rates of the sums here. */
export * from './call-back-outcome.js';
export * from './formulas.js';
export * from './three-rates.js';
