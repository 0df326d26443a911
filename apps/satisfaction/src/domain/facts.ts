/** What satisfaction knows of a case from the events of other services. A fact is never refused: it has happened. */
import { endingEventTypes, foldBy, foldEach, typesOf } from '@lianban/contracts';
import type { Folds } from '@lianban/contracts';
import { contactEventTypes, contactStatus, initialRateFacts } from './rate-facts.js';
import type { RateFacts } from './rate-facts.js';

/** What the list shows of a demand. */
export interface Demand {
  readonly caseNo: string;
  readonly title: string;
}

export interface SatisfactionFacts {
  readonly ended: boolean;
  /** Null until the registration is heard. */
  readonly demand: Demand | null;
  /** The last answer in the present life of the case; null: none yet. Absent in facts from before demands could join. */
  readonly answer?: { readonly round: number; readonly lead: string; readonly workOrderId: string; readonly at: string;
    /** Person id of who gave the answer; absent in facts of older releases. */
    readonly by?: string } | null;
  /** Demands of cases that are merged into this one; absent until the first one joins. */
  readonly joined?: readonly (Demand & { readonly caseId: string; readonly at: string })[];
  /** When the case was last unmerged. */
  readonly unmergedAt?: string;
  readonly rates: RateFacts;
}
export const initialFacts: SatisfactionFacts = { ended: false, demand: null, answer: null, rates: initialRateFacts };

/** Facts that an earlier release stored. They lack the rates if no event for these was heard. */
export const currentFacts = (stored: Partial<SatisfactionFacts>): SatisfactionFacts =>
  ({ ended: false, demand: null, ...stored, rates: { ...initialRateFacts, ...stored.rates } });

const withRates = (facts: SatisfactionFacts, change: Partial<RateFacts>): SatisfactionFacts => ({ ...facts, rates: { ...facts.rates, ...change } });

/** What opens and cancels call-backs. */
const caseFolds = {
  'lianban.case.registered.v1': (facts, { data }, at) => ({ ...withRates(facts, { registeredAt: at }), demand: { caseNo: data.caseNo, title: data.title } }),
  'lianban.case.answered.v1': (facts, { data: { round, lead, workOrderId }, metadata }, at) =>
    // A rework's lead is not dispatched, so the answer names it.
    ({ ...withRates(facts, { leadAtAnswer: lead }), answer: { round, lead, workOrderId, at, by: metadata.actor.id } }),
  'lianban.case.reopened.v1': (facts) => ({ ...facts, ended: false, answer: null }),
  'lianban.case.unmerged.v1': (facts, _, at) => ({ ...withRates(facts, { merged: false }), ended: false, unmergedAt: at }),
  'lianban.demand.joined.v1': (facts, { data: { demandCaseId: caseId, caseNo, title } }, at) => ({ ...facts, joined: [...facts.joined ?? [], { caseId, caseNo, title, at }] }),
  'lianban.demand.left.v1': (facts, { data }) => ({ ...facts, joined: facts.joined?.filter(({ caseId }) => caseId !== data.demandCaseId) ?? [] }),
  ...foldEach(endingEventTypes, (facts: SatisfactionFacts, { type }) => ({ ...(type === 'lianban.case.merged.v1' ? withRates(facts, { merged: true }) : facts), ended: true })),
} satisfies Folds<SatisfactionFacts>;
export const factEventTypes = typesOf(caseFolds);

export const evolveFacts = foldBy<SatisfactionFacts>({
  ...caseFolds,
  'lianban.case.dispatched.v1': (facts, { data }) => withRates(facts, { currentLead: data.lead }),
  ...foldEach(contactEventTypes, (facts, event) => (event.data.kind === 'contact' ? withRates(facts, { contact: contactStatus(facts.rates.contact, event) }) : facts)),
}, 'satisfaction');

/** What the list shows of a call-back: the demand whose requester is asked. */
export const demandOf = ({ demand, joined = [] }: SatisfactionFacts, demandCaseId: string | null): Demand | null =>
  (demandCaseId === null ? demand : joined.find(({ caseId }) => caseId === demandCaseId) ?? null);
