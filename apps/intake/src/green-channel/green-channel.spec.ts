import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope, Role } from '@lianban/contracts';
import { outcomeOf } from '@lianban/testing';
import { isGranted, requireGreenChannel } from './green-channel.decider.js';

const rules = { classes: ['政法/户籍证件', '城乡建设/城市建设和市政管理/城管执法'], granters: ['intake'] as Role[] };

describe('the green channel', () => {
  it.each<[string, Role, string | null, Partial<typeof rules>, string | null]>([
    ['for a class by its first two levels', 'intake', '政法/户籍证件/流动人口管理', {}, null],
    ['for a class by its code', 'intake', '城乡建设/城市建设和市政管理/城管执法', {}, null],
    ['for one that only begins like it', 'intake', '政法/户籍证件一/其他', {}, 'validation-failed'],
    ['for another class', 'intake', '城乡建设/建筑市场/拖欠工程款', {}, 'validation-failed'],
    ['without a class', 'intake', null, {}, 'validation-failed'],
    ['for every class', 'intake', null, { classes: ['*'] }, null],
    ['by who may not grant it', 'coordinator', '政法/户籍证件/流动人口管理', {}, 'forbidden'],
    ['by an admin', 'admin', '政法/户籍证件/流动人口管理', {}, null],
  ])('%s', (_what, role, category, change, refusal) => {
    expect(outcomeOf(() => { requireGreenChannel(role, category, { ...rules, ...change }); return []; })).toEqual(refusal ?? []);
  });

  it('is granted by an acceptance or a re-rating that gives it, and by nothing else', () => {
    const accepted = (greenChannel: boolean) => ({ type: 'lianban.case.accepted.v1', data: { greenChannel } }) as unknown as EventEnvelope;
    const reRated = (previousGreenChannel: boolean, greenChannel: boolean) => ({ type: 'lianban.case.re-rated.v1', data: { previousGreenChannel, greenChannel } }) as unknown as EventEnvelope;
    expect([accepted(true), accepted(false), reRated(false, true), reRated(true, true), reRated(true, false)].map((event) => isGranted([event]))).toEqual([true, false, true, false, false]);
  });
});
