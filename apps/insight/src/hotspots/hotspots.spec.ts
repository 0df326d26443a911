import { describe, expect, it } from '@jest/globals';
import { fingerprintOfDemand } from '@lianban/similar-cases';
import { type HotspotCase, hotspots } from './hotspots.question.js';

const day = 86_400_000;
const start = Date.parse('2026-03-02T01:00:00Z');
const likeness = { similarity: 0.38, similarityAtSamePlace: 0.34, windowMs: 30 * day, leastCases: 3 };
const demand = (caseId: string, days: number, change: Partial<HotspotCase> = {}): HotspotCase => {
  const title = change.title ?? '锦绣苑东门路灯不亮';
  return { caseId, caseNo: `LB-${caseId}`, title, status: 'accepted', department: 'housing', place: 'estate', at: start + days * day, fingerprint: fingerprintOfDemand({ title, description: `${title}，请处理。`, location: null }), ...change };
};
const ask = (cases: HotspotCase[], untilDay = 14) => hotspots(cases, likeness, (one, other) => one === other, start + untilDay * day);

describe('hotspots', () => {
  it('have as many cases as the district says, the largest first, with their figures', () => {
    const lamp = [demand('1', 0), demand('2', 3, { status: 'merged' }), demand('3', 10, { place: 'other', department: null }), demand('4', 12, { title: '东门路灯一直不亮，锦绣苑', status: 'closed' })];
    const noise = [1, 2, 3].map((n) => demand(`n${n}`, n, { title: '夜间施工噪音扰民' }));
    const [first, second, ...others] = ask([...noise, ...lamp, demand('5', 1, { title: '咨询公积金' }), demand('6', 2, { title: '咨询公积金' })]);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      title: '锦绣苑东门路灯不亮', cases: 4, open: 2, firstAt: new Date(start), lastAt: new Date(start + 12 * day), lastWeek: 2, weekBefore: 1, trend: 'rising',
      territories: [{ code: 'estate', cases: 3 }, { code: 'other', cases: 1 }], departments: [{ code: 'housing', cases: 3 }],
      days: [{ day: '2026-03-02', cases: 1 }, { day: '2026-03-05', cases: 1 }, { day: '2026-03-12', cases: 1 }, { day: '2026-03-14', cases: 1 }],
    });
    expect(first?.members.map(({ caseId }) => caseId)).toEqual(['1', '2', '3', '4']);
    expect(first?.words.join()).toContain('路灯');
    expect(second).toMatchObject({ cases: 3, trend: 'falling', lastWeek: 0, weekBefore: 3 });
  });

  it.each([
    ['rising', [8, 9, 10], 3, 0], ['falling', [0.5, 1, 2], 0, 3], ['steady', [2, 3, 8, 9], 2, 2],
    ['the end of the period counts, its start does not', [0, 7, 14], 1, 1],
  ])('trend: %s', (_what, days, lastWeek, weekBefore) => {
    expect(ask(days.map((at, index) => demand(String(index), at)))).toMatchObject([{ lastWeek, weekBefore }]);
  });

  it('of nothing are none', () => expect(ask([])).toEqual([]));
});
