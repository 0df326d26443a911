import { describe, it } from '@jest/globals';
import type { Expected } from '@lianban/testing';
import type { DispatchEvent, DispatchState } from '../domain/case-orders.js';
import { given } from '../domain/sample-events.js';
import { answeredOnce, dispute, ended, facts, id, lead, one, registered, returned, two, unheard } from '../domain/sample-orders.js';
import { dispatch } from './dispatch-case.decider.js';

const send = (leadCode: string, assistCodes: string[] = [], known = facts) => (s: DispatchState) =>
  dispatch(s, { lead: leadCode, assist: assistCodes, note: null, workOrderIds: [id(11), id(12), id(13)] }, known, dispute);

describe('sending a case to a lead', () => {
  it.each<[string, DispatchEvent[], (s: DispatchState) => DispatchEvent[], Expected]>([
    ['a lead alone', [], send('housing'), ['lianban.case.dispatched.v1', 'lianban.work-order.issued.v1']],
    ['a lead and two assistants', [], send('housing', ['fire-rescue', 'landscaping']), ['lianban.case.dispatched.v1', 'lianban.work-order.issued.v1', 'lianban.work-order.issued.v1', 'lianban.work-order.issued.v1']],
    ['before acceptance', [], send('housing', [], registered), 'state-conflict'],
    ['a case nobody has heard of', [], send('housing', [], unheard), 'not-found'],
    ['after the end', [], send('housing', [], ended), 'state-conflict'],
    ['a lead that assists itself', [], send('housing', ['housing']), 'validation-failed'],
    ['an assistant twice', [], send('housing', ['fire-rescue', 'fire-rescue']), 'validation-failed'],
    ['while a lead has it', one, send('fire-rescue'), 'state-conflict'],
    ['while it waits for the call-back', answeredOnce, send('fire-rescue'), 'state-conflict'],
    ['again after the lead returned', [...one, returned(lead)], send('fire-rescue'), ['lianban.case.dispatched.v1', 'lianban.work-order.issued.v1']],
    ['again, dropping the assistant', [...two, returned(lead)], send('fire-rescue'), ['lianban.work-order.cancelled.v1', 'lianban.case.dispatched.v1', 'lianban.work-order.issued.v1']],
    ['again, keeping the assistant', [...two, returned(lead)], send('fire-rescue', ['landscaping']), ['lianban.case.dispatched.v1', 'lianban.work-order.issued.v1']],
    ['again, the assistant becoming lead', [...two, returned(lead)], send('landscaping'), ['lianban.work-order.cancelled.v1', 'lianban.case.dispatched.v1', 'lianban.work-order.issued.v1']],
  ])('%s', (_name, events, decide, expected) => given(...events).when(decide).then(expected));
});
