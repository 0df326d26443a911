import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { someone } from '@lianban/testing';
import type { Expected } from '@lianban/testing';
import { calendarBookWith } from '@lianban/working-time';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { OrderClock } from '../domain/facts.js';
import { at, clock, extensionId, facts, firstRequest, given, granted, issued, order, requested, reviewAt, signed, workOrderId } from '../domain/sample-events.js';
import { grantExtension, numbered, refuseExtension, requestExtension } from './extension.decider.js';

describe('an extension', () => {
  const plain = calendarBookWith([]).for;
  const elapsed: OrderClock = { dueAt: reviewAt, kind: 'elapsed', cap: { kind: 'elapsed', amount: 2, unit: 'hours' } };
  const ask = (events: DispatchEvent[], change: { workingDays?: number | null; until?: string; at?: string; clock?: OrderClock | null; ended?: boolean } = {}) => given(...events).when((state) => requestExtension(
    state, { extensionId, workOrderId, workingDays: change.workingDays === undefined ? 2 : change.workingDays, until: change.until ?? null, reason: maskText('x') }, { ...facts, ended: change.ended ?? false }, change.at ?? at,
    change.clock === undefined ? clock : change.clock, plain));

  it.each<[string, ReturnType<typeof ask>, Expected]>([
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
  ])('asked for %s', (_what, outcome, expected) => outcome.then(expected));

  it.each<[string, DispatchEvent[], string, { role: 'head' | 'coordinator' | 'admin'; department: string | null; id?: string }, Expected]>([
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
    given(...events).when((state) => grantExtension(state, { extensionId, reason: maskText('x') }, facts, when, clock, plain, { ...decider, is: (actorId) => actorId === decider.id })).then(expected);
  });

  it('may be refused by who asked for it', () => {
    const own = { role: 'head', department: 'housing', is: () => true } as const;
    given(...signed, requested()).when((state) => refuseExtension(state, { extensionId, reason: maskText('x') }, facts, own)).then(['lianban.extension.refused.v1']);
  });

  it('counts by what was granted, in the kind of time of its clock', () => {
    const command = { extensionId, workOrderId, workingDays: 1, until: null, reason: maskText('x') } as const;
    expect(requestExtension(given(...signed).state, { ...command, workingDays: 2 }, facts, at, clock, plain)).toEqual([requested()]);
    const until = new Date(Date.parse(reviewAt) + 5_400_000).toISOString();
    expect(requestExtension(given(...signed).state, { ...command, workingDays: null, until }, facts, at, elapsed, plain)).toMatchObject([{ data: { by: { kind: 'elapsed', amount: 90, unit: 'minutes' } } }]);
    expect(requestExtension(given(...signed, firstRequest, granted).state, command, facts, at, clock, plain)).toMatchObject([{ data: { ordinal: 2, by: { kind: 'working', amount: 1 } } }]);
  });

  it('counts the working time up to the instant asked for by the calendar of its unit', () => {
    const upTo = (until: string, calendars = plain, due = clock) =>
      requestExtension(given(...signed).state, { extensionId, workOrderId, workingDays: null, until, reason: maskText('x') }, facts, at, due, calendars)[0]?.data;
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
    const state = given(...signed, firstRequest, granted, requested(2)).state;
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
    const request = (state: DispatchState, workingDays: number) =>
      requestExtension(state, { extensionId: next, workOrderId: secondId, workingDays, until: null, reason: maskText('x') }, facts, at, clock, plain);

    it.each<[string, DispatchEvent[], number, number | string]>([
      ['the next lead goes on from what was granted', again(orderIn('lead', 'water', 1)), 1, 2],
      ['the same lead again too, beyond the cap', again(orderIn('lead', 'housing', 1)), 2, 'extension-cap'],
      ['a rework begins anew', again(orderIn('lead', 'housing', 2)), 5, 1],
      ['an assistant has its own count beside the lead', again(orderIn('assist', 'housing', 1)), 5, 1],
      ['the same assistant again goes on from what was granted', again(orderIn('assist', 'housing', 1), assist), 2, 'extension-cap'],
      ['another assistant does not', again(orderIn('assist', 'water', 1), assist), 5, 1],
    ])('%s', (_what, before, days, expected) => {
      given(...before).when((state) => request(state, days)).then(typeof expected === 'string' ? expected : [{ data: { ordinal: expected } }]);
    });

    it('the second of the round is not for the head to grant', () => {
      const before = again(orderIn('lead', 'housing', 1));
      const asked = given(...before, ...request(given(...before).state, 1));
      const grant = (role: 'head' | 'coordinator') => asked.when((state) => grantExtension(state, { extensionId: next, reason: null }, facts, at, clock, plain, { role, department: 'housing', is: () => false }));
      grant('head').then('forbidden');
      grant('coordinator').then([{ data: { ordinal: 2 } }]);
    });
  });

  it('is granted by the level in force then, not by that of the request', () => {
    const asked = given(...signed, requested());
    const head = { role: 'head', department: 'housing', is: () => false } as const;
    const grant = (now: OrderClock) => asked.when((state) => grantExtension(state, { extensionId, reason: null }, facts, at, now, plain, head));
    expect(() => grantExtension(asked.state, { extensionId, reason: null }, facts, at, { ...clock, cap: { kind: 'working', amount: 1, unit: 'days' } }, plain, head)).toThrow('may add 1 working day in all, that is 420 minutes; 0 are granted, and this one is of 840');
    grant(elapsed).then('state-conflict');
    grant({ ...clock, cap: { kind: 'working', amount: 2, unit: 'days' } }).then(['lianban.extension.granted.v1']);
    asked.when((state) => refuseExtension(state, { extensionId, reason: maskText('x') }, facts, head)).then(['lianban.extension.refused.v1']);
  });
});
