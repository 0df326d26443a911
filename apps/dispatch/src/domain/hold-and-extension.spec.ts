import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { history, outcomeOf, someone } from '@lianban/testing';
import { calendarBookWith } from '@lianban/working-time';
import { evolve, initialState } from './dispatch-case.js';
import type { DispatchEvent, DispatchState } from './dispatch-case.js';
import { endOrders } from '../watch-case/end-orders.decider.js';
import { grantExtension, numbered, refuseExtension, requestExtension } from '../extension/extension.decider.js';
import type { DispatchFacts, OrderClock } from './facts.js';
import { hold, resume, wake } from '../hold/hold.decider.js';
import { complete } from '../complete/complete.decider.js';

const workOrderId = '7b6f4a52-0d7d-4d53-9f5c-000000000001';
const extensionId = '7b6f4a52-0d7d-4d53-9f5c-0000000000e1';
const holdId = '7b6f4a52-0d7d-4d53-9f5c-0000000000a1';
const order = { workOrderId, department: 'housing', role: 'lead', round: 1 } as const;
const at = '2026-03-02T10:00:00+08:00';
const reviewAt = '2026-03-09T09:00:00+08:00';
const clock: OrderClock = { dueAt: reviewAt, kind: 'working', cap: { kind: 'working', amount: 5, unit: 'days' } };
/** Sla has told of the order and of the lead's clock. */
const facts: DispatchFacts = { accepted: true, ended: false, demand: null, clocks: { [`sign ${workOrderId}`]: clock, 'lead 1': clock } };

const issued: DispatchEvent[] = [
  { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'housing', assist: [], note: null } },
  { type: 'lianban.work-order.issued.v1', data: { ...order, cause: 'dispatch' } },
];
const signed: DispatchEvent[] = [...issued, { type: 'lianban.work-order.signed.v1', data: { ...order, note: null } }];
const held: DispatchEvent = { type: 'lianban.case.held.v1', data: { holdId, reason: 'funds', note: null, reviewAt } };
const requested = (ordinal = 1): DispatchEvent => ({
  type: 'lianban.extension.requested.v1',
  data: { extensionId, workOrderId, department: 'housing', round: 1, ordinal, by: { kind: 'working', amount: ordinal === 1 ? 2 : 1, unit: 'days' }, dueAt: reviewAt, reason: maskText('x') },
});
const granted: DispatchEvent = {
  type: 'lianban.extension.granted.v1',
  data: { extensionId: '7b6f4a52-0d7d-4d53-9f5c-0000000000e0', workOrderId, department: 'housing', round: 1, ordinal: 1, by: { kind: 'working', amount: 4, unit: 'days' }, previousDueAt: reviewAt, reason: maskText('x') },
};
const firstRequest: DispatchEvent = { ...requested(), data: { ...(requested().data as object), extensionId: '7b6f4a52-0d7d-4d53-9f5c-0000000000e0', by: { kind: 'working', amount: 4, unit: 'days' } } } as DispatchEvent;
const stateOf = (events: readonly DispatchEvent[]): DispatchState => history('dispatch', 'case', events).reduce(evolve, initialState);

