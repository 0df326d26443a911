import { describe, expect, it } from '@jest/globals';
import type { Role } from '@lianban/contracts';
import { decisionsOf, outcomeOf } from '@lianban/testing';
import type { Expected } from '@lianban/testing';
import { given as givenCase, lamp, registered } from '../domain/sample-events.js';
import type { IntakeEvent } from '../domain/intake-case.js';
import { evolveVisit } from '../domain/visit.js';
import type { VisitEvent, VisitState } from '../domain/visit.js';
import { findCase } from './find-case.decider.js';
import { householdId, visitId } from './derived-id.js';
import { recordVisit, requireEnteredInTime, visitorOf } from './record-visit.decider.js';

const { given } = decisionsOf<VisitState, VisitEvent>('intake', { initialState: null, evolve: evolveVisit });
const ids = ['2f1f6f0e-9b10-4b7a-8a5e-3e6c1a4b9d0f', '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31', '3e6c1a4b-9d0f-4b7a-8a5e-2f1f6f0e9b10'] as const;
const visit = {
  visitId: ids[0], territory: 'cedar-park-b1', firmId: ids[1], householdId: null, planId: null, post: 'specialist', portfolio: 'economy', met: true, note: null, caseIds: [],
} as const;
const recorded: VisitEvent = { type: 'lianban.visit.recorded.v1', data: { ...visit, caseIds: [] } };

describe('recording a visit', () => {
  it.each<[string, VisitEvent[], Partial<Parameters<typeof recordVisit>[1]>, Expected]>([
    ['at which nothing was found', [], {}, [{ data: { met: true, caseIds: [] } }]],
    ['at which demands were found', [], { caseIds: [ids[2]] }, [{ type: 'lianban.visit.recorded.v1', data: { firmId: ids[1], caseIds: [ids[2]] } }]],
    ['at which nobody was met', [], { met: false }, [{ data: { met: false } }]],
    ['at which nobody was met, with demands', [], { met: false, caseIds: [ids[2]] }, 'validation-failed'],
    ['twice', [recorded], {}, 'state-conflict'],
  ])('%s', (_what, before, change, expected) => given(...before).when((state) => recordVisit(state, { ...visit, ...change })).then(expected));
});

describe('a demand found on a visit', () => {
  it.each<[string, IntakeEvent[], Expected]>([
    ['is registered, linked and contacted at once', [], [registered.type, { type: 'lianban.case.found-on-visit.v1', data: { visitId: ids[0], firmId: ids[1] } }, 'lianban.case.contacted.v1']],
    ['is registered once', [registered], 'state-conflict'],
  ])('%s', (_what, before, expected) =>
    givenCase(...before).when((state) => findCase(state, { ...lamp, channel: 'visit' }, { visitId: ids[0], firmId: ids[1], householdId: null })).then(expected));

  it('knows its visit', () => {
    expect(givenCase(registered, { type: 'lianban.case.found-on-visit.v1', data: { visitId: ids[0], firmId: ids[1], householdId: null } }).state).toMatchObject({ visitId: ids[0] });
    expect(givenCase(registered).state).toMatchObject({ visitId: null });
  });
});

describe('entered later', () => {
  const now = '2026-03-10T08:00:00Z';
  it.each<[string, string, number, boolean]>([
    ['on the same day', '2026-03-10T07:00:00Z', 7, true],
    ['to the millisecond 7 days later', '2026-03-03T08:00:00.000Z', 7, true],
    ['a millisecond more', '2026-03-03T07:59:59.999Z', 7, false],
    ['where the rule has 3 days', '2026-03-07T07:59:59.999Z', 3, false],
  ])('%s', (_what, when, days, allowed) => {
    expect(outcomeOf(() => { requireEnteredInTime(when, now, days); return []; })).toEqual(allowed ? [] : 'validation-failed');
  });

  it('says how many days there are', () => {
    expect(() => requireEnteredInTime('2026-01-01T00:00:00Z', now, 7)).toThrow('up to 7 days later');
  });
});

describe('the post of who visits', () => {
  it.each<[Role, Parameters<typeof visitorOf>[1], object | string]>([
    ['grid', {}, { post: 'grid-worker', portfolio: null }],
    ['grid', { post: 'building-head' }, { post: 'building-head', portfolio: null }],
    ['grid', { post: 'specialist', portfolio: 'economy' }, 'validation-failed'],
    ['grid', { portfolio: 'economy' }, 'validation-failed'],
    ['specialist', { portfolio: 'party-building' }, { post: 'specialist', portfolio: 'party-building' }],
    ['specialist', {}, 'validation-failed'],
    ['specialist', { portfolio: 'gardening' }, 'validation-failed'],
    ['specialist', { post: 'park-head' }, 'validation-failed'],
    ['intake', { post: 'park-head' }, { post: 'park-head', portfolio: null }],
    ['intake', {}, 'validation-failed'],
  ])('%s who says %j: %j', (role, said, expected) => {
    const ask = () => visitorOf(role, said, ['economy', 'party-building']);
    if (typeof expected === 'string') expect(outcomeOf(() => [ask() as never])).toBe(expected);
    else expect(ask()).toEqual(expected);
  });
});

describe('ids that follow from what they stand for', () => {
  const key = { PERSON_SECRET: 'only-for-this-test-0123456789abcdef' };
  it('one door is one household, however it is written', () => {
    const door = householdId(key, 'osmanthus-garden', '3 号楼', '２-501');
    expect(householdId(key, 'osmanthus-garden', '3号楼', '2-501 ')).toBe(door);
    expect(door).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const others = [householdId(key, 'osmanthus-garden', '3号楼', '2-502'), householdId(key, 'ferry-court', '3号楼', '2-501'), householdId({ PERSON_SECRET: 'another' }, 'osmanthus-garden', '3号楼', '2-501')];
    expect(new Set([door, ...others]).size).toBe(4);
  });

  it("one key of one caller is one visit", () => {
    expect(visitId(key, 'p-1', 'k')).toBe(visitId(key, 'p-1', 'k'));
    expect(visitId(key, 'p-2', 'k')).not.toBe(visitId(key, 'p-1', 'k'));
  });
});
