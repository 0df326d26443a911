import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { given } from '../domain/sample-events.js';
import { answeredOnce, assist, at, completed, ended, facts, id, lead, one, progressed, returned, signed, two } from '../domain/sample-orders.js';
import { complete } from './complete.decider.js';

const finish = (workOrderId: string, why: string | null = null, known = facts) => (s: DispatchState) =>
  complete(s, { workOrderId, result: maskText('Done.'), withoutAssistants: why === null ? null : maskText(why) }, known, at);

describe('completing an order', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['completing', [...one, signed(lead)], finish(id(1)), ['lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
    ['completing after progress', [...one, signed(lead), progressed(lead)], finish(id(1)), ['lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
    ['completing unsigned', one, finish(id(1)), 'state-conflict'],
    ['completing twice', answeredOnce, finish(id(1)), 'state-conflict'],
    ['completing an ended case', [...one, signed(lead)], finish(id(1), null, ended), 'state-conflict'],
    ['an assistant completing', [...two, signed(assist)], finish(id(2)), ['lianban.work-order.completed.v1']],
    ['the lead while an assistant is open', [...two, signed(lead)], finish(id(1)), 'assistants-open'],
    ['the lead without its assistant', [...two, signed(lead)], finish(id(1), 'No trees there.'), ['lianban.work-order.cancelled.v1', 'lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
    ['the lead after its assistant', [...two, signed(lead), signed(assist), completed(assist)], finish(id(1)), ['lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
    ['the lead after its assistant returned', [...two, signed(lead), returned(assist)], finish(id(1)), ['lianban.work-order.completed.v1', 'lianban.case.answered.v1']],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));

  it('records the reason only when an assistant was really left out', () => {
    const [event] = complete(given(...one, signed(lead)).state, { workOrderId: id(1), result: maskText('Done.'), withoutAssistants: maskText('because') }, facts, at);
    expect(event?.data).toMatchObject({ withoutAssistants: null });
  });
});
