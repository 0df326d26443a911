import { typesTakenBy } from '@lianban/testing';
import { describe, expect, it } from '@jest/globals';
import { caseEventTypes, endingEventTypes } from '@lianban/contracts';
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import { evolve, initialState } from './case-clocks.js';
import type { SlaState } from './case-clocks.js';
import { evolveFacts, factEventTypes, initialFacts } from './facts.js';
import type { SlaFacts } from './facts.js';
import { fire } from '../sweep/fire.decider.js';
import { react } from './react.js';
import type { NewClockEvent } from './clock-events.js';
import type { Rules } from './schedule-clock.js';
import { accepted, answered, callBackOpened, callBackRecorded, closed, contacted, handledOnTheSpot, issued, order, orderCancelled,
  orderCompleted, orderReturned, orderSigned, refused, registered, withdrawn } from './sample-facts.js';
import type { HappenedFact } from './sample-facts.js';
import { samplePolicies, sampleRow } from './sample-policies.js';

const rules: Rules = { policies: samplePolicies, calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) };
const clockIdOf = (kind: string, round: number, workOrderId: string | null) => [kind, round, workOrderId].join('/');
const ids = { clock: clockIdOf, supervision: (...parts: string[]) => parts.join('/') };
const timer = (at: string, of?: readonly string[]) => ({ timer: at, of });
type Step = HappenedFact | { readonly timer: string; readonly of?: readonly string[] };

/** Plays facts and timers through the decider. Returns the events of the last step and the state after all steps. */
const given = (...steps: Step[]) => {
  let state: SlaState = initialState;
  let facts: SlaFacts = initialFacts;
  let events: NewClockEvent[] = [];
  for (const step of steps) {
    if ('timer' in step) events = fire(state, facts, rules, step.timer, step.of ?? state.clocks.map(({ clockId }) => clockId), ids);
    else {
      facts = evolveFacts(facts, step);
      events = react(state, facts, rules, ids);
    }
    state = events.reduce<SlaState>(evolve, state);
  }
  const clocks = Object.fromEntries(state.clocks.map((clock) => [clock.clockId, clock]));
  const told = events.flatMap((event) => ('kind' in event.data ? [{ kind: event.data.kind, text: `${event.type.split('.')[2]} ${event.data.kind} ${event.occurredAt}` }] : []));
  return {
    state, facts, clocks,
    // Return windows, warnings and supervision are left out; other specs have them.
    events: told.filter(({ kind, text }) => kind !== 'return-window' && !/^(warned|raised)/.test(text)).map(({ text }) => text),
    all: told.map(({ text }) => text),
  };
};

const monday = (time: string) => `2026-03-02T${time}:00+08:00`;
const tuesday = (time: string) => `2026-03-03T${time}:00+08:00`;
const standing = registered(monday('09:00'));

