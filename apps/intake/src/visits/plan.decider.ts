import { DomainError, refusedField } from '@lianban/contracts';
import type { EventByType, MaskedText, territoryKinds } from '@lianban/contracts';
import { chinaDayOf, say } from '@lianban/texts';
import type { Plan, PlanEvent, PlanState } from '../domain/visit-plan.js';
import type { Visitor } from './record-visit.decider.js';

export type MakePlan = EventByType<'lianban.visit-plan.made.v1'>['data'];
type TerritoryKind = (typeof territoryKinds)[number];

/** What a plan may be of. */
const plannedKinds: readonly TerritoryKind[] = ['building', 'park', 'grid'];

/** @throws DomainError `validation-failed` */
export const makePlan = (state: PlanState, plan: MakePlan, kind: TerritoryKind, portfolios: readonly string[]): PlanEvent[] => {
  if (state !== null) throw new DomainError('state-conflict', say('plan-made-already'));
  if (!plannedKinds.includes(kind)) throw refusedField('territory', say('plans-are-of', { allowed: [...plannedKinds], kind }));
  if (plan.to < plan.from) throw refusedField('to', say('last-day-before-first', { from: plan.from }));
  plan.posts.forEach(({ post, portfolio }, index) => {
    if (post === 'specialist' && !portfolios.includes(portfolio ?? '')) throw refusedField(`posts.${index}.portfolio`, say('portfolio-needed', { allowed: portfolios }));
    if (post !== 'specialist' && portfolio !== null) throw refusedField(`posts.${index}.portfolio`, say('portfolio-of-specialists'));
    if (plan.posts.findIndex((other) => other.post === post && other.portfolio === portfolio) < index) throw refusedField(`posts.${index}.post`, say('no-item-twice'));
  });
  return [{ type: 'lianban.visit-plan.made.v1', data: plan }];
};

/** `[]` when it was ended already. @throws DomainError `not-found` */
export const endPlan = (state: PlanState, reason: MaskedText): PlanEvent[] => {
  if (state === null) throw new DomainError('not-found', say('no-plan-of-this-id'));
  return state.endedAt === null ? [{ type: 'lianban.visit-plan.ended.v1', data: { planId: state.planId, reason } }] : [];
};

/**
 * Whether a visit counts for the plan it names.
 * @param path codes of the visit's territory and those above it
 * @throws DomainError `validation-failed`
 */
export const requireInPlan = (plan: Pick<Plan, 'territory' | 'from' | 'to' | 'endedAt'> & { readonly posts: readonly Visitor[] }, { post, portfolio }: Visitor, path: readonly string[], at: string): void => {
  const refuse = (reason: Parameters<typeof refusedField>[1]) => refusedField('planId', reason);
  const day = chinaDayOf(at);
  if (day < plan.from || day > plan.to) throw refuse(say('plan-runs', { from: plan.from, to: plan.to }));
  if (plan.endedAt !== null && Date.parse(at) > Date.parse(plan.endedAt)) throw refuse(say('plan-ended', { at: plan.endedAt }));
  if (!path.includes(plan.territory)) throw refuse(say('plan-is-elsewhere', { territory: plan.territory }));
  if (!plan.posts.some((each) => each.post === post && each.portfolio === portfolio)) throw refuse(say('post-not-in-plan', { posts: plan.posts.map((each) => each.post) }));
};
