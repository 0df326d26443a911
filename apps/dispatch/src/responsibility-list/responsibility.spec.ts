import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { decisionsOf, type Expected } from '@lianban/testing';
import { addRow, endPrecedent, endRow, evolveResponsibility, requireQuotable } from './responsibility.decider.js';
import type { ResponsibilityEvent, ResponsibilityRow } from './responsibility.decider.js';
import { rowsForMatter } from './rows-for-matter.js';

const at = '2026-03-02T10:00:00+08:00';
const [before, later] = ['2026-03-01T00:00:00+08:00', '2026-04-01T00:00:00+08:00'];
const facades: ResponsibilityRow = {
  responsibilityId: '2f0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c77', matter: maskText('外墙'), category: '住建/物业', words: ['外墙', 'façade'], territoryKind: 'estate', department: 'housing',
  basis: maskText('第四条'), effectiveFrom: before, effectiveUntil: null, source: 'rule', caseId: null, rulingId: null, note: null,
};
const { given } = decisionsOf('dispatch', { initialState: null as ResponsibilityRow | null, evolve: evolveResponsibility });
const changed = 'lianban.responsibility.changed.v1' as const;
const row = (change: Partial<ResponsibilityRow> = {}): ResponsibilityEvent => ({ type: changed, data: { ...facades, ...change } });
type Decide = (known: ResponsibilityRow | null) => ResponsibilityEvent[];
const adding = (change: Partial<ResponsibilityRow>): Decide => () => addRow({ ...facades, ...change });
const ending = (until: string): Decide => (known) => endRow(known, { until, why: maskText('x') }, at);
const undoing: Decide = (known) => endPrecedent(known, maskText('x'), at);

describe('a row of the responsibility list', () => {
  it.each<[string, ResponsibilityEvent[], Decide, Expected]>([
    ['by category and words', [], adding({}), [changed]],
    ['by words alone', [], adding({ category: null }), [changed]],
    ['by a category alone', [], adding({ words: [] }), [changed]],
    ['about everything', [], adding({ category: null, words: [] }), 'validation-failed'],
    ['that ends as it begins', [], adding({ effectiveUntil: before }), 'validation-failed'],
    ['gets an end', [row()], ending(later), [changed]],
    ['gets the same end again', [row({ effectiveUntil: later })], ending(later), []],
    ['gets another end while it has not come', [row({ effectiveUntil: later })], ending('2026-05-01T00:00:00+08:00'), [changed]],
    ['gets an end in the past', [row()], ending('2026-03-02T09:59:00+08:00'), 'validation-failed'],
    ['gets an end before its beginning', [row({ effectiveFrom: later })], ending('2026-03-15T00:00:00+08:00'), 'validation-failed'],
    ['that is over', [row({ effectiveUntil: '2026-03-02T00:00:00+08:00' })], ending(later), 'state-conflict'],
    ['that nobody knows', [], ending(later), 'not-found'],
    ['of a ruling that was undone', [row({ source: 'ruling' })], undoing, [changed]],
    ['of a ruling that was undone before', [row({ source: 'ruling', effectiveUntil: before })], undoing, []],
    ['of a ruling from before there were precedents', [], undoing, []],
  ])('%s', (_what, known, decide, expected) => given(...known).when(decide).then(expected));

  it.each<[string, Partial<ResponsibilityRow>, string, boolean]>([
    ['can be quoted for the unit it names', {}, 'housing', true],
    ['can not be quoted for another', {}, 'landscaping', false],
    ['can not be quoted before it counts', { effectiveFrom: later }, 'housing', false],
    ['can not be quoted from its end on', { effectiveUntil: at }, 'housing', false],
  ])('%s', (_what, change, lead, quotable) => {
    const quoting = () => requireQuotable({ ...facades, ...change }, lead, at);
    if (quotable) expect(quoting).not.toThrow();
    else expect(quoting).toThrow(expect.objectContaining({ code: 'validation-failed', errors: [expect.objectContaining({ field: 'responsibilityId' })] }));
  });
});

describe('the rows for a matter', () => {
  const matter = { category: '住建/物业/维修', text: '小区 FAÇADE 脱落', territoryKind: 'estate', at };
  it.each<[string, Partial<ResponsibilityRow>, Partial<typeof matter>, string[] | null]>([
    ['are those whose category and one of whose words it has', {}, {}, ['façade']],
    ['have the category itself', {}, { category: '住建/物业' }, ['façade']],
    ['have no category that only begins alike', {}, { category: '住建/物业费' }, null],
    ['have a word', {}, { text: '电梯' }, null],
    ['need no word where none is asked for', { words: [] }, { text: '电梯' }, []],
    ['need no category where none is asked for', { category: null }, { category: '' }, ['façade']],
    ['are of the kind of territory', {}, { territoryKind: 'grid' }, null],
    ['are of any kind where none is named', { territoryKind: null }, { territoryKind: 'grid' }, ['façade']],
    ['are in force', {}, { at: '2026-02-28T00:00:00+08:00' }, null],
    ['are not over', { effectiveUntil: at }, {}, null],
  ])('%s', (_what, change, asked, expected) => {
    expect(rowsForMatter([{ ...facades, ...change }], { ...matter, ...asked })[0]?.words ?? null).toEqual(expected);
  });

  it('come with the most particular first, rules before precedents, the newer before the older', () => {
    const rows = [
      { ...facades, category: null, department: 'words alone' }, { ...facades, words: [], department: 'category alone' }, { ...facades, territoryKind: null, department: 'any territory' },
      { ...facades, source: 'ruling' as const, department: 'precedent' }, { ...facades, department: 'older', effectiveFrom: '2026-01-01T00:00:00+08:00' }, facades,
    ];
    expect(rowsForMatter(rows, matter).map(({ row: { department } }) => department)).toEqual(['housing', 'older', 'precedent', 'any territory', 'words alone', 'category alone']);
  });
});
