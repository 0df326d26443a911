/**
 * The versions of the three rates' formula, each from a month of registration on: figures of the months before stay under theirs. Another reading of the
 * rates is another row, never an edit of one. What each counts stands in docs/domain.md, "The three rates".
 */
export const formulas = [
  { formula: 'three-rates.v2', from: '0000-00', outcome: 'last', asked: 'reached' },
  { formula: 'three-rates.v3', from: '2026-11', outcome: 'last-reached', asked: 'said' },
] as const satisfies readonly {
  readonly formula: string;
  readonly from: string;
  /** Which of a demand's outcomes counts: the last, or the last that reached the requester. */
  readonly outcome: 'last' | 'last-reached';
  /** Who is in the denominator of satisfaction: all who were reached, or those of them who said how satisfied they are. */
  readonly asked: 'reached' | 'said';
}[];
export type Formula = (typeof formulas)[number];

export const newestFormula: Formula = formulas[1];

/** By which the cases of a month (`YYYY-MM`) are counted; of a case whose month is not known yet the newest. */
export const formulaOf = (period: string | null): Formula =>
  (period === null ? newestFormula : formulas.findLast(({ from }) => from <= period) ?? formulas[0]);

/** The names of those that count the months from `first` to `last`, in their order. */
export const formulasOf = (first: string, last: string): string[] => {
  const [oldest, newest] = [formulaOf(first), formulaOf(last)];
  return formulas.filter(({ from }) => from >= oldest.from && from <= newest.from).map(({ formula }) => formula);
};
