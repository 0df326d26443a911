import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Step } from '../cases/case-script.js';
import type { FeedMessage } from './message.js';
import { planSteps } from './plan-steps.js';
import { keywordRules, type Rules } from './rules.js';

const territories = ['osmanthus-garden', 'cedar-park', 'riverside-grid-01'];
const rules: Rules = () => ({ lead: 'urban-management', second: 'landscaping', level: 'general', urgency: 'normal', category: undefined });
const plan = (message: FeedMessage) => planSteps(message, rules, territories);

const lamp: FeedMessage = {
  id: '42', requester: 'U001', title: 'Lamp', text: 'The lamp is dark.', reply: 'Replaced.',
  submittedAt: '2019-03-04T09:00:00+08:00', repliedAt: '2019-03-15T16:00:00+08:00',
};
const timesOf = ({ script }: ReturnType<typeof plan>) => [script.register.at, ...script.steps.map((step) => step.at)].map((at) => Date.parse(at ?? ''));
const isA = <D extends Step['do']>(what: D) => (step: Step): step is Extract<Step, { do: D }> => step.do === what;

const message = fc.record({
  id: fc.uuid(), requester: fc.constant('U1'), title: fc.string({ maxLength: 300, unit: 'binary' }), text: fc.string({ minLength: 1 }), reply: fc.string({ minLength: 1 }),
  from: fc.date({ min: new Date('2011-01-01'), max: new Date('2020-01-01'), noInvalidDate: true }), seconds: fc.integer({ min: 0, max: 90 * 86_400 }),
}).map(({ from, seconds, ...rest }): FeedMessage => ({ ...rest, submittedAt: from.toISOString(), repliedAt: new Date(from.getTime() + seconds * 1000).toISOString() }));

describe('the plan of a message', () => {
  it('is the same every time', () => {
    fc.assert(fc.property(message, (m) => expect(plan(m)).toEqual(plan(m))));
  });

  it('never goes back in time, and starts at the submission', () => {
    fc.assert(fc.property(message, (m) => {
      const times = timesOf(plan(m));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.abs((times[0] ?? 0) - Date.parse(m.submittedAt))).toBeLessThanOrEqual(500);
    }));
  });

  it('always comes to an end: refused, settled on the spot, or called back with an outcome that closes', () => {
    fc.assert(fc.property(message, (m) => {
      const { script, ending, reworked } = plan(m);
      const last = script.steps.at(-1);
      if (ending !== 'closed') return expect(last?.do).toBe(ending === 'refused' ? 'refuse' : 'handle-on-the-spot');
      expect(last).toMatchObject(reworked ? { do: 'call-back', round: 2, reached: true, resolved: true } : { do: 'call-back', round: 1 });
    }));
  });

  it('signs before it completes, for every department and round', () => {
    fc.assert(fc.property(message, (m) => {
      const { steps } = plan(m).script;
      for (const done of steps.filter(isA('complete'))) {
        expect(steps.findIndex((s) => s.do === 'sign' && s.by === done.by && s.round === done.round)).toBeLessThan(steps.indexOf(done));
        expect(steps.some((s) => s.do === 'sign' && s.by === done.by && s.round === done.round)).toBe(true);
      }
    }));
  });

  it('answers when the city did', () => {
    const answer = plan(lamp).script.steps.filter(isA('complete')).find((step) => step.by === 'urban-management');
    expect(Date.parse(answer?.at ?? '')).toBe(Date.parse(lamp.repliedAt));
    expect(answer?.result).toBe('Replaced.');
  });

  it('squeezes the beginning when the reply came soon', () => {
    const soon = plan({ ...lamp, id: 'soon', submittedAt: '2019-03-04T09:00:00+08:00', repliedAt: '2019-03-04T09:10:00+08:00' });
    expect(timesOf(soon).filter((t) => t > Date.parse('2019-03-04T09:10:00+08:00')).length).toBeLessThanOrEqual(soon.reworked ? 4 : 1);
  });

  it('cuts what is longer than the API takes, without half characters, and says so', () => {
    const { script, cut } = plan({ ...lamp, title: '路'.repeat(201), text: `${'a'.repeat(9_998)}😀😀` });
    expect(cut).toEqual(['title', 'description']);
    expect(script.register.title).toHaveLength(200);
    expect(script.register.description.length).toBeLessThanOrEqual(10_000);
    expect(script.register.description).not.toMatch(/\p{Surrogate}/u);
  });

  it('has no phone and no address: the messages have none to give', () => {
    expect(plan(lamp).script.register.requester).toEqual({ kind: 'resident', name: 'U001' });
  });

  it('keeps its seeded shares', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => plan({ ...lamp, id: `m${i}` }));
    const share = (test: (p: ReturnType<typeof plan>) => boolean) => many.filter(test).length / many.length;
    expect(share((p) => p.reworked)).toBeGreaterThan(0.08);
    expect(share((p) => p.reworked)).toBeLessThan(0.22);
    expect(share((p) => p.script.steps.some((s) => s.do === 'dispatch' && s.assist))).toBeCloseTo(0.4, 1);
  });
});

describe('the rule table', () => {
  const catalogue = (name: string) => JSON.parse(readFileSync(new URL(`../../../apps/dispatch/data/${name}.json`, import.meta.url), 'utf8')) as (string | { code: string; kind: string })[];
  const departments = catalogue('departments').flatMap((row) => (typeof row === 'string' || row.kind !== 'department' ? [] : [row.code]));

  it.each([
    ['小区门口路灯不亮', 'urban-management'],
    ['物业公司乱收物业费', 'housing'],
    ['农民工被拖欠工资', 'human-resources'],
    ['咨询新生儿上户口', 'public-security'],
    ['消防通道被堵', 'fire-rescue'],
    ['新农合报销比例', 'medical-insurance'],
    ['请求增设红绿灯', 'traffic-police'],
    ['退伍军人安置', 'veterans'],
    ['12个字里没有一个认识的词', 'government-services'],
  ])('sends "%s" to %s', (title, department) => {
    expect(keywordRules({ title, text: '' }).lead).toBe(department);
  });

  it.each([['小区停水三天', 'utility', 'urgent'], ['咨询入学政策', 'simple', 'normal'], ['拆迁安置遗留问题', 'complex', 'normal'], ['路灯不亮', 'general', 'normal'], ['煤气泄漏', 'urgent', 'urgent']])(
    'judges "%s" as %s', (title, level, urgency) => {
      expect(keywordRules({ title, text: '' })).toMatchObject({ level, urgency });
    });

  it('names departments and categories that exist, and every department', async () => {
    const { departmentRows } = await import('./rule-rows.js');
    expect([...new Set(departmentRows.map((row) => row.department))].sort()).toEqual([...departments].sort());
    const categories = new Set(catalogue('categories'));
    expect(departmentRows.filter((row) => !categories.has(row.category)).map((row) => row.category)).toEqual([]);
  });
});
