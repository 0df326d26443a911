/** Which department a demand is probably for: its duties' words that occur in the title and the description. */

export interface Candidate {
  readonly code: string;
  readonly duties: readonly string[];
}
export interface Proposal {
  readonly department: string;
  /** 3 for a duty named in the title, 1 for one named in the description only; longer words say more and break ties. */
  readonly score: number;
  readonly reasons: readonly string[];
}

const titleWeight = 3;
const descriptionWeight = 1;

/** Best first; departments without a matching duty are left out. Equal scores keep the order of their codes, so the answer is stable. */
export const proposeRouting = (demand: { readonly title: string; readonly description: string }, candidates: readonly Candidate[]): Proposal[] =>
  candidates
    .map(({ code, duties }) => {
      const found = duties.flatMap((duty) => {
        if (demand.title.includes(duty)) return [{ duty, weight: titleWeight, where: 'title' }];
        return demand.description.includes(duty) ? [{ duty, weight: descriptionWeight, where: 'description' }] : [];
      });
      return {
        department: code,
        score: found.reduce((sum, { weight }) => sum + weight, 0),
        reasons: found.map(({ duty, where }) => `duty "${duty}" is named in the ${where}`),
        length: found.reduce((sum, { duty }) => sum + duty.length, 0),
      };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.length - a.length || (a.department < b.department ? -1 : 1))
    .map(({ department, score, reasons }) => ({ department, score, reasons }));
