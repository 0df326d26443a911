import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { channels, refusalReasons } from '@lianban/contracts';
import { decide } from '@lianban/scoring';
import { scriptOf } from './sample-case.js';
import { samples } from './samples.js';

const codesOf = (name: string) =>
  new Set((JSON.parse(readFileSync(new URL(`../../../apps/dispatch/data/${name}.json`, import.meta.url), 'utf8')) as (string | { code: string })[])
    .map((row) => (typeof row === 'string' ? row : row.code)));
const departments = codesOf('departments');
const territories = codesOf('territories');
const categories = codesOf('categories');
const anchor = Date.parse('2026-03-02T10:00:00Z');

describe('the sample cases', () => {
  it('are some dozens, each with its own key and title', () => {
    expect(samples.length).toBeGreaterThanOrEqual(40);
    expect(new Set(samples.map(({ key }) => key)).size).toBe(samples.length);
    expect(new Set(samples.map(({ demand }) => demand.title)).size).toBe(samples.length);
  });

  it('stand at every stage of life, come by all channels a person uses, and are refused for every reason', () => {
    expect(new Set(samples.map(({ stage }) => stage)).size).toBe(9);
    expect(new Set(samples.map(({ demand }) => demand.channel))).toEqual(new Set(channels.filter((channel) => channel !== 'integration')));
    const reasons = samples.flatMap(({ story }) => story.flatMap(([, step]) => (step.do === 'refuse' ? [step.reason] : [])));
    expect(new Set(reasons)).toEqual(new Set(refusalReasons));
  });

  it.each(samples.map((sample) => [sample.key, sample] as const))('%s uses known codes and keeps to its limits', (_, { demand, story }) => {
    expect(territories).toContain(demand.territory);
    if (demand.category) expect(categories).toContain(demand.category);
    expect(demand.title.length).toBeLessThanOrEqual(200);
    for (const [, step] of story) {
      if (step.do === 'accept' && step.category) expect(categories).toContain(step.category);
      if (step.do === 'dispatch') for (const code of [step.lead, ...(step.assist ?? [])]) expect(departments).toContain(code);
      if (step.do === 'return' && step.suggestedDepartment) expect(departments).toContain(step.suggestedDepartment);
    }
  });

  it.each(samples.map((sample) => [sample.key, sample] as const))('%s never goes back in time and tells nothing of the future', (_, sample) => {
    const { register, steps } = scriptOf(sample, anchor);
    const times = [register.at, ...steps.map((step) => step.at)].map((at) => Date.parse(at ?? ''));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.max(...times)).toBeLessThanOrEqual(anchor);
  });

  it.each(samples.map((sample) => [sample.key, sample] as const))('%s lets the lead answer only after its assistants', (_, { story }) => {
    let open: string[] = [];
    let lead = '';
    for (const [, step] of story) {
      if (step.do === 'dispatch') { lead = step.lead; open = [...(step.assist ?? [])]; }
      if (step.do === 'complete' && step.by === lead && step.round === 1) expect(open).toEqual([]);
      if (step.do === 'complete') open = open.filter((code) => code !== step.by);
    }
  });

  it.each(samples.filter(({ stage }) => stage === 'rework' || stage === 'closed').map((sample) => [sample.key, sample] as const))(
    '%s is called back with an outcome that leads to its stage', (_, { story, stage }) => {
      const last = story.map(([, step]) => step).filter((step) => step.do === 'call-back').at(-1);
      if (!last) return expect(story.some(([, step]) => step.do === 'handle-on-the-spot')).toBe(true);
      const { reached, resolved = null, satisfaction = null, unitAtFault = null } = last;
      expect(decide({ reached, resolved, satisfaction, unitAtFault })).toBe(stage === 'closed' ? 'close' : 'rework');
    });
});
