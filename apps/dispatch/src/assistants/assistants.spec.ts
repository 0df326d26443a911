import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import { complete } from '../complete/complete.decider.js';
import { dispatch } from '../dispatch-case/dispatch-case.decider.js';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { given } from '../domain/sample-events.js';
import { assist, at, completed, dispute, ended, facts, id, issued, lead, one, order, returned, signed, two } from '../domain/sample-orders.js';
import { addAssistants, grantRelease, refuseRelease, releaseAssistant, requestRelease } from './assistants.decider.js';

const own = { workOrderId: id(2), department: 'landscaping', round: 1 };
const terms = (required: boolean, dueAt: string | null = null): DispatchEvent => ({ type: 'lianban.assistance.terms-set.v1', data: { ...own, required, dueAt } });
const asked: DispatchEvent = { type: 'lianban.assistance.release-requested.v1', data: { releaseId: id(71), ...own, ground: 'not-competent', lead: 'housing', reason: maskText('x') } };
const released: DispatchEvent = { type: 'lianban.assistance.released.v1', data: { ...own, releaseId: id(71), reason: null } };
const refused: DispatchEvent = { type: 'lianban.assistance.release-refused.v1', data: { releaseId: id(71), ...own, reason: maskText('x') } };
const gone: DispatchEvent = { type: 'lianban.work-order.cancelled.v1', data: { ...assist, reason: 'released' } };

const clock = { dueAt: '2026-02-20T09:00:00Z', kind: 'working', cap: null } as const;
const told: DispatchFacts = { ...facts, clocks: { 'lead 1': clock } };
const x = maskText('x');
type Decide = (s: DispatchState) => DispatchEvent[];
const adding = (codes: string[], optional: string[] = [], until: [string, string][] = [], known = told): Decide => (s) =>
  addAssistants(s, { assist: [...codes, ...optional], terms: { optional, until: new Map(until) }, workOrderIds: [id(11), id(12)] }, known, at);
const releasing = (workOrderId = id(2), known = facts): Decide => (s) => releaseAssistant(s, { workOrderId, reason: x }, known);
const requesting = (workOrderId = id(2), known = facts): Decide => (s) => requestRelease(s, { releaseId: id(79), workOrderId, ground: 'not-competent', reason: x }, known);
const granting = (releaseId = id(71)): Decide => (s) => grantRelease(s, { releaseId, reason: null }, facts);
const refusing = (releaseId = id(71)): Decide => (s) => refuseRelease(s, { releaseId, reason: x }, facts);
const finishing = (why: string | null = null): Decide => (s) => complete(s, { workOrderId: id(1), result: x, withoutAssistants: why === null ? null : maskText(why) }, facts, at);

const [new_, set, cancelled, completing, answering] = ['lianban.work-order.issued.v1', 'lianban.assistance.terms-set.v1', 'lianban.work-order.cancelled.v1', 'lianban.work-order.completed.v1', 'lianban.case.answered.v1'];
const [request, release, refusal] = ['lianban.assistance.release-requested.v1', 'lianban.assistance.released.v1', 'lianban.assistance.release-refused.v1'];

