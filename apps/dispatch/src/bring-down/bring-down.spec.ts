import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { given } from '../domain/sample-events.js';
import { bringDown } from './bring-down.decider.js';

const facts: DispatchFacts = { accepted: true, ended: false, demand: { caseNo: 'LB20260302-000001', title: 'Lamp', description: 'Dark', territory: 'grid-01', category: null } };
const path = [{ kind: 'grid', code: 'grid-01' }, { kind: 'community-residential', code: 'riverside' }, { kind: 'subdistrict', code: 'west' }, { kind: 'district', code: 'east' }] as const;
const pathOf = (territory: string) => (territory === 'grid-01' ? path : []);
const raised = (toTier: 'subdistrict' | 'district', territory: string): DispatchEvent =>
  ({ type: 'lianban.case.escalated.v1', data: { toTier, territory, fromTier: 'grid', round: 1, cause: 'command', supervisionId: null, reason: null } });
const toWest = raised('subdistrict', 'west');
const down = (toTier: 'grid' | 'community-residential' | 'subdistrict', territory: string, fromTier: 'subdistrict' | 'district'): DispatchEvent =>
  ({ type: 'lianban.case.brought-down.v1', data: { toTier, territory, fromTier, round: 1, reason: maskText('x') } });
const held: DispatchEvent = { type: 'lianban.case.held.v1', data: { holdId: '7b6f4a52-0d7d-4d53-9f5c-0000000000a1', reason: 'funds', note: null, reviewAt: '2026-03-09T09:00:00+08:00' } };
const coming = (toTier: string, territory: string, fromTier: string) => [{ type: 'lianban.case.brought-down.v1', data: { toTier, territory, fromTier } }];

describe('bringing a case down', () => {
  it.each<[string, DispatchEvent[], 'grid' | 'estate' | 'community-residential' | 'subdistrict' | 'district', Partial<DispatchFacts>, Expected]>([
    ['to a tier below', [toWest], 'community-residential', {}, coming('community-residential', 'riverside', 'subdistrict')],
    ['to its own territory', [toWest], 'grid', {}, coming('grid', 'grid-01', 'subdistrict')],
    ['step by step', [raised('district', 'east'), down('subdistrict', 'west', 'district')], 'grid', {}, coming('grid', 'grid-01', 'subdistrict')],
    ['leaves a hold', [toWest, held], 'grid', {}, coming('grid', 'grid-01', 'subdistrict')],
    ['to where it was brought already', [raised('district', 'east'), down('subdistrict', 'west', 'district')], 'subdistrict', {}, []],
    ['upwards', [toWest, down('grid', 'grid-01', 'subdistrict')], 'subdistrict', {}, 'state-conflict'],
    ['that was never raised', [], 'grid', {}, 'state-conflict'],
    ['to a tier that its tree does not have', [toWest], 'estate', {}, 'validation-failed'],
    ['that has ended', [toWest], 'grid', { ended: true }, 'state-conflict'],
    ['that is not there', [], 'grid', { accepted: false, demand: null }, 'not-found'],
  ])('%s', (_what, before, toTier, change, expected) => {
    given(...before).when((state) => bringDown(state, { toTier, reason: maskText('x') }, { ...facts, ...change }, pathOf)).then(expected);
  });

  it('names the tiers there are', () => {
    expect(() => bringDown(given(toWest).state, { toTier: 'estate', reason: maskText('x') }, facts, pathOf)).toThrow('there is no estate below the case, only grid, community-residential');
  });
});
