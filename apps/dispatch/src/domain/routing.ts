/** Which department a demand is probably for, by the words of its duties in title, category and description. */

export interface Candidate {
  readonly code: string;
  readonly duties: readonly string[];
}
export interface Proposal {
  readonly department: string;
  /** 3 for a duty named in the title, 2 in the category, 1 in the description only; longer words say more and break ties. */
  readonly score: number;
  readonly reasons: readonly string[];
}

/** Where to look for a duty, the most significant place first; it counts once. */
const places = [
  { where: 'title', weight: 3 },
  { where: 'category', weight: 2 },
  { where: 'description', weight: 1 },
] as const;

export interface Demand {
  readonly title: string;
  readonly description: string;
  readonly category: string | null;
}

/** Best first; departments without a matching duty are left out. Equal scores keep the order of their codes, so the answer is stable. */
export const proposeRouting = (demand: Demand, candidates: readonly Candidate[]): Proposal[] =>
  candidates
    .map(({ code, duties }) => {
      const found = duties.flatMap((duty) => {
        const place = places.find(({ where }) => demand[where]?.includes(duty));
        return place ? [{ duty, ...place }] : [];
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
