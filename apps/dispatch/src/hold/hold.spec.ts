import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import { complete } from '../complete/complete.decider.js';
import type { DispatchEvent } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { at, clock, extensionId, facts, given, held, holdId, issued, reviewAt, signed, workOrderId } from '../domain/sample-events.js';
import { endOrders } from '../watch-case/end-orders.decider.js';
import { hold, resume, wake } from './hold.decider.js';

describe('a hold', () => {
  const command = { holdId, reason: 'funds', note: null, reviewAt } as const;
  it.each<[string, DispatchEvent[], Partial<DispatchFacts>, { reviewAt?: string; at?: string }, Expected]>([
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
    given(...before).when((state) => hold(state, { ...command, ...review }, { ...facts, ...known }, when)).then(expected);
  });

  it('ends by a command, at its review, with the answer and with the case; each once', () => {
    const onHold = given(...signed, held).state;
    expect(resume(onHold, { note: null }, facts, at)).toEqual([{ type: 'lianban.case.resumed.v1', data: { holdId, cause: 'command', note: null } }]);
    given(...signed).when((state) => resume(state, { note: null }, facts, at)).then('state-conflict');
    expect(wake(onHold, holdId)).toMatchObject([{ data: { cause: 'review-date' } }]);
    expect(wake(onHold, extensionId)).toEqual([]);
    expect(wake(given(...signed).state, holdId)).toEqual([]);
    const answer = complete(onHold, { workOrderId, result: maskText('x'), withoutAssistants: null }, facts, at);
    expect(answer.map(({ type }) => type)).toEqual(['lianban.case.resumed.v1', 'lianban.work-order.completed.v1', 'lianban.case.answered.v1']);
    expect(endOrders(onHold, at).map(({ type }) => type)).toEqual(['lianban.case.resumed.v1', 'lianban.work-order.cancelled.v1']);
    expect(given(...signed, held, ...answer).state.hold).toBeNull();
  });

  it('has ended by itself at its review, whatever is done after that', () => {
    const onHold = given(...signed, held).state;
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
