/**
 * Cases that other systems got wrong, with dates that can be checked on a calendar. In 2026, 2 March is a Monday. The Spring Festival is off from Sun 15 to Mon 23
 * February; Sat 14 and Sat 28 February are worked. Working hours are 09:00–12:00 and 13:30–17:30.
 */
import { describe, expect, it } from '@jest/globals';
import { calendarBook, defaultWorkingHours, shippedCalendars } from '@lianban/working-time';
import { evolve, initialState } from './case-clocks.js';
import type { SlaState } from './case-clocks.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { SlaFacts } from './facts.js';
import { fire } from '../sweep/fire.decider.js';
import { react } from './react.js';
import type { NewClockEvent } from './clock-events.js';
import type { Rules } from './schedule-clock.js';
import { accepted, answered, callBackCancelled, callBackOpened, callBackRecorded, closed, contacted, escalatedRework, extended, held, issued, merged, order, orderCancelled, orderCompleted, orderReturned, orderSigned,
  registered, reopened, reRated, resumed, unmerged } from './sample-facts.js';
import type { HappenedFact } from './sample-facts.js';
import { samplePolicies, sampleRow } from './sample-policies.js';

const years = shippedCalendars.map((row) => ({ ...row, unit: null }));
const rules: Rules = { policies: samplePolicies, calendars: calendarBook(years) };
const ids = { clock: (kind: string, round: number, of: string | null) => [kind, round, of].join('/'), supervision: (...parts: string[]) => parts.join('/') };
const day = (text: string) => `2026-${text.replace(' ', 'T')}:00+08:00`;
const lead = order('lead');

type Step = HappenedFact | { readonly timer: string } | { readonly rules: Rules };

const play = (...steps: Step[]) => {
  let state: SlaState = initialState;
  let facts: SlaFacts = initialFacts;
  let current = rules;
  const told: string[] = [];
  for (const step of steps) {
    let events: NewClockEvent[];
    if ('timer' in step) events = fire(state, facts, current, step.timer, state.clocks.map(({ clockId }) => clockId), ids);
    else {
      if ('rules' in step) current = step.rules;
      else facts = evolveFacts(facts, step);
      events = react(state, facts, current, ids);
    }
    state = events.reduce<SlaState>(evolve, state);
    told.push(...events.flatMap((event) => ('kind' in event.data ? [`${event.type.split('.')[2]} ${event.data.kind}`] : [event.type.split('.')[2] ?? ''])));
  }
  const clock = (id: string) => state.clocks.find(({ clockId }) => clockId === id);
  return { clock, told, of: (kind: string) => told.filter((text) => text.endsWith(kind)) };
};
const begun = (registeredAt: string, level: 'simple' | 'general' = 'general') => [registered(registeredAt), contacted(registeredAt), accepted(registeredAt, level)];
const handled = (at: string) => [issued(at, lead), orderSigned(at, lead)];

