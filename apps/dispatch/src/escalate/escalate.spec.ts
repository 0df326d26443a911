import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent } from '../domain/case-orders.js';
import { escalate, escalateAfterRework, escalateBySupervision, startAtTier } from './escalate.decider.js';
import type { DispatchFacts } from '../domain/facts.js';
import { given } from '../domain/sample-events.js';

const demand = { caseNo: 'LB20260302-000001', title: 'Lamp', description: 'Dark', territory: 'grid-01', category: null };
const at = '2026-02-10T09:00:00Z';
const facts: DispatchFacts = { accepted: true, ended: false, demand };
const path = [{ kind: 'grid', code: 'grid-01' }, { kind: 'community-residential', code: 'riverside' }, { kind: 'subdistrict', code: 'west' }, { kind: 'district', code: 'east' }] as const;
const pathOf = (territory: string) => (territory === 'grid-01' ? path : []);
const raisedTo = (toTier: 'subdistrict' | 'district', territory: string): DispatchEvent =>
  ({ type: 'lianban.case.escalated.v1', data: { toTier, territory, fromTier: 'grid', round: 1, cause: 'command', supervisionId: null, reason: maskText('x') } });
const held: DispatchEvent = { type: 'lianban.case.held.v1', data: { holdId: '7b6f4a52-0d7d-4d53-9f5c-0000000000a1', reason: 'funds', note: null, reviewAt: '2026-03-09T09:00:00+08:00' } };
const toWest = raisedTo('subdistrict', 'west');
/** Raised from a tier to another, at a place. */
const raising = (text: string) => {
  const [from, , toTier, territory] = text.split(' ');
  const orNull = (word: string | undefined) => (word === 'null' ? null : word);
  return { type: 'lianban.case.escalated.v1', data: { fromTier: orNull(from), toTier, territory: orNull(territory) } };
};
const expectedOf = (words: readonly string[] | string): Expected => (typeof words === 'string' ? words : words.map((word) => (word.includes(' > ') ? raising(word) : word)));

describe('raising a case', () => {
  it.each<[string, DispatchEvent[], 'grid' | 'estate' | 'subdistrict' | 'district', Partial<DispatchFacts>, string[] | string]>([
    ['to a tier above it', [], 'subdistrict', {}, ['grid > subdistrict west']],
    ['further up', [toWest], 'district', {}, ['subdistrict > district east']],
    ['to where it was raised already', [toWest], 'subdistrict', {}, []],
    ['of a held case ends the hold', [held], 'subdistrict', {}, ['lianban.case.resumed.v1', 'grid > subdistrict west']],
    ['to the tier it is in', [], 'grid', {}, 'state-conflict'],
    ['down again', [raisedTo('district', 'east')], 'subdistrict', {}, 'state-conflict'],
    ['to a tier that its tree does not have', [], 'estate', {}, 'validation-failed'],
    ['of a territory that is not in the directory', [], 'district', { demand: { ...demand, territory: 'gone' } }, 'validation-failed'],
    ['that has ended', [], 'district', { ended: true }, 'state-conflict'],
    ['that is not accepted', [], 'district', { accepted: false }, 'state-conflict'],
    ['that is not there', [], 'district', { accepted: false, demand: null }, 'not-found'],
  ])('%s', (_what, before, toTier, change, expected) => {
    given(...before).when((state) => escalate(state, { toTier, reason: maskText('x') }, { ...facts, ...change }, at, pathOf)).then(expectedOf(expected));
  });

  it('names the tiers there are', () => {
    expect(() => escalate(given().state, { toTier: 'estate', reason: maskText('x') }, facts, at, pathOf)).toThrow('there is no estate above the case, only community-residential, subdistrict, district');
  });
});

describe('by supervision', () => {
  const raised = (toTier: 'estate' | 'subdistrict' | null) => ({
    supervisionId: '5b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31', clockId: 'c0a8b1de-33f1-4c39-8c55-6a4d2e1f7a31', kind: 'lead' as const, round: 1, milestone: null, workOrderId: null,
    department: null, step: 'escalation' as const, colour: 'red' as const, dueAt: '2026-03-09T09:00:00Z', toTier,
  });
  it.each<[string, DispatchEvent[], 'estate' | 'subdistrict' | null, Partial<DispatchFacts>, string[]]>([
    ['a case goes to the tier it names', [], 'subdistrict', {}, ['grid > subdistrict west']],
    ['to the highest where there is no such tier', [], 'estate', {}, ['grid > district east']],
    ['nowhere when it is as high already', [raisedTo('district', 'east')], 'subdistrict', {}, []],
    ['nowhere when nothing is named', [], null, {}, []],
    ['nowhere when it has ended', [], 'subdistrict', { ended: true }, []],
    ['without a place where the territory is not in the directory', [], 'subdistrict', { demand: null }, ['null > subdistrict null']],
  ])('%s', (_what, before, toTier, change, expected) => {
    given(...before).when((state) => escalateBySupervision(state, raised(toTier), { ...facts, ...change }, at, pathOf)).then(expectedOf(expected));
  });
});

describe('by rework', () => {
  it.each<[number, DispatchEvent[], string[]]>([
    [1, [], []],
    [2, [], []],
    [3, [], ['grid > community-residential riverside']],
    [4, [toWest], ['subdistrict > district east']],
    [5, [raisedTo('district', 'east')], ['district > district east']],
  ])('number %d of a case at %j goes %j', (reworks, before, expected) => {
    given(...before).when((state) => escalateAfterRework(state, { reworks }, facts, at, pathOf, 3)).then(expectedOf(expected));
  });

  it('names the round it goes into', () => {
    const [event] = escalateAfterRework({ ...given().state, round: 3 }, { reworks: 3 }, facts, at, pathOf, 3);
    expect(event).toMatchObject({ data: { round: 4, cause: 'rework' } });
  });
});

describe('a case of 城乡建设/市政/路灯 starts', () => {
  const lamp = { ...demand, category: '城乡建设/市政/路灯' };
  it.each<[string, string[], DispatchEvent[], Partial<DispatchFacts>, string[]]>([
    ['with its own territory where no row fits', ['教育=district'], [], {}, []],
    ['at the tier of its category', ['城乡建设/市政/路灯=subdistrict'], [], {}, ['grid > subdistrict west']],
    ['at the tier of the longest category that fits', ['城乡建设=district', '城乡建设/市政=community-residential'], [], {}, ['grid > community-residential riverside']],
    ['with its own territory where its tree has no such tier', ['城乡建设=estate'], [], {}, []],
    ['with its own territory where that is the tier', ['城乡建设=grid'], [], {}, []],
    ['nowhere else when it was raised already', ['城乡建设=district'], [toWest], {}, []],
    ['nowhere when it has ended', ['城乡建设=district'], [], { ended: true }, []],
  ])('%s', (_what, rows, before, change, expected) => {
    given(...before).when((state) => startAtTier(state, { ...facts, demand: lamp, ...change }, at, pathOf, rows)).then(expectedOf(expected));
  });
});
