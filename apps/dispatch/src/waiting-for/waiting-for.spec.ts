import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { minuteOf } from '@lianban/testing';
import type { DispatchEvent } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { given } from '../domain/sample-events.js';
import { answeredOnce, at, completed, dispute, ended, facts, id, issued, lead, one, order, registered, returned, two } from '../domain/sample-orders.js';
import { waitingFor } from './waiting-for.question.js';

const x = maskText('x');
const own = { workOrderId: id(2), department: 'landscaping', round: 1 };
const optional: DispatchEvent = { type: 'lianban.assistance.terms-set.v1', data: { ...own, required: false, dueAt: null } };
const wantsOut: DispatchEvent = { type: 'lianban.assistance.release-requested.v1', data: { releaseId: id(71), ...own, ground: 'other', lead: 'housing', reason: x } };
const held = (reason: 'funds' | 'waiting-for-requester'): DispatchEvent => ({ type: 'lianban.case.held.v1', data: { holdId: id(80), reason, note: null, reviewAt: '2026-03-09T01:00:00Z' } });
const wantsTime = (ordinal: number): DispatchEvent => ({
  type: 'lianban.extension.requested.v1',
  data: { extensionId: id(81), workOrderId: id(1), department: 'housing', round: 1, ordinal, by: { kind: 'working', amount: 1, unit: 'days' }, dueAt: at, reason: x },
});
const ruled: DispatchEvent = { type: 'lianban.case.ruled.v1', data: { rulingId: id(90), round: 1, lead: 'housing', assist: [], previousLead: null, returns: 0, basis: x } };
const objected: DispatchEvent = { type: 'lianban.ruling.objected.v1', data: { rulingId: id(90), department: 'housing', reason: x } };
const handing: DispatchEvent = { type: 'lianban.transfer.requested.v1', data: { transferId: id(51), workOrderId: id(1), round: 1, from: 'housing', to: 'fire-rescue', reason: x } };
const second = order(3, 'fire-rescue', 'lead');
const open: DispatchFacts = { ...facts, openSince: '2026-02-08T01:00:00Z' };

describe('for whom a case waits', () => {
  it.each<[string, DispatchEvent[], DispatchFacts, string[]]>([
    ['nobody of dispatch, before its acceptance', [], registered, []],
    ['the coordinator, after it', [], open, ['coordinator dispatch since 2026-02-08T01:00:00Z']],
    ['the lead', one, open, [`lead work housing since ${minuteOf(2)}`]],
    ['the lead and a required assistant', two, open, [`lead work housing since ${minuteOf(2)}`, `assistant work landscaping since ${minuteOf(3)}`]],
    ['no assistant that is optional', [...two, optional], open, [`lead work housing since ${minuteOf(2)}`]],
    ['no assistant that is done', [...two, completed(order(2, 'landscaping', 'assist'))], open, [`lead work housing since ${minuteOf(2)}`]],
    ['the lead, about an assistant that wants out', [...two, optional, wantsOut], open, [`lead work housing since ${minuteOf(2)}`, `lead release housing since ${minuteOf(5)}`]],
    ['the requester', [...one, held('waiting-for-requester')], open, [`requester hold since ${minuteOf(3)}`, `lead work housing since ${minuteOf(2)}`]],
    ['others', [...one, held('funds')], open, [`others hold since ${minuteOf(3)}`, `lead work housing since ${minuteOf(2)}`]],
    ['the head, for the first extension', [...one, wantsTime(1)], open, [`lead work housing since ${minuteOf(2)}`, `head extension housing since ${minuteOf(3)}`]],
    ['the coordinator, for the second', [...one, wantsTime(2)], open, [`lead work housing since ${minuteOf(2)}`, `coordinator extension housing since ${minuteOf(3)}`]],
    ['the unit that is asked to lead', [...one, handing], open, [`lead work housing since ${minuteOf(2)}`, `unit transfer fire-rescue since ${minuteOf(3)}`]],
    ['who decides the objection', [...one, ruled, objected], open, [`lead work housing since ${minuteOf(2)}`, `coordinator objection since ${minuteOf(4)}`]],
    ['the coordinator, to dispatch again after a return', [...one, returned(lead)], open, [`coordinator dispatch since ${minuteOf(3)}`]],
    ['the coordinator, to rule after the second', [...one, returned(lead), issued(second), returned(second)], open, [`coordinator ruling since ${minuteOf(5)}`]],
    ['the call-back', answeredOnce, open, [`call-back call-back since ${minuteOf(5)}`]],
    ['the coordinator, once it was opened again', answeredOnce, { ...open, openSince: '2026-03-01T00:00:00Z', reopenedAt: '2026-03-01T00:00:00Z' }, ['coordinator dispatch since 2026-03-01T00:00:00Z']],
    ['nobody, after the end', one, ended, []],
  ])('%s', (_what, events, known, expected) => {
    const waiting = waitingFor(given(...events).state, known, dispute, at);
    expect(waiting.map(({ who, what, department, since }) => [who, what, ...(department === null ? [] : [department]), 'since', since].join(' '))).toEqual(expected);
  });
});