describe('due times that others got wrong', () => {
  it.each<[string, Step[], string, string]>([
    ['Friday 16:30 plus four hours of work: one on Friday, three on Monday', [...begun(day('03-06 12:00')), issued(day('03-06 16:30'), lead)], 'sign/1/lead', day('03-09 12:00')],
    ['accepted outside hours counts from the opening', begun(day('03-06 22:00'), 'simple'), 'lead/1/', day('03-09 17:30')],
    ['a hold over a weekend costs the working hours in it, and no more', [...begun(day('03-05 09:00')), ...handled(day('03-05 09:00')), held(day('03-06 16:30'), day('03-20 09:00')), resumed(day('03-09 10:00'))], 'lead/1/', day('03-12 11:00')],
    ['two holds in one minute count once each and together', [...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), held('2026-03-02T10:00:00+08:00', day('03-20 09:00')), resumed('2026-03-02T10:00:20+08:00'),
      held('2026-03-02T10:00:30+08:00', day('03-20 09:00'), 'b'), resumed('2026-03-02T10:01:00+08:00', 'b')], 'lead/1/', '2026-03-09T09:00:50+08:00'],
    ['a make-up Saturday is worked', begun(day('02-13 17:30'), 'simple'), 'lead/1/', day('02-14 17:30')],
    ['the Spring Festival is not', begun(day('02-14 17:30'), 'simple'), 'lead/1/', day('02-24 17:30')],
    ['held past its review without a word: it woke by itself', [...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), held(day('03-02 13:30'), day('03-03 13:30'))], 'lead/1/', day('03-09 17:30')],
    ['an extension counts in working days', [...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), extended(day('03-04 09:00'), lead, 2)], 'lead/1/', day('03-10 17:30')],
    ['re-rated counts from the start, not from the re-rating', [...begun(day('03-02 09:00')), reRated(day('03-04 09:00'), 'complex')], 'lead/1/', day('03-20 17:30')],
  ])('%s', (_what, steps, clockId, dueAt) => {
    expect(play(...steps).clock(clockId)?.dueAt).toBe(dueAt);
  });

  it('a policy that changes while the case is held does not reach it', () => {
    const stricter = { ...rules, policies: [...samplePolicies, ...[sampleRow('lead-general')].map((row) => ({ ...row, effectiveFrom: day('03-03 00:00'), limit: { kind: 'working', amount: 1, unit: 'days' } as const }))] };
    const steps = [...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), held(day('03-02 13:30'), day('03-20 09:00'))];
    expect(play(...steps, { rules: stricter }, resumed(day('03-04 13:30'))).clock('lead/1/')?.dueAt).toBe(day('03-10 17:30'));
  });

  it('a reopened case has a new clock; the old one stays as it ended', () => {
    const second = order('second', 'lead', 2);
    const { clock } = play(...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), orderCompleted(day('03-03 10:00'), lead), answered(day('03-03 10:00'), lead),
      callBackOpened(day('03-03 10:00'), 'cb', 1), callBackRecorded(day('03-03 15:00'), 'cb', 1, 'close'), closed(day('03-03 15:00'), 'cb', 1),
      reopened(day('03-16 09:00')), issued(day('03-16 10:00'), second));
    expect(clock('lead/1/')).toMatchObject({ status: 'met', stoppedAt: day('03-03 10:00') });
    expect(clock('lead/1/life 2')).toMatchObject({ round: 2, status: 'running', startedAt: day('03-16 09:00'), dueAt: day('03-20 17:30') });
    expect(clock('contact/1/')).toMatchObject({ status: 'met' });
  });

  describe('merge, then the clock of the merged case', () => {
    const away = [...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), merged(day('03-03 09:00')), orderCancelled(day('03-03 09:00'), lead, 'case-ended')];
    const back = [...away, unmerged(day('03-05 09:00'))];

    it('is cancelled, and never breaches', () => {
      const { clock, of } = play(...away, { timer: day('04-06 09:00') });
      expect(clock('lead/1/')).toMatchObject({ status: 'cancelled' });
      expect(of(' lead')).toEqual(['started lead', 'cancelled lead']);
    });

    it('goes on when it is unmerged, without the two days', () => {
      const { clock, of } = play(...back);
      expect(clock('lead/1/')).toMatchObject({ status: 'running', dueAt: day('03-10 17:30'), derivation: { held: [{ from: day('03-03 09:00'), to: day('03-05 09:00'), reason: 'merged' }] } });
      expect(of(' lead')).toEqual(['started lead', 'cancelled lead', 'rescheduled lead']);
      expect(clock('sign/1/lead')).toMatchObject({ status: 'met' });
    });

    it('is met by whoever gets the case next, in the same round', () => {
      const next = order('next');
      expect(play(...back, issued(day('03-05 10:00'), next), orderCompleted(day('03-10 17:00'), next), answered(day('03-10 17:00'), next)).clock('lead/1/')).toMatchObject({ status: 'met' });
    });

    it('of the first contact goes on: the requester must still be contacted', () => {
      const early = [registered(day('03-07 22:00')), merged(day('03-07 22:30')), unmerged(day('03-08 10:00'))];
      expect(play(...early.slice(0, 2)).clock('contact/1/')).toMatchObject({ status: 'running', dueAt: day('03-08 00:00') });
      expect(play(...early).clock('contact/1/')).toMatchObject({ status: 'running', dueAt: day('03-08 00:00') });
    });

    it('that was overdue stays so, with its supervision, and the next step comes when it is unmerged', () => {
      const overdue = [...begun(day('03-02 09:00'), 'simple'), ...handled(day('03-02 09:00')), { timer: day('03-03 10:00') }, merged(day('03-03 11:00')), orderCancelled(day('03-03 11:00'), lead, 'case-ended')];
      expect(play(...overdue, { timer: day('04-06 09:00') }).clock('lead/1/')).toMatchObject({ status: 'breached', stoppedAt: day('03-03 11:00'), supervised: [{ step: 'reminder' }] });
      const again = play(...overdue, unmerged(day('03-04 09:00')), { timer: day('03-10 09:00') });
      expect(again.clock('lead/1/')).toMatchObject({ status: 'breached', stoppedAt: null, dueAt: day('03-02 17:30'), supervised: [{ step: 'reminder' }, { step: 'criticism' }] });
      expect(again.told).not.toContain('withdrawn');
      expect(again.of(' lead')).toEqual(['started lead', 'warned lead', 'breached lead', 'raised lead', 'stopped lead', 'rescheduled lead', 'breached lead', 'raised lead']);
    });

    it('goes on through a second merging, with both times apart', () => {
      const { clock } = play(...back, merged(day('03-06 09:00')), unmerged(day('03-06 13:30')));
      expect(clock('lead/1/')).toMatchObject({ status: 'running', dueAt: day('03-11 12:00') });
      expect(clock('lead/1/')?.derivation.held).toHaveLength(2);
    });

    it('keeps its hold and its merging apart when one ends with the other', () => {
      const { clock } = play(...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), held(day('03-02 13:30'), day('03-20 09:00')), merged(day('03-03 09:00')), resumed(day('03-03 09:00')),
        orderCancelled(day('03-03 09:00'), lead, 'case-ended'), unmerged(day('03-04 09:00')));
      expect(clock('lead/1/')?.derivation.held.map(({ reason }) => reason)).toEqual(['funds', 'merged']);
      expect(clock('lead/1/')).toMatchObject({ dueAt: day('03-10 14:30') });
    });

    it('is a new one for a new call-back of the same round', () => {
      const { clock } = play(...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), orderCompleted(day('03-02 10:00'), lead), answered(day('03-02 10:00'), lead), callBackOpened(day('03-02 10:00'), 'cb', 1),
        merged(day('03-02 11:00')), callBackCancelled(day('03-02 11:00'), 'cb', 1), unmerged(day('03-04 09:00')), callBackOpened(day('03-04 09:00'), 'cb again', 1));
      expect(clock('call-back/1/')).toMatchObject({ status: 'cancelled' });
      expect(clock('call-back/1/own 1')).toMatchObject({ status: 'running', startedAt: day('03-04 09:00'), dueAt: day('03-04 17:30') });
      expect(clock('lead/1/')).toMatchObject({ status: 'met', dueAt: day('03-06 17:30') });
    });
  });

  it('each demand that joined has a call-back clock of its own', () => {
    const { clock, of } = play(...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), answered(day('03-02 10:00'), lead), callBackOpened(day('03-02 10:00'), 'cb', 1), callBackOpened(day('03-02 14:00'), 'cb of other', 1, 'other'),
      callBackRecorded(day('03-02 15:00'), 'cb of other', 1, 'close'));
    expect(clock('call-back/1/')).toMatchObject({ status: 'running' });
    expect(clock('call-back/1/other 0')).toMatchObject({ status: 'met', startedAt: day('03-02 14:00') });
    expect(of(' call-back')).toEqual(['started call-back', 'started call-back', 'stopped call-back']);
  });

  it('an answer ends a hold of the same moment, and the clock is met', () => {
    const { clock } = play(...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), held(day('03-03 09:00'), day('03-20 09:00')), resumed(day('03-03 09:00')),
      orderCompleted(day('03-03 09:00'), lead), answered(day('03-03 09:00'), lead));
    expect(clock('lead/1/')).toMatchObject({ status: 'met', dueAt: day('03-06 17:30'), heldUntil: null });
  });

  it('answered late but before the next sweep is late all the same', () => {
    const { of } = play(...begun(day('03-02 09:00'), 'simple'), ...handled(day('03-02 09:00')), orderCompleted('2026-03-02T17:30:01+08:00', lead), answered('2026-03-02T17:30:01+08:00', lead));
    expect(of(' lead')).toEqual(['started lead', 'breached lead', 'stopped lead']);
  });

  it('an alert due across midnight comes once, at its own time, 7×24', () => {
    const { clock, of } = play(registered(day('03-07 23:30')), { timer: day('03-08 00:29') }, { timer: day('03-08 00:31') }, { timer: day('03-08 01:00') }, { timer: day('03-08 01:31') });
    expect(of(' contact')).toEqual(['started contact', 'warned contact', 'breached contact']);
    expect(clock('contact/1/')).toMatchObject({ warned: [day('03-08 00:30')], dueAt: day('03-08 01:30'), status: 'breached' });
  });

  it('a holiday added after the due time was computed moves it, by event', () => {
    const later = { ...rules, calendars: calendarBook(years.map((row) => (row.year === 2026 ? { ...row, version: 'cn-2026.2', holidays: [...row.holidays, '2026-03-04'] } : row))) };
    const { clock, told } = play(...begun(day('03-02 09:00')), { rules: later });
    expect(clock('lead/1/')).toMatchObject({ dueAt: day('03-09 17:30'), derivation: { calendarVersion: 'cn-2026.2' } });
    expect(told.at(-1)).toBe('rescheduled lead');
  });

  it('a year that is not published gives a provisional due time, and its calendar makes it final', () => {
    const start = '2026-12-30T09:00:00+08:00';
    const before = play(...begun(start));
    expect(before.clock('lead/1/')).toMatchObject({ provisional: true });
    const published = { ...rules, calendars: calendarBook([...years, { year: 2027, unit: null, version: 'cn-2027.1', workingHours: defaultWorkingHours, holidays: ['2027-01-01'], makeUpDays: [] }]) };
    const { clock } = play(...begun(start), { rules: published });
    expect(clock('lead/1/')).toMatchObject({ provisional: false, dueAt: '2027-01-06T17:30:00+08:00' });
  });

  it('progress before the first contact stops neither clock', () => {
    const { clock } = play(registered(day('03-02 09:00')), accepted(day('03-02 09:05'), 'general'), ...handled(day('03-02 09:10')));
    expect(clock('contact/1/')).toMatchObject({ status: 'running', dueAt: day('03-02 11:00') });
    expect(clock('lead/1/')).toMatchObject({ status: 'running' });
  });

  it('an extension granted before the due time but heard of after the breach puts it right; supervision is taken back; both stay', () => {
    const { clock, of, told } = play(...begun(day('03-02 09:00'), 'simple'), ...handled(day('03-02 09:00')), { timer: day('03-03 10:00') }, extended(day('03-02 17:00'), lead, 1));
    expect(of(' lead')).toEqual(['started lead', 'warned lead', 'breached lead', 'raised lead', 'rescheduled lead']);
    expect(told.at(-1)).toBe('withdrawn');
    expect(clock('lead/1/')).toMatchObject({ status: 'running', dueAt: day('03-03 17:30'), supervised: [] });
  });

  it('a hold or an extension after the due time changes nothing', () => {
    const { clock } = play(...begun(day('03-02 09:00'), 'simple'), ...handled(day('03-02 09:00')), { timer: day('03-02 18:00') }, held(day('03-03 09:00'), day('03-20 09:00')), extended(day('03-03 09:00'), lead, 5));
    expect(clock('lead/1/')).toMatchObject({ status: 'breached', dueAt: day('03-02 17:30') });
  });

  it('supervision: a reminder at the opening of the next working day, criticism 5 working days later, and none once it has stopped', () => {
    const overdue = [...begun(day('03-05 09:00'), 'simple'), ...handled(day('03-05 09:00'))];
    expect(play(...overdue, { timer: day('03-06 09:01') }).of(' lead')).toEqual(['started lead', 'warned lead', 'breached lead', 'raised lead']);
    const both = play(...overdue, { timer: day('03-12 17:31') });
    expect(both.clock('lead/1/')?.supervised.map(({ step }) => step)).toEqual(['reminder', 'criticism']);
    const all = play(...overdue, { timer: day('03-20 09:00') });
    expect(all.clock('lead/1/')?.supervised.map(({ step }) => step)).toEqual(['reminder', 'criticism', 'escalation']);
    expect(play(...overdue, { timer: day('03-19 17:30') }).clock('lead/1/')?.supervised).toHaveLength(2);
    expect(play(...overdue, { timer: day('03-06 08:59') }, orderCompleted(day('03-06 09:00'), lead), answered(day('03-06 08:59'), lead), { timer: day('04-06 09:00') }).of(' lead'))
      .toEqual(['started lead', 'warned lead', 'breached lead', 'stopped lead']);
  });

  it('a rework that was raised to a higher tier is supervised at once, in time or not, and that stays when it ends in time', () => {
    const again = order('again', 'lead', 4, 'rework');
    const raised = play(...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), answered(day('03-03 09:00'), lead), issued(day('03-04 09:00'), again), escalatedRework(day('03-04 09:00'), 4));
    expect(raised.clock('rework/4/')).toMatchObject({ status: 'running', supervised: [{ step: 'escalation', supervisionId: `rework/4//escalation/${day('03-04 09:00')}` }] });
    expect(raised.of(' rework')).toEqual(['started rework', 'raised rework']);
    const done = play(...begun(day('03-02 09:00')), ...handled(day('03-02 09:00')), issued(day('03-04 09:00'), again), escalatedRework(day('03-04 09:00'), 4), answered(day('03-05 09:00'), again), closed(day('03-06 09:00'), 'cb', 4));
    expect(done.clock('rework/4/')).toMatchObject({ status: 'met', supervised: [{ step: 'escalation' }] });
    expect(done.told).not.toContain('withdrawn');
  });

  it('the window for returning closes without a breach', () => {
    const { clock, of } = play(...begun(day('03-02 09:00')), issued(day('03-02 09:00'), lead), { timer: day('03-04 09:00') });
    expect(clock('return-window/1/lead')).toMatchObject({ status: 'lapsed', dueAt: day('03-03 17:30') });
    expect(of(' return-window')).toEqual(['started return-window', 'lapsed return-window']);
    expect(play(...begun(day('03-02 09:00')), issued(day('03-02 09:00'), lead), orderReturned(day('03-02 10:00'), lead)).clock('return-window/1/lead')).toMatchObject({ status: 'met' });
  });
});