describe('the contact clock', () => {
  it('starts with the registration and says how its due time came about', () => {
    const { events, clocks } = given(standing);
    expect(events).toEqual([`started contact ${monday('09:00')}`]);
    expect(clocks['contact/1/']).toEqual({
      clockId: 'contact/1/', kind: 'contact', round: 1, milestone: null, workOrderId: null, department: null, status: 'running',
      startedAt: monday('09:00'), dueAt: monday('11:00'), provisional: false, stoppedAt: null,
      warnAt: [monday('10:00')], warned: [], heldUntil: null, supervised: [],
      derivation: {
        policy: { id: 'contact', effectiveFrom: '2007-01-01T00:00:00+08:00' }, matched: [], calendarVersion: null, calendarUnit: null,
        start: monday('09:00'), limit: { kind: 'elapsed', amount: 2, unit: 'hours' }, extensions: [], held: [], holidays: [], makeUpDays: [], extensionCap: null,
      },
    });
  });

  it.each<[string, Step[], string[], string, string | null]>([
    ['is met by a contact', [contacted(monday('09:20'))], [`stopped contact ${monday('09:20')}`], 'met', monday('09:20')],
    ['is met by a contact at the due instant', [contacted(monday('11:00'))], [`stopped contact ${monday('11:00')}`], 'met', monday('11:00')],
    ['is met by a refusal with its text', [refused(monday('10:00'))], [`stopped contact ${monday('10:00')}`], 'met', monday('10:00')],
    ['is met by a result on the spot', [handledOnTheSpot(monday('09:05'))], [`stopped contact ${monday('09:05')}`], 'met', monday('09:05')],
    ['is breached at its due time, then stopped', [contacted(monday('11:01'))],
      [`breached contact ${monday('11:00')}`, `stopped contact ${monday('11:01')}`], 'breached', monday('11:01')],
    ['is breached by the timer at its due time', [timer(tuesday('08:00'))], [`breached contact ${monday('11:00')}`], 'breached', null],
    ['is not breached twice', [timer(tuesday('08:00')), timer(tuesday('09:00'))], [], 'breached', null],
    ["is not breached by another clock's timer", [timer(tuesday('08:00'), ['lead/1/'])], [], 'running', null],
    ['is not breached at the due instant itself', [timer(monday('11:00'))], [], 'running', null],
    ['stops late after the timer', [timer(monday('12:00')), contacted(monday('13:00'))], [`stopped contact ${monday('13:00')}`], 'breached', monday('13:00')],
    ['is put right by a contact from before that arrives late', [timer(monday('12:00')), contacted(monday('10:30'))],
      [`corrected contact ${monday('10:30')}`], 'met', monday('10:30')],
    ['keeps the first contact', [contacted(monday('09:20')), contacted(monday('15:00'))], [], 'met', monday('09:20')],
    ['is met by a withdrawal', [withdrawn(monday('10:00'))], [`stopped contact ${monday('10:00')}`], 'met', monday('10:00')],
    ['stays breached when the withdrawal comes after the due time', [withdrawn(monday('11:30'))],
      [`breached contact ${monday('11:00')}`, `stopped contact ${monday('11:30')}`], 'breached', monday('11:30')],
    ['is put right after a breach by a withdrawal from before', [timer(monday('12:00')), withdrawn(monday('10:30'))],
      [`corrected contact ${monday('10:30')}`], 'met', monday('10:30')],
  ])('%s', (_what, steps, events, status, stoppedAt) => {
    const after = given(standing, ...steps);
    expect(after.events).toEqual(events);
    expect(after.clocks['contact/1/']).toMatchObject({ status, stoppedAt });
  });

  it('runs through night and holiday, 7×24', () => {
    expect(given(registered('2026-02-16T23:50:00+08:00', 'urgent')).clocks['contact/1/']?.dueAt).toBe('2026-02-17T00:20:00+08:00');
  });
});

describe('the lead clock', () => {
  const taken = accepted(monday('09:30'), 'general');

  it('starts with the acceptance by level', () => {
    const { clocks } = given(standing, taken);
    expect(clocks['lead/1/']).toMatchObject({ status: 'running', startedAt: monday('09:30'), dueAt: '2026-03-09T09:30:00+08:00', department: null });
  });

  it('is halved by the green channel', () => {
    expect(given(standing, accepted(monday('09:00'), 'simple', true)).clocks['lead/1/']).toMatchObject({
      dueAt: monday('14:00'), derivation: { limit: { amount: 0.5, unit: 'days' } },
    });
  });

  it('runs on over a return and stops with the answer', () => {
    const { clocks } = given(standing, taken, issued(monday('10:00'), order('a')), orderReturned(monday('11:00'), order('a')),
      issued(monday('12:00'), order('b')), answered(tuesday('10:00'), order('b')));
    expect(clocks['lead/1/']).toMatchObject({ status: 'met', startedAt: monday('09:30'), stoppedAt: tuesday('10:00') });
  });

  it('is provisional if it runs into a year without a published calendar', () => {
    const late = given(registered('2026-12-30T09:00:00+08:00'), accepted('2026-12-30T09:00:00+08:00', 'general'));
    expect(late.clocks['lead/1/']).toMatchObject({ provisional: true, derivation: { calendarVersion: 'cn-2026.1 + unpublished-2027' } });
  });

  it('keeps the policy of the day of the case', () => {
    const later = { ...rules, policies: [...samplePolicies, ...[sampleRow('lead-general')].map((row) => ({ ...row, effectiveFrom: monday('09:15'), limit: { kind: 'working', amount: 1, unit: 'days' } as const }))] };
    const facts = [standing, taken].reduce<SlaFacts>((known, event) => evolveFacts(known, event), initialFacts);
    const started = react(initialState, facts, later, ids).reduce<SlaState>(evolve, initialState);
    expect(started.clocks.find(({ kind }) => kind === 'lead')?.dueAt).toBe('2026-03-09T09:30:00+08:00');
  });
});

