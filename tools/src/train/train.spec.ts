import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { keywordLinearModel } from '@lianban/routing';
import type { StoredModel } from '@lianban/routing';
import { samples } from '../samples/samples.js';
import { examplesOfFile, examplesOfSamples } from './examples.js';
import { shippedCandidates, shippedKeywords, shippedModelFile } from './shipped-district.js';
import { trainRouting } from './train-routing.js';

describe('a file of examples', () => {
  it('names the department, or has a reply that does', () => {
    expect(examplesOfFile([
      '{"title": "路灯坏了", "description": "一周了", "category": "城乡/市政", "department": "urban-management"}', '',
      '{"title": "补课", "text": "假期补课", "reply": "已转县教育局核实办理。"}',
      '{"title": "你好", "text": "", "reply": "已收悉。"}',
    ].join('\n'))).toEqual({
      examples: [
        { demand: { title: '路灯坏了', description: '一周了', category: '城乡/市政' }, department: 'urban-management' },
        { demand: { title: '补课', description: '假期补课', category: null }, department: 'education' },
      ],
      unlabelled: 1, bad: [],
    });
  });
  it('says which line is wrong, and why', () => {
    expect(examplesOfFile('{"title": "a"}\nno json\n{"department": "health"}').bad).toEqual([
      { line: 1, reason: 'line: neither department nor reply' }, { line: 2, reason: expect.stringContaining('line: ') }, { line: 3, reason: expect.stringContaining('title: ') },
    ]);
  });
});

describe('the shipped model', () => {
  const shipped = JSON.parse(readFileSync(shippedModelFile, 'utf8')) as StoredModel;

  it('is what the samples and the keyword table make: after a change of either, run npm run train -- routing --samples', () => {
    expect(trainRouting(examplesOfSamples(samples), () => undefined)).toEqual(shipped);
  });

  it.each([
    ['小区门口的路灯坏了', 'urban-management'], ['孩子上小学怎么报名', 'education'], ['公交车班次太少', 'transport'], ['消防通道被堵', 'fire-rescue'],
    ['公司拖欠工资三个月', 'human-resources'], ['医保卡报销问题', 'medical-insurance'], ['物业不管,业委会也不管', 'housing'], ['路口红绿灯太短', 'traffic-police'],
  ])('proposes for %s first %s', (title, department) => {
    expect(keywordLinearModel(shipped).judge({ title, description: '', category: null }, shippedCandidates())[0]?.department).toBe(department);
  });

  it('has words for each functional department, and for no other', () => {
    expect(Object.keys(shippedKeywords()).sort()).toEqual(shippedCandidates().map(({ department }) => department).sort());
  });
});
