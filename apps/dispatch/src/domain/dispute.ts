/** How often a case was returned, and the ruling that ends it. Nothing from before a reopening counts. */
import type { DispatchState, Ruling } from './dispatch-case.js';
import type { DispatchFacts } from './facts.js';

/** After this many returns a case must be ruled on and is not dispatched again. Source: a rule of Bayannur (`docs/domain.md`). */
export const returnsUntilRuling = 2;

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