describe('clocks of work orders', () => {
  const taken = accepted(monday('09:00'), 'general');
  const lead = order('lead');
  const helper = order('helper', 'assist');

  it('start with their issue: sign for each, assist for assistants', () => {
    const { events, clocks } = given(standing, taken, issued(monday('10:00'), lead), issued(monday('10:00'), helper));
    expect(events).toEqual([`started sign ${monday('10:00')}`, `started assist ${monday('10:00')}`]);
    expect(clocks['sign/1/lead']).toMatchObject({ workOrderId: 'lead', department: 'lead-department', dueAt: monday('15:30') });
    expect(clocks['assist/1/helper']).toMatchObject({ workOrderId: 'helper', dueAt: '2026-03-05T13:50:00+08:00' });
  });

  it('wait for the level when the issue is heard of before the acceptance', () => {
    expect(given(standing, issued(monday('10:00'), lead)).events).toEqual([]);
    expect(given(standing, issued(monday('10:00'), lead), orderSigned(monday('10:10'), lead), taken).events).toEqual([
      `started lead ${monday('09:00')}`, `started sign ${monday('10:00')}`, `stopped sign ${monday('10:10')}`,
    ]);
  });

  it.each<[string, Step, string, string]>([
    ['signing', orderSigned(monday('11:00'), helper), 'met', 'running'],
    ['returning', orderReturned(monday('11:00'), helper), 'met', 'cancelled'],
    ['completing unsigned', orderCompleted(monday('11:00'), helper), 'met', 'met'],
    ['cancelling', orderCancelled(monday('11:00'), helper, 're-dispatched'), 'cancelled', 'cancelled'],
    ['signing late', orderSigned(monday('17:00'), helper), 'breached', 'running'],
    ['cancelling late', orderCancelled(monday('17:00'), helper, 'answered-without'), 'breached', 'cancelled'],
    ['the end of the case', withdrawn(monday('11:00')), 'cancelled', 'cancelled'],
  ])('%s', (_what, step, sign, assist) => {
    const { clocks } = given(standing, taken, issued(monday('10:00'), helper), step);
    expect([clocks['sign/1/helper']?.status, clocks['assist/1/helper']?.status]).toEqual([sign, assist]);
  });

  it('start and are cancelled at once when the case had ended before', () => {
    const { events } = given(standing, taken, withdrawn(monday('10:00')), issued(monday('10:05'), lead));
    expect(events).toEqual([`started sign ${monday('10:05')}`, `cancelled sign ${monday('10:05')}`]);
  });
});

describe('call-back and rework', () => {
  const lead = order('lead');
  const again = order('again', 'lead', 2, 'rework');
  const answeredOnce = [standing, accepted(monday('09:00'), 'simple'), contacted(monday('09:10')), issued(monday('10:00'), lead),
    orderSigned(monday('10:10'), lead), orderCompleted(monday('16:00'), lead), answered(monday('16:00'), lead)];

  it('the call-back clock runs a working day from the answer, in nobody’s name', () => {
    const { clocks } = given(...answeredOnce, callBackOpened(monday('16:00'), 'cb', 1));
    expect(clocks['call-back/1/']).toMatchObject({ status: 'running', startedAt: monday('16:00'), dueAt: tuesday('16:00'), department: null });
  });

  it('closing leaves no clock running', () => {
    const { events, state } = given(...answeredOnce, callBackOpened(monday('16:00'), 'cb', 1), callBackRecorded(tuesday('10:00'), 'cb', 1, 'close'), closed(tuesday('10:00')));
    expect(events).toEqual([]);
    expect(state.clocks.map(({ kind, status }) => [kind, status])).toEqual([['contact', 'met'], ['lead', 'met'], ['sign', 'met'], ['return-window', 'met'], ['call-back', 'met']]);
  });

  it('rework has a clock of its own round, kept over a return, and stops with its answer', () => {
    const { clocks } = given(...answeredOnce, callBackOpened(monday('16:00'), 'cb', 1), callBackRecorded(tuesday('10:00'), 'cb', 1, 'rework'),
      issued(tuesday('10:00'), again), orderReturned(tuesday('11:00'), again), issued(tuesday('14:00'), order('other', 'lead', 2)),
      answered(tuesday('17:00'), order('other', 'lead', 2)));
    expect(clocks['rework/2/']).toMatchObject({
      status: 'met', workOrderId: 'again', department: 'again-department', startedAt: tuesday('10:00'), dueAt: '2026-03-06T10:00:00+08:00', stoppedAt: tuesday('17:00'),
    });
    expect(clocks['lead/1/']).toMatchObject({ status: 'met', stoppedAt: monday('16:00') });
  });
});

describe('what sla reads and writes', () => {
  it('folds every event it writes about a case, and no other', () => {
    expect(typesTakenBy((event) => evolve(initialState, event)).sort()).toEqual(caseEventTypes('sla').sort());
  });

  it('hears every way in which a case ends', () => {
    expect(factEventTypes).toEqual(expect.arrayContaining(endingEventTypes));
  });
});
