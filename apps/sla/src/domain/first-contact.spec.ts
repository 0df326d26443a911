/** What stops the clock of the first contact: a contact, by its own time, or a withdrawal; never a merge. 2026-03-02 is a Monday. The limit is two hours, 7×24. */
import { describe, expect, it } from '@jest/globals';
import { segmentsOf } from './clock-strip.js';
import { currentFacts } from './facts.js';
import { clockIn, playCase, playedIds, rulesWith } from './play-case.js';
import type { Step } from './play-case.js';
import type { Policy } from './policies.js';
import { react } from './react.js';
import { accepted, contacted, issued, merged, order, registered, reopened, unmerged, withdrawn } from './sample-facts.js';
import { plansOf } from './schedule-clock.js';
import { sampleRow } from './sample-policies.js';

const at = (time: string) => `2026-03-02T${time}:00+08:00`;
const begun = registered(at('09:00'));
const overdue = { timer: at('18:00') };

describe('the first contact', () => {
  it.each<[string, Step[], string[], string, string | null]>([
    ['a withdrawal in time stops it', [withdrawn(at('10:00'))], ['started', 'stopped'], 'met', '10:00'],
    ['a withdrawal after it was due stops it late', [withdrawn(at('12:00'))], ['started', 'breached', 'stopped'], 'breached', '12:00'],
    ['a withdrawal in time that is heard of after the breach puts it right', [overdue, withdrawn(at('10:00'))], ['started', 'warned', 'breached', 'corrected'], 'met', '10:00'],
    ['a contact before the withdrawal stopped it, though entered later', [withdrawn(at('12:00')), contacted(at('10:30'))], ['started', 'breached', 'stopped', 'corrected'], 'met', '10:30'],
    ['a contact in the next life changes nothing', [withdrawn(at('10:00')), reopened(at('12:00')), contacted(at('13:00'))], ['started', 'stopped'], 'met', '10:00'],
    ['a contact entered after the acceptance, from before it, puts the breach right', [overdue, accepted(at('12:00'), 'general'), contacted(at('10:30'))], ['started', 'warned', 'breached', 'corrected'], 'met', '10:30'],
    ['a contact entered after a later one counts', [contacted(at('12:00')), contacted(at('10:30'))], ['started', 'breached', 'stopped', 'corrected'], 'met', '10:30'],
    ['a merging does not stop it', [merged(at('09:30')), overdue], ['started', 'warned', 'breached'], 'breached', null],
    ['a merged case’s requester is contacted in time', [merged(at('09:30')), contacted(at('10:30'))], ['started', 'stopped'], 'met', '10:30'],
    ['a merging costs no time and gives none', [merged(at('09:30')), unmerged(at('10:30')), contacted(at('11:10'))], ['started', 'breached', 'stopped'], 'breached', '11:10'],
  ])('%s', (_what, steps, told, status, stoppedAt) => {
    const played = playCase([begun, ...steps]);
    expect(played.told.filter((text) => text.endsWith(' contact')).map((text) => text.split(' ')[0])).toEqual(told);
    expect(clockIn(played, 'contact/1/')).toMatchObject({ status, stoppedAt: stoppedAt && at(stoppedAt), dueAt: at('11:00') });
  });

  it('loses its supervision when it turns out to have been made in time', () => {
    const shipped = sampleRow('contact');
    const supervised = rulesWith({ ...shipped, effectiveFrom: '2026-01-01T00:00:00+08:00', supervision: [{ step: 'reminder', colour: 'yellow', after: null, toTier: null }] });
    const late = playCase([begun, { timer: '2026-03-03T18:00:00+08:00' }], supervised);
    expect(clockIn(late, 'contact/1/')).toMatchObject({ status: 'breached', supervised: [{ step: 'reminder' }] });
    const entered = playCase([accepted('2026-03-04T09:00:00+08:00', 'general'), contacted(at('10:30'))], supervised, late);
    expect(entered.told.slice(-2)).toEqual(['corrected contact', 'withdrawn']);
    expect(clockIn(entered, 'contact/1/')).toMatchObject({ status: 'met', supervised: [] });
  });

  it('gets its limit from the urgency, and from nothing set at the acceptance', () => {
    const row: Policy = { ...sampleRow('contact'), id: 'contact-general', level: 'general', limit: { kind: 'elapsed', amount: 5, unit: 'minutes' } };
    const played = playCase([begun, accepted(at('09:01'), 'general', true)], rulesWith(row, { ...row, id: 'contact-green', level: null, greenChannel: true }));
    expect(clockIn(played, 'contact/1/')?.dueAt).toBe(at('11:00'));
    expect(played.told).not.toContain('rescheduled contact');
  });

  it('has a strip up to now while a merged case still waits for it', () => {
    const { facts, state } = playCase([begun, merged(at('09:30'))]);
    const [clock, plan] = [state.clocks[0], plansOf(facts, rulesWith(), playedIds.clock)[0]];
    if (!clock || !plan) throw new Error('no clock');
    expect(segmentsOf(clock, plan, facts, rulesWith().calendars.for(null), at('11:30'))).toEqual([
      { state: 'counted', holder: null, from: at('09:00'), to: at('11:00'), overdue: false }, { state: 'counted', holder: null, from: at('11:00'), to: at('11:30'), overdue: true },
    ]);
  });
});

describe('what an earlier release has recorded', () => {
  it.each<[string, Step[]]>([
    ['withdrawn', [withdrawn(at('10:00'))]], ['merged', [merged(at('10:00'))]], ['merged and given back', [merged(at('10:00')), unmerged(at('10:30'))]],
    ['withdrawn and opened again', [accepted(at('09:10'), 'general'), withdrawn(at('10:00')), reopened(at('12:00'))]],
  ])('of a case that was %s, stays: no event is added to it', (_what, steps) => {
    const helper = order('helper', 'assist');
    const { facts } = playCase([begun, issued(at('09:00'), helper), ...steps]);
    // Facts as the earlier release stored them, without what this one added.
    const { withdrawnAt: _none, ...rest } = facts;
    const stored = currentFacts({
      ...rest, merges: facts.merges.map(({ from, to }) => ({ from, to })),
      accepted: facts.accepted && { at: facts.accepted.at, level: facts.accepted.level, greenChannel: false, category: null },
    });
    const recorded = react({ clocks: [] }, stored, rulesWith(), playedIds);
    const contact = recorded.filter(({ data }) => 'kind' in data && data.kind === 'contact').map(({ type }) => type);
    expect(contact).toEqual(facts.merges.some(({ to }) => to !== null) ? ['lianban.clock.started.v2'] : ['lianban.clock.started.v2', 'lianban.clock.cancelled.v2']);
  });

  it('a merged time is still not counted where it was not', () => {
    const { facts } = playCase([begun, merged(at('09:30')), unmerged(at('15:00'))]);
    const stored = currentFacts({ ...facts, merges: facts.merges.map(({ from, to }) => ({ from, to })) });
    expect(react({ clocks: [] }, stored, rulesWith(), playedIds)[0]?.data).toMatchObject({ dueAt: at('16:30') });
  });
});