describe('assistants that join later', () => {
  it.each<[string, DispatchEvent[], Decide, Expected]>([
    ['one', one, adding(['landscaping']), [new_]],
    ['an optional one', one, adding([], ['landscaping']), [new_, set]],
    ['one required and one optional', one, adding(['health'], ['landscaping']), [new_, new_, set]],
    ['one with a due time of its own', one, adding(['landscaping'], [], [['landscaping', '2026-02-20T09:00:00Z']]), [new_, set]],
    ['one that is there', two, adding(['landscaping']), []],
    ['one that is there, and is optional from now on', two, adding([], ['landscaping']), [set]],
    ['one that is optional, and is required from now on', [...two, terms(false)], adding(['landscaping']), [set]],
    ['one with a due time of its own, named again without one', [...two, terms(true, clock.dueAt)], adding(['landscaping']), []],
    ['the lead', one, adding(['housing']), 'validation-failed'],
    ['one twice', one, adding(['landscaping'], ['landscaping']), 'validation-failed'],
    ['nobody', one, adding([]), 'validation-failed'],
    ['when nobody leads', [...one, returned(lead)], adding(['landscaping']), 'state-conflict'],
    ['after the end', one, adding(['landscaping'], [], [], ended), 'state-conflict'],
    ['with a due time after the lead', one, adding(['landscaping'], [], [['landscaping', '2026-02-20T09:00:01Z']]), 'validation-failed'],
    ['with a due time that has passed', one, adding(['landscaping'], [], [['landscaping', at]]), 'validation-failed'],
    ['with a due time for somebody else', one, adding(['landscaping'], [], [['health', clock.dueAt]]), 'validation-failed'],
    ["with a due time before sla has told the lead's", one, adding(['landscaping'], [], [['landscaping', clock.dueAt]], facts), 'read-model-behind'],
  ])('%s', (_what, events, decide, expected) => given(...events).when(decide).then(expected));

  it('come with the dispatch, the optional ones with what is said of them', () => {
    const sent = dispatch(given().state, { lead: 'housing', assist: ['health', 'landscaping'], terms: { optional: ['landscaping'], until: new Map() }, note: null, workOrderIds: [id(1), id(2), id(3)] }, facts, dispute);
    expect(sent.at(-1)).toEqual({ type: set, data: { workOrderId: id(3), department: 'landscaping', round: 1, required: false, dueAt: null } });
    expect(sent.map(({ type }) => type)).toEqual(['lianban.case.dispatched.v1', new_, new_, new_, set]);
  });
});

describe("the lead's answer", () => {
  it.each<[string, DispatchEvent[], Decide, Expected]>([
    ['waits for a required assistant', [...two, signed(lead)], finishing(), 'assistants-open'],
    ['does not wait for an optional one', [...two, terms(false), signed(lead)], finishing(), [cancelled, completing, answering]],
    ['waits for the required one beside an optional one', [...two, terms(false), issued(order(5, 'health', 'assist')), signed(lead)], finishing(), 'assistants-open'],
    ['comes without both, for a reason', [...two, terms(false), issued(order(5, 'health', 'assist')), signed(lead)], finishing('Not needed.'), [cancelled, cancelled, completing, answering]],
    ['does not wait for one that was released', [...two, released, gone, signed(lead)], finishing(), [completing, answering]],
  ])('%s', (_what, events, decide, expected) => given(...events).when(decide).then(expected));

  it('needs no reason for what is optional, and records none', () => {
    expect(finishing('For nothing.')(given(...two, terms(false), signed(lead)).state)[1]?.data).toMatchObject({ withoutAssistants: null });
  });
});

describe('releasing an assistant', () => {
  it.each<[string, DispatchEvent[], Decide, Expected]>([
    ['that has not asked', two, releasing(), [release, cancelled]],
    ['that has asked', [...two, asked], releasing(), [release, cancelled]],
    ['twice', [...two, released, gone], releasing(), 'state-conflict'],
    ['that is done', [...two, signed(assist), completed(assist)], releasing(), 'state-conflict'],
    ['that leads', two, releasing(id(1)), 'state-conflict'],
    ['after the end', two, releasing(id(2), ended), 'state-conflict'],
    ['it asks', two, requesting(), [request]],
    ['it asks again', [...two, asked], requesting(), []],
    ['it asks again after it was refused', [...two, asked, refused], requesting(), [request]],
    ['it asks when it is done', [...two, signed(assist), completed(assist)], requesting(), 'state-conflict'],
    ['the lead asks', two, requesting(id(1)), 'state-conflict'],
    ['it is granted', [...two, asked], granting(), [release, cancelled]],
    ['it is granted again', [...two, asked, released, gone], granting(), []],
    ['it is granted after it was refused', [...two, asked, refused], granting(), 'state-conflict'],
    ['it is granted when nobody asked', two, granting(), 'not-found'],
    ['it is granted when it is done', [...two, asked, signed(assist), completed(assist)], granting(), 'state-conflict'],
    ['it is refused', [...two, asked], refusing(), [refusal]],
    ['it is refused again', [...two, asked, refused], refusing(), []],
    ['it is refused after it was granted', [...two, asked, released, gone], refusing(), 'state-conflict'],
  ])('%s', (_what, events, decide, expected) => given(...events).when(decide).then(expected));

  it('without the asked-for decision answers its request too', () => {
    expect(releasing()(given(...two, asked).state)[0]?.data).toMatchObject({ releaseId: id(71) });
  });
});
