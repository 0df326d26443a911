/** The tiers (层级) of a case: its own territory and those above it. */
import type { RulesInForce } from '@lianban/contracts';
import type { DispatchState, Tier } from './case-orders.js';
import type { DispatchFacts } from './facts.js';

/** A territory and those above it, itself first; empty for one that is not in the directory. */
export type PathOf = (territory: string) => readonly Tier[];

export const pathOfCase = ({ demand }: DispatchFacts, pathOf: PathOf): readonly Tier[] => (demand ? pathOf(demand.territory) : []);

/** Where in its path the case is now: 0 is its own territory. */
export const positionIn = (path: readonly Tier[], { tier }: DispatchState): number => Math.max(0, tier === null ? 0 : path.findIndex(({ code }) => code === tier.code));

/** What dispatch's process managers know of the district, as of the transaction. */
export interface DistrictNow {
  readonly pathOf: PathOf;
  readonly rules: RulesInForce;
}
