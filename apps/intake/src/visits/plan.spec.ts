import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { decisionsOf, outcomeOf } from '@lianban/testing';
import type { Expected } from '@lianban/testing';
import { evolvePlan } from '../domain/visit-plan.js';
import type { PlanEvent, PlanState } from '../domain/visit-plan.js';
import { endPlan, makePlan, requireInPlan } from './plan.decider.js';
import type { MakePlan } from './plan.decider.js';

const { given } = decisionsOf<PlanState, PlanEvent>('intake', { initialState: null, evolve: evolvePlan });
const plan: MakePlan = {
  planId: '9d0f3e6c-1a4b-4b7a-8a5e-2f1f6f0e9b10', title: maskText('Spring round'), territory: 'cedar-park', from: '2026-03-01', to: '2026-03-31',
  posts: [{ post: 'park-head', portfolio: null, quota: 60 }, { post: 'specialist', portfolio: 'economy', quota: 40 }],
};
const made: PlanEvent = { type: 'lianban.visit-plan.made.v1', data: plan };
const ended = { type: 'lianban.visit-plan.ended.v1' as const, data: { planId: plan.planId, reason: maskText('Works') }, occurredAt: '2026-03-20T08:00:00Z' };

describe('a plan of visits', () => {
  it.each<[string, Partial<MakePlan>, Parameters<typeof makePlan>[2], Expected]>([
    ['of a park', {}, 'park', [made.type]],
    ['of a building', {}, 'building', [made.type]],
    ['of a grid', {}, 'grid', [made.type]],
    ['of a community', {}, 'community-science-park', 'validation-failed'],
    ['of one day', { to: '2026-03-01' }, 'park', [made.type]],
    ['that ends before it begins', { to: '2026-02-28' }, 'park', 'validation-failed'],
    ['with a portfolio nobody has', { posts: [{ post: 'specialist', portfolio: 'gardening', quota: 1 }] }, 'park', 'validation-failed'],
    ['with a specialist of none', { posts: [{ post: 'specialist', portfolio: null, quota: 1 }] }, 'park', 'validation-failed'],
    ['with a portfolio for a park head', { posts: [{ post: 'park-head', portfolio: 'economy', quota: 1 }] }, 'park', 'validation-failed'],
    ['with one post twice', { posts: [...plan.posts, { post: 'park-head', portfolio: null, quota: 1 }] }, 'park', 'validation-failed'],
  ])('%s', (_what, change, kind, expected) => given().when((state) => makePlan(state, { ...plan, ...change }, kind, ['economy'])).then(expected));

  it.each<[string, PlanEvent[], Expected]>([
    ['is ended', [made], [ended.type]],
    ['is ended once', [made, ended], []],
    ['is not ended before it is made', [], 'not-found'],
  ])('%s', (_what, before, expected) => given(...before).when((state) => endPlan(state, maskText('x'))).then(expected));
});

describe('a visit that names a plan', () => {
  const visitor = { post: 'specialist', portfolio: 'economy' } as const;
  const path = ['cedar-park-b1', 'cedar-park', 'cedar-valley'];
  it.each<[string, Parameters<typeof requireInPlan>, string | null]>([
    ['within it', [{ ...plan, endedAt: null }, visitor, path, '2026-03-10T08:00:00Z'], null],
    ['in the first minute of its first day in China', [{ ...plan, endedAt: null }, visitor, path, '2026-02-28T16:00:00Z'], null],
    ['a minute before', [{ ...plan, endedAt: null }, visitor, path, '2026-02-28T15:59:00Z'], 'the plan runs from 2026-03-01 to 2026-03-31'],
    ['in the last minute of its last day', [{ ...plan, endedAt: null }, visitor, path, '2026-03-31T15:59:59Z'], null],
    ['after that', [{ ...plan, endedAt: null }, visitor, path, '2026-03-31T16:00:00Z'], 'the plan runs from 2026-03-01 to 2026-03-31'],
    ['before it was ended, entered later', [{ ...plan, endedAt: ended.occurredAt }, visitor, path, '2026-03-20T08:00:00Z'], null],
    ['after it was ended', [{ ...plan, endedAt: ended.occurredAt }, visitor, path, '2026-03-20T08:00:01Z'], 'the plan was ended at'],
    ['elsewhere', [{ ...plan, endedAt: null }, visitor, ['silk-house', 'old-market'], '2026-03-10T08:00:00Z'], 'was not made there'],
    ['by another portfolio', [{ ...plan, endedAt: null }, { post: 'specialist', portfolio: 'party-building' }, path, '2026-03-10T08:00:00Z'], 'park head'],
    ['by another post', [{ ...plan, endedAt: null }, { post: 'grid-worker', portfolio: null }, path, '2026-03-10T08:00:00Z'], 'park head'],
  ])('%s', (_what, asked, refusal) => {
    if (refusal === null) expect(outcomeOf(() => { requireInPlan(...asked); return []; })).toEqual([]);
    else expect(() => { requireInPlan(...asked); }).toThrow(refusal);
  });
});
