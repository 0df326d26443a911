import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from './fingerprint.js';
import { gather } from './hotspots.js';
import type { ComparedCase, Likeness } from './hotspots.js';
import { sharedWords } from './shared-words.js';

const day = 86_400_000;
const likeness: Likeness = { similarity: 0.38, similarityAtSamePlace: 0.2, windowMs: 30 * day };
const at = (caseId: string, days: number, title: string, place = 'a'): ComparedCase => ({ caseId, at: days * day, place, fingerprint: fingerprintOf({ title, text: `${title}，请处理。` }) });
const lamp = '锦绣苑东门路灯不亮';
const idsOf = (groups: readonly (readonly ComparedCase[])[]): string[][] => groups.map((group) => group.map(({ caseId }) => caseId));
const same = (one: string, other: string): boolean => one === other;

describe('gathering', () => {
  it.each<[string, ComparedCase[], string[][]]>([
    ['nothing', [], []],
    ['one alone', [at('1', 0, lamp)], []],
    ['the same twice', [at('1', 0, lamp), at('2', 1, lamp)], [['1', '2']]],
    ['by time, whatever their order', [at('2', 1, lamp), at('1', 0, lamp)], [['1', '2']]],
    ['another matter stays out', [at('1', 0, lamp), at('2', 1, '夜间施工噪音扰民'), at('3', 2, lamp)], [['1', '3']]],
    ['within the window to the day', [at('1', 0, lamp), at('2', 30, lamp)], [['1', '2']]],
    ['not after it', [at('1', 0, lamp), at('2', 30.001, lamp)], []],
    ['it goes on while the next one is near', [at('1', 0, lamp), at('2', 25, lamp), at('3', 50, lamp)], [['1', '2', '3']]],
    ['less is enough at the same place', [at('1', 0, '锦绣苑路灯'), at('2', 1, '锦绣苑小区南边的井盖破了')], [['1', '2']]],
    ['and not elsewhere', [at('1', 0, '锦绣苑路灯'), at('2', 1, '锦绣苑小区南边的井盖破了', 'b')], []],
    ['the largest first', [at('1', 0, lamp), at('2', 0, lamp), at('3', 0, '夜间施工噪音扰民'), at('4', 0, '夜间施工噪音扰民'), at('5', 0, '夜间施工噪音扰民')], [['3', '4', '5'], ['1', '2']]],
  ])('%s', (_what, cases, groups) => expect(idsOf(gather(cases, likeness, same))).toEqual(groups));
});

describe('shared words', () => {
  it.each([
    ['锦绣苑东门路灯不亮', '我是锦绣苑业主，路灯不亮', ['锦绣苑', '路灯不亮']],
    ['请问领导', '尊敬的领导', []],
    ['Lamp at the east gate', 'the east gate has no lamp', ['east', 'Lamp', 'gate']],
    ['', 'anything', []],
  ])('%s / %s', (title, other, words) => expect([...sharedWords(title, other)].sort()).toEqual([...words].sort()));
});
