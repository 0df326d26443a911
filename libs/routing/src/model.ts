/** What a routing model is to the rest of the system. Another model takes this one's place by filling `RoutingModel`. */

/** What is known of a demand before anybody has dispatched it. */
export interface Demand {
  readonly title: string;
  readonly description: string;
  /** Levels separated by `/`. */
  readonly category: string | null;
  /** Codes from the widest place to the narrowest. */
  readonly places?: readonly string[];
}

/** A department that could lead, with the words of its duties as the directory has them. */
export interface Candidate {
  readonly department: string;
  readonly duties: readonly string[];
}

/** Where a word was found; the title says most. */
export const fields = ['title', 'category', 'description'] as const;
export type Field = (typeof fields)[number];

export interface Judgement {
  readonly department: string;
  /** 0 to 1; all departments together make 1. */
  readonly share: number;
  /** Words of the department's table or duties that the demand has, the weightiest first. */
  readonly words: readonly { readonly word: string; readonly field: Field }[];
  /** What its wording has in common with demands that this department had before, the weightiest first. */
  readonly alike: readonly string[];
  /** Whether demands of this category and of this place went there before, as far as the model has learned. */
  readonly byCategory: boolean;
  readonly byPlace: boolean;
}

export interface RoutingModel {
  /** Digest of all that the model has learned. */
  readonly version: string;
  /** From this share on the first department is right in nine of ten. */
  readonly sureAt: number;
  /** Units that it has learned of. It can judge others too, by their duties. */
  readonly departments: readonly string[];
  /** All candidates, the likeliest first; equal ones by code. */
  judge(demand: Demand, candidates: readonly Candidate[]): Judgement[];
}
