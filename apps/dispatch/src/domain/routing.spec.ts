import { describe, expect, it } from '@jest/globals';
import { proposeRouting } from './routing.js';

const departments = [
  { code: 'urban-management', duties: ['路灯', '占道经营'] },
  { code: 'housing', duties: ['物业管理', '加装电梯'] },
  { code: 'market-regulation', duties: ['电梯维保', '物业'] },
];

describe('a routing proposal', () => {
  it('names the duties it found, the title first', () => {
    expect(proposeRouting({ title: '路灯不亮', description: '小区物业管理说不是他们的', category: null }, departments)).toEqual([
      { department: 'urban-management', score: 3, reasons: ['duty "路灯" is named in the title'] },
      { department: 'housing', score: 1, reasons: ['duty "物业管理" is named in the description'] },
      { department: 'market-regulation', score: 1, reasons: ['duty "物业" is named in the description'] },
    ]);
  });
  it('reads the category before the description', () => {
    expect(proposeRouting({ title: 'x', description: '路灯', category: '城乡建设/市政/路灯' }, departments)).toEqual([
      { department: 'urban-management', score: 2, reasons: ['duty "路灯" is named in the category'] },
    ]);
  });
  it('is empty when no duty is named', () => {
    expect(proposeRouting({ title: 'x', description: 'y', category: null }, departments)).toEqual([]);
  });
});