describe('a hold', () => {
  const command = { holdId, reason: 'funds', note: null, reviewAt } as const;
  it.each<[string, DispatchEvent[], Partial<DispatchFacts>, { reviewAt?: string; at?: string }, unknown]>([
    ['of a case that is handled', issued, {}, {}, ['lianban.case.held.v1']],
    ['of a case nobody has', [], {}, {}, 'state-conflict'],
    ['of an ended case', issued, { ended: true }, {}, 'state-conflict'],
    ['of a case unknown here', [], { accepted: false }, {}, 'not-found'],
    ['twice', [...issued, held], {}, {}, 'state-conflict'],
    ['with a review that is past', issued, {}, { reviewAt: at }, 'validation-failed'],
    ['that begins when the case is due', issued, {}, { at: reviewAt, reviewAt: '2026-03-20T09:00:00+08:00' }, ['lianban.case.held.v1']],
    ['that begins a second after that', issued, {}, { at: '2026-03-09T09:00:01+08:00', reviewAt: '2026-03-20T09:00:00+08:00' }, 'state-conflict'],
    ['before sla has told when the case is due', issued, { clocks: {} }, {}, 'read-model-behind'],
    ['with a review in two years', issued, {}, { reviewAt: '2028-03-02T10:00:00+08:00' }, 'validation-failed'],
  ])('%s', (_what, before, known, change, expected) => {
    const { at: when = at, ...review } = change;
    expect(outcomeOf(() => hold(stateOf(before), { ...command, ...review }, { ...facts, ...known }, when))).toEqual(expected);
  });

  it('ends by a command, at its review, with the answer and with the case; each once', () => {
    const onHold = stateOf([...signed, held]);
    expect(resume(onHold, { note: null }, facts, at)).toEqual([{ type: 'lianban.case.resumed.v1', data: { holdId, cause: 'command', note: null } }]);
    expect(outcomeOf(() => resume(stateOf(signed), { note: null }, facts, at))).toBe('state-conflict');
    expect(wake(onHold, holdId)).toMatchObject([{ data: { cause: 'review-date' } }]);
    expect(wake(onHold, extensionId)).toEqual([]);
    expect(wake(stateOf(signed), holdId)).toEqual([]);
    const answer = complete(onHold, { workOrderId, result: maskText('x'), withoutAssistants: null }, facts, at);
    expect(answer.map(({ type }) => type)).toEqual(['lianban.case.resumed.v1', 'lianban.work-order.completed.v1', 'lianban.case.answered.v1']);
    expect(endOrders(onHold, at).map(({ type }) => type)).toEqual(['lianban.case.resumed.v1', 'lianban.work-order.cancelled.v1']);
    expect(stateOf([...signed, held, ...answer]).hold).toBeNull();
  });

  it('has ended by itself at its review, whatever is done after that', () => {
    const onHold = stateOf([...signed, held]);
    const later = '2026-03-10T09:00:00+08:00';
    const woken = { type: 'lianban.case.resumed.v1', data: { holdId, cause: 'review-date', note: null }, occurredAt: reviewAt };
    expect(resume(onHold, { note: maskText('x') }, facts, later)).toEqual([woken]);
    expect(complete(onHold, { workOrderId, result: maskText('x'), withoutAssistants: null }, facts, later)[0]).toEqual(woken);
    expect(endOrders(onHold, later)[0]).toEqual(woken);
    const due = { ...clock, dueAt: '2026-03-16T09:00:00+08:00' };
    const known = { ...facts, clocks: { ...facts.clocks, 'lead 1': due } };
    expect(hold(onHold, { ...command, reviewAt: '2026-03-12T09:00:00+08:00' }, known, later)).toMatchObject([woken, { type: 'lianban.case.held.v1' }]);
  });
});

