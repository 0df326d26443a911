import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { keywordLinearModel, train } from '@lianban/routing';
import type { Department, Responsibility, Territory } from '@lianban/service-kit';
import { render } from '@lianban/texts';
import { loadModel } from './routing-proposer.js';
import { proposeRouting } from './proposal.js';
import { routingChosen } from '../domain/routing-choice.js';

const at = '2026-03-02T10:00:00+08:00';
const unit = (code: string, duties: string[], kind: Department['kind'] = 'department', active = true): Department => ({ code, kind, name: { zh: code, en: code }, duties, active });
const departments = [unit('housing', ['物业']), unit('urban-management', ['路灯']), unit('gone', ['路灯'], 'department', false), unit('anhe', ['物业'], 'property-firm')];
const row = (change: Partial<Responsibility>): Responsibility => ({
  responsibilityId: '2f0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c77', matter: maskText('小区路灯'), category: null, words: ['路灯'], territoryKind: null, department: 'housing', basis: maskText('第四条'),
  effectiveFrom: '2026-01-01T00:00:00+08:00', effectiveUntil: null, source: 'rule', caseId: null, rulingId: null, note: null, ...change,
});
const estate = { code: 'three-gardens', kind: 'estate', parent: null } as unknown as Territory;
const model = keywordLinearModel(train([], {}, departments.slice(0, 2).map(({ code, duties }) => ({ department: code, duties })), 0.6));
const propose = (title: string, responsibilities: Responsibility[] = []) =>
  proposeRouting(model, { departments, responsibilities, pathUp: () => [estate] }, { caseNo: 'x', title, description: '', territory: 'three-gardens', category: null }, at);
const first = (title: string, responsibilities: Responsibility[] = []) => {
  const { items, sure } = propose(title, responsibilities);
  return [items[0]?.department, sure, items[0]?.reasons.map((reason) => render(reason, 'zh')).join(';')];
};

describe('a proposal', () => {
  it.each<[string, string, Responsibility[], unknown[]]>([
    ['goes by words', '路灯坏了', [], ['urban-management', true, '标题提到：路灯']],
    ['goes by the responsibility list before words', '路灯坏了', [row({})], ['housing', true, '职责清单已明确由该单位承办：小区路灯（第四条）']],
    ['names a unit of another kind where the list does', '路灯坏了', [row({ department: 'anhe' })], ['anhe', true, '职责清单已明确由该单位承办：小区路灯（第四条）']],
    ['is surer by a precedent that agrees', '物业的路灯', [row({ department: 'housing', source: 'ruling' })], ['housing', false, '同类诉求件曾裁定由该单位承办：小区路灯（第四条）;标题提到：物业']],
    ['is not sure when the list names two', '路灯坏了', [row({}), row({ department: 'urban-management' })], ['housing', false, '职责清单已明确由该单位承办：小区路灯（第四条）']],
    ['passes over rows of another time', '路灯坏了', [row({ effectiveUntil: '2026-02-01T00:00:00+08:00' })], ['urban-management', true, '标题提到：路灯']],
    ['passes over rows that name a unit that is gone', '路灯坏了', [row({ department: 'gone' })], ['urban-management', true, '标题提到：路灯']],
  ])('%s', (_, title, responsibilities, expected) => expect(first(title, responsibilities)).toEqual(expected));

  it('names neither units that are gone nor, unasked, units of other kinds', () => {
    expect(propose('物业的路灯').items.map(({ department }) => department).sort()).toEqual(['housing', 'urban-management']);
  });

  it('carries the version of the model, and scores from 0 to 1', () => {
    const { modelVersion, items } = propose('路灯坏了', [row({ source: 'ruling', department: 'urban-management' })]);
    expect(modelVersion).toBe(model.version);
    expect(items[0]?.score).toBeGreaterThan(0.9);
    expect(items[0]?.score).toBeLessThanOrEqual(1);
  });

  it('is remembered with the choice', () => {
    const proposed = propose('物业的路灯');
    const chosen = (lead: string) => routingChosen(proposed, lead, 1, false).data;
    expect(chosen(proposed.items[1]?.department ?? '')).toMatchObject({ rank: 2, sure: false, proposed: [{ department: proposed.items[0]?.department }, { department: proposed.items[1]?.department }] });
    expect(chosen('health')).toMatchObject({ rank: null, lead: 'health', modelVersion: model.version });
  });
});

describe('the model of a process', () => {
  it('is the shipped one, or that of a file', () => expect(loadModel(undefined).departments).toContain('urban-management'));
  it('is refused with its file and why', () => expect(() => loadModel('/nowhere/model.json')).toThrow('the routing model /nowhere/model.json can not be used: ENOENT'));
});
