/** How often a case was returned or handed on, and the ruling that ends it. Nothing from before a reopening counts. */
import type { RulesInForce } from '@lianban/contracts';
import type { DispatchState, Ruling } from './case-orders.js';
import type { DispatchFacts } from './facts.js';

/** When a case must be ruled on and is not dispatched again. Source of the shipped numbers: a rule of Bayannur (`docs/domain.md`). */
export interface DisputeRules { readonly returnsUntilRuling: number; readonly transfersUntilRuling: number }

/** A case keeps the numbers of the day on which it was accepted or last opened again. */
export const disputeRulesOf = (rules: RulesInForce, { openSince, demand }: DispatchFacts, at: string): DisputeRules => {
  const when = { at: openSince ?? at, territory: demand?.territory };
  return { returnsUntilRuling: rules('returns-until-ruling', when), transfersUntilRuling: rules('transfers-until-ruling', when) };
};

const counts = (at: string, { reopenedAt }: DispatchFacts): boolean => reopenedAt === undefined || Date.parse(at) >= Date.parse(reopenedAt);

/** The ruling that binds; null when there is none. One that an objection has undone binds nobody. */
export const standingRuling = ({ ruling }: DispatchState, facts: DispatchFacts): Ruling | null =>
  (ruling && counts(ruling.at, facts) && ruling.objection?.status !== 'upheld' ? ruling : null);

/** By leads, since the ruling that binds. */
export const returnsOf = (state: DispatchState, facts: DispatchFacts): number => {
  const ruling = standingRuling(state, facts);
  return state.workOrders.filter(({ role, status, issuedAt }) =>
    role === 'lead' && status === 'returned' && counts(issuedAt, facts) && (!ruling || Date.parse(issuedAt) >= Date.parse(ruling.at))).length;
};

/** Agreed ones, since the ruling that binds. */
export const transfersOf = (state: DispatchState, facts: DispatchFacts): number => {
  const ruling = standingRuling(state, facts);
  return state.transfers.filter(({ status, at }) => status === 'agreed' && counts(at, facts) && (!ruling || Date.parse(at) >= Date.parse(ruling.at))).length;
};