describe('an extension', () => {
  const plain = calendarBookWith([]).for;
  const elapsed: OrderClock = { dueAt: reviewAt, kind: 'elapsed', cap: { kind: 'elapsed', amount: 2, unit: 'hours' } };
  const ask = (events: DispatchEvent[], change: { workingDays?: number | null; until?: string; at?: string; clock?: OrderClock | null; ended?: boolean } = {}) => outcomeOf(() => requestExtension(
    stateOf(events), { extensionId, workOrderId, workingDays: change.workingDays === undefined ? 2 : change.workingDays, until: change.until ?? null, reason: maskText('x') }, { ...facts, ended: change.ended ?? false }, change.at ?? at,
    change.clock === undefined ? clock : change.clock, plain));

  it.each<[string, ReturnType<typeof ask>, unknown]>([
    ['before the deadline', ask(signed), ['lianban.extension.requested.v1']],
    ['at the deadline', ask(signed, { at: reviewAt }), ['lianban.extension.requested.v1']],
    ['after the deadline', ask(signed, { at: '2026-03-09T09:00:01+08:00' }), 'extension-too-late'],
    ['of an order that is not signed', ask(issued), 'state-conflict'],
    ['while another waits', ask([...signed, requested()]), 'state-conflict'],
    ['an instant where working time counts', ask(signed, { workingDays: null, until: '2026-03-11T09:00:00+08:00' }), ['lianban.extension.requested.v1']],
    ['the instant it is due anyway', ask(signed, { workingDays: null, until: reviewAt }), 'validation-failed'],
    ['an instant before it is due', ask(signed, { workingDays: null, until: at }), 'validation-failed'],
    ['an instant with no working time before it', ask(signed, { workingDays: null, until: '2026-03-09T08:00:00+08:00' }), 'validation-failed'],
    ['an instant beyond what is allowed', ask(signed, { workingDays: null, until: '2026-03-16T09:01:00+08:00' }), 'extension-cap'],
    ['an instant far ahead', ask(signed, { workingDays: null, until: '9999-12-31T00:00:00Z' }), 'validation-failed'],
    ['both', ask(signed, { until: reviewAt }), 'validation-failed'],
    ['neither', ask(signed, { workingDays: null }), 'validation-failed'],
    ['days of work where elapsed time counts', ask(signed, { clock: elapsed }), 'validation-failed'],
    ['a new deadline before the old one', ask(signed, { clock: elapsed, workingDays: null, until: at }), 'validation-failed'],
    ['a new deadline in elapsed time', ask(signed, { clock: elapsed, workingDays: null, until: new Date(Date.parse(reviewAt) + 5_400_000).toISOString() }), ['lianban.extension.requested.v1']],
    ['a new deadline beyond what is allowed', ask(signed, { clock: elapsed, workingDays: null, until: new Date(Date.parse(reviewAt) + 7_260_000).toISOString() }), 'extension-cap'],
    ['beyond what is allowed', ask(signed, { workingDays: 6 }), 'extension-cap'],
    ['beyond what is left after the first', ask([...signed, firstRequest, granted]), 'extension-cap'],
    ['within what is left', ask([...signed, firstRequest, granted], { workingDays: 1 }), ['lianban.extension.requested.v1']],
    ['of a deadline that can not be extended', ask(signed, { clock: { ...clock, cap: null } }), 'extension-cap'],
    ['before the deadline is known here', ask(signed, { clock: null }), 'read-model-behind'],
    ['of an ended case', ask(signed, { ended: true }), 'state-conflict'],
  ])('asked for %s', (_what, outcome, expected) => { expect(outcome).toEqual(expected); });

  it.each<[string, DispatchEvent[], string, { role: 'head' | 'coordinator' | 'admin'; department: string | null; id?: string }, unknown]>([
    ["the unit's head", [...signed, requested()], at, { role: 'head', department: 'housing' }, ['lianban.extension.granted.v1']],
    ['the head of another unit', [...signed, requested()], at, { role: 'head', department: 'water' }, 'forbidden'],
    ['the head, a second one', [...signed, firstRequest, granted, requested(2)], at, { role: 'head', department: 'housing' }, 'forbidden'],
    ['the coordinator, a second one', [...signed, firstRequest, granted, requested(2)], at, { role: 'coordinator', department: null }, ['lianban.extension.granted.v1']],
    ['the head, too late', [...signed, requested()], '2026-03-10T09:00:00+08:00', { role: 'head', department: 'housing' }, 'extension-too-late'],
    ['the head who asked for it', [...signed, requested()], at, { role: 'head', department: 'housing', id: someone.id }, 'forbidden'],
    ['the coordinator who asked for it', [...signed, requested()], at, { role: 'coordinator', department: null, id: someone.id }, 'forbidden'],
    ['the admin who asked for it', [...signed, requested()], at, { role: 'admin', department: null, id: someone.id }, 'forbidden'],
    ['the head, twice', [...signed, requested(), { ...granted, data: { ...granted.data, extensionId } }], at, { role: 'head', department: 'housing' }, 'state-conflict'],
  ])('granted by %s', (_who, events, when, decider, expected) => {
    const outcome = outcomeOf(() => grantExtension(stateOf(events), { extensionId, reason: maskText('x') }, facts, when, clock, plain, { ...decider, is: (actorId) => actorId === decider.id }));
    expect(outcome).toEqual(expected);
  });

  it('may be refused by who asked for it', () => {
    const own = { role: 'head', department: 'housing', is: () => true } as const;
    expect(outcomeOf(() => refuseExtension(stateOf([...signed, requested()]), { extensionId, reason: maskText('x') }, facts, own))).toEqual(['lianban.extension.refused.v1']);
  });

  it('counts by what was granted, in the kind of time of its clock', () => {
    const command = { extensionId, workOrderId, workingDays: 1, until: null, reason: maskText('x') } as const;
    expect(requestExtension(stateOf(signed), { ...command, workingDays: 2 }, facts, at, clock, plain)).toEqual([requested()]);
    const until = new Date(Date.parse(reviewAt) + 5_400_000).toISOString();
    expect(requestExtension(stateOf(signed), { ...command, workingDays: null, until }, facts, at, elapsed, plain)).toMatchObject([{ data: { by: { kind: 'elapsed', amount: 90, unit: 'minutes' } } }]);
    expect(requestExtension(stateOf([...signed, firstRequest, granted]), command, facts, at, clock, plain)).toMatchObject([{ data: { ordinal: 2, by: { kind: 'working', amount: 1 } } }]);
  });

  it('counts the working time up to the instant asked for by the calendar of its unit', () => {
    const upTo = (until: string, calendars = plain, due = clock) =>
      requestExtension(stateOf(signed), { extensionId, workOrderId, workingDays: null, until, reason: maskText('x') }, facts, at, due, calendars)[0]?.data;
    // From Monday 9 March 09:00: two working days of 420 minutes, and Friday 16:30 on the way over the weekend.
    expect(upTo('2026-03-11T09:00:00+08:00')).toMatchObject({ by: { kind: 'working', amount: 840, unit: 'minutes' } });
    expect(upTo('2026-03-15T12:00:00+08:00')).toMatchObject({ by: { amount: 5 * 420 } });
    // A unit of its own: 08:00–16:00 without a break, and Tuesday off; its day is longer, and so is what five days allow.
    const own = { year: 2026, unit: 'housing', version: 'own', workingHours: [{ from: '08:00', to: '16:00' }], holidays: ['2026-03-10'], makeUpDays: [] };
    const book = calendarBookWith([own, { ...own, unit: 'water', holidays: [] }]).for;
    expect(upTo('2026-03-11T09:00:00+08:00', book)).toMatchObject({ by: { amount: 480 } });
    expect(upTo('2026-03-17T09:00:00+08:00', book)).toMatchObject({ by: { amount: 2400 } });
    expect(() => upTo('2026-03-17T09:01:00+08:00', book)).toThrow('5 working days in all, that is 2400 minutes; 0 are granted, and this one is of 2401');
  });

  it('is decided under its number among those of its order, with the reason it was asked for unless another is given', () => {
    const state = stateOf([...signed, firstRequest, granted, requested(2)]);
    expect(numbered(state, workOrderId, 2).extensionId).toBe(extensionId);
    expect(() => numbered(state, workOrderId, 3)).toThrow('no such request');
    expect(grantExtension(state, { extensionId, reason: null }, facts, at, clock, plain, { role: 'coordinator', department: null, is: () => false })).toMatchObject([{ data: { reason: maskText('x') } }]);
    expect(grantExtension(state, { extensionId, reason: maskText('Told.') }, facts, at, clock, plain, { role: 'coordinator', department: null, is: () => false })).toMatchObject([{ data: { reason: maskText('Told.') } }]);
  });

  describe('of a case that was returned and dispatched again', () => {
    const [secondId, next] = ['7b6f4a52-0d7d-4d53-9f5c-000000000002', '7b6f4a52-0d7d-4d53-9f5c-0000000000e2'];
    const orderIn = (role: 'lead' | 'assist', department: string, round: number) => ({ workOrderId: secondId, department, role, round } as const);
    /** Four days were granted to the first order, which was returned; now a second one is signed. */
    const again = (second: ReturnType<typeof orderIn>, first: typeof order | { readonly workOrderId: string; readonly department: string; readonly role: 'assist'; readonly round: number } = order): DispatchEvent[] => [
      { type: 'lianban.case.dispatched.v1', data: { round: 1, lead: 'housing', assist: [], note: null } },
      { type: 'lianban.work-order.issued.v1', data: { ...first, cause: 'dispatch' } }, { type: 'lianban.work-order.signed.v1', data: { ...first, note: null } }, firstRequest, granted,
      { type: 'lianban.work-order.returned.v1', data: { ...first, reason: maskText('x'), suggestedDepartment: null } },
      { type: 'lianban.work-order.issued.v1', data: { ...second, cause: 'dispatch' } }, { type: 'lianban.work-order.signed.v1', data: { ...second, note: null } },
    ];
    const assist = { ...order, role: 'assist' } as const;
    const request = (before: DispatchEvent[], workingDays: number) =>
      requestExtension(stateOf(before), { extensionId: next, workOrderId: secondId, workingDays, until: null, reason: maskText('x') }, facts, at, clock, plain);

    it.each<[string, DispatchEvent[], number, number | string]>([
      ['the next lead goes on from what was granted', again(orderIn('lead', 'water', 1)), 1, 2],
      ['the same lead again too, beyond the cap', again(orderIn('lead', 'housing', 1)), 2, 'extension-cap'],
      ['a rework begins anew', again(orderIn('lead', 'housing', 2)), 5, 1],
      ['an assistant has its own count beside the lead', again(orderIn('assist', 'housing', 1)), 5, 1],
      ['the same assistant again goes on from what was granted', again(orderIn('assist', 'housing', 1), assist), 2, 'extension-cap'],
      ['another assistant does not', again(orderIn('assist', 'water', 1), assist), 5, 1],
    ])('%s', (_what, before, days, expected) => {
      if (typeof expected === 'string') expect(outcomeOf(() => request(before, days))).toBe(expected);
      else expect(request(before, days)).toMatchObject([{ data: { ordinal: expected } }]);
    });

    it('the second of the round is not for the head to grant', () => {
      const before = again(orderIn('lead', 'housing', 1));
      const asked = stateOf([...before, ...request(before, 1)]);
      const grant = (role: 'head' | 'coordinator') => grantExtension(asked, { extensionId: next, reason: null }, facts, at, clock, plain, { role, department: 'housing', is: () => false });
      expect(outcomeOf(() => grant('head'))).toBe('forbidden');
      expect(grant('coordinator')).toMatchObject([{ data: { ordinal: 2 } }]);
    });
  });

  it('is granted by the level in force then, not by that of the request', () => {
    const asked = stateOf([...signed, requested()]);
    const head = { role: 'head', department: 'housing', is: () => false } as const;
    const grant = (now: OrderClock) => grantExtension(asked, { extensionId, reason: null }, facts, at, now, plain, head);
    expect(() => grant({ ...clock, cap: { kind: 'working', amount: 1, unit: 'days' } })).toThrow('may add 1 working days in all, that is 420 minutes; 0 are granted, and this one is of 840');
    expect(outcomeOf(() => grant(elapsed))).toBe('state-conflict');
    expect(outcomeOf(() => grant({ ...clock, cap: { kind: 'working', amount: 2, unit: 'days' } }))).toEqual(['lianban.extension.granted.v1']);
    expect(outcomeOf(() => refuseExtension(asked, { extensionId, reason: maskText('x') }, facts, head))).toEqual(['lianban.extension.refused.v1']);
  });
});
