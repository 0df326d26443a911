import { expect, it } from '@jest/globals';
import { hitsOf } from './routing-hits.js';

const message = (reply: string) => ({ title: '请帮忙', text: '', reply });

it('counts the first proposed against the one department that the reply names, the most frequent first', () => {
  expect(hitsOf([
    { message: message('已转县教育局核实、办理。'), departments: ['education'] },
    { message: message('已转县教育局核实、办理。'), departments: ['health', 'education'] },
    { message: message('已转县公安局核实、办理。'), departments: ['public-security'] },
    { message: message('已收悉。'), departments: ['health'] },
    { message: message('已转县民政局核实、办理。'), departments: [] },
  ])).toEqual({
    labelled: 4, hits: 2,
    byDepartment: [{ department: 'education', labelled: 2, hits: 1 }, { department: 'civil-affairs', labelled: 1, hits: 0 }, { department: 'public-security', labelled: 1, hits: 1 }],
  });
});
