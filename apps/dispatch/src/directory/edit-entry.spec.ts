import { describe, expect, it } from '@jest/globals';
import { decisionsOf, type Expected } from '@lianban/testing';
import { editCategory, editDepartment, editTerritory, evolveEntry } from './edit-entry.decider.js';
import type { Entry, EntryEvent, Tree } from './edit-entry.decider.js';

const { given } = decisionsOf('dispatch', { initialState: null as Entry, evolve: evolveEntry });
const [department, territory, category] = ['lianban.directory.department-changed.v1', 'lianban.directory.territory-changed.v1', 'lianban.directory.category-changed.v1'] as const;

const name = { zh: '住建', en: 'Housing' };
const housing: EntryEvent = { type: department, data: { code: 'housing', kind: 'department', name, duties: ['燃气'], active: true } };
const lamps = '城乡建设/市政管理/路灯';
const lamp = (active: boolean): EntryEvent => ({ type: category, data: { code: lamps, levels: ['城乡建设', '市政管理', '路灯'], active } });
const place = (code: string, parent: string | null, active = true): EntryEvent => ({ type: territory, data: { code, kind: 'grid', name, parent, active } });
const tree = (activeBelow: string[] = []): Tree => ({ pathUp: (code) => ({ 'grid-1': ['grid-1', 'riverside', 'lanqiao'], 'riverside': ['riverside', 'lanqiao'] })[code] ?? [code], activeBelow });

const unit = (edit: Omit<Parameters<typeof editDepartment>[1], 'code'>) => (entry: Entry) => editDepartment(entry as never, { code: 'housing', ...edit });
const area = (code: string, edit: Omit<Parameters<typeof editTerritory>[1], 'code'>, below: string[] = []) => (entry: Entry) => editTerritory(entry as never, { code, ...edit }, tree(below));
const matter = (code: string, active?: boolean) => (entry: Entry) => editCategory(entry as never, { code, active });

describe('an entry of the reference data', () => {
  it.each<[string, EntryEvent[], (entry: Entry) => EntryEvent[], Expected]>([
    ['a new unit', [], unit({ kind: 'utility', name }), [department]],
    ['a new unit without a kind', [], unit({ name }), 'validation-failed'],
    ['a new unit with a code that holds a phone number', [], (entry) => editDepartment(entry as never, { code: 'firm-13912345678', kind: 'utility', name }), 'validation-failed'],
    ['a new unit with a code that no address takes', [], (entry) => editDepartment(entry as never, { code: 'a/b', kind: 'utility', name }), 'validation-failed'],
    ['a new name', [housing], unit({ name: { zh: '住建局', en: 'Housing' } }), [department]],
    ['the same name', [housing], unit({ name: { ...name } }), []],
    ['retiring a unit', [housing], unit({ active: false }), [department]],
    ['nothing', [housing], unit({}), []],
    ['a new territory', [], area('grid-2', { kind: 'grid', name, parent: 'riverside' }), [territory]],
    ['a new territory that hangs nowhere', [], area('grid-2', { kind: 'grid', name }), 'validation-failed'],
    ['a territory that moves', [place('grid-1', 'riverside')], area('grid-1', { parent: 'lanqiao' }), [territory]],
    ['a territory below itself', [place('riverside', 'lanqiao')], area('riverside', { parent: 'grid-1' }), 'validation-failed'],
    ['a territory that is its own parent', [place('grid-1', 'riverside')], area('grid-1', { parent: 'grid-1' }), 'validation-failed'],
    ['the top below another', [place('lanqiao', null)], area('lanqiao', { parent: 'moon' }), 'validation-failed'],
    ['retiring the top', [place('lanqiao', null)], area('lanqiao', { active: false }), 'state-conflict'],
    ['retiring what holds others', [place('riverside', 'lanqiao')], area('riverside', { active: false }, ['grid-1']), 'state-conflict'],
    ['retiring a leaf', [place('grid-1', 'riverside')], area('grid-1', { active: false }), [territory]],
    ['bringing it back', [place('grid-1', 'riverside', false)], area('grid-1', { active: true }), [territory]],
    ['a new category', [], matter(lamps), [category]],
    ['the same category', [lamp(true)], matter(lamps), []],
    ['retiring a category', [lamp(true)], matter(lamps, false), [category]],
    ['a retired category, named again', [lamp(false)], matter(lamps), []],
    ['a category of two levels', [], matter('城乡建设/路灯'), 'validation-failed'],
    ['a category with an empty level', [], matter('城乡建设//路灯'), 'validation-failed'],
  ])('%s', (_what, before, decide, expected) => given(...before).when(decide).then(expected));

  it('keeps what is not said', () => {
    expect(unit({ active: false })(given(housing).state)).toEqual([{ type: department, data: { ...housing.data, active: false } }]);
  });
});
