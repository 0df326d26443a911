import { describe, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import { decisionsOf } from '@lianban/testing';
import type { Expected } from '@lianban/testing';
import { evolveFirm } from '../domain/firm.js';
import type { FirmEvent, FirmState } from '../domain/firm.js';
import { changeFirm, registerFirm } from './firm.decider.js';
import type { ChangeFirm } from './firm.decider.js';

const { given } = decisionsOf<FirmState, FirmEvent>('intake', { initialState: null, evolve: evolveFirm });
const firm = { firmId: '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31', building: 'cedar-park-b1', floor: maskText('12') };
const registered: FirmEvent = { type: 'lianban.firm.registered.v1', data: firm };
const closed: FirmEvent = { type: 'lianban.firm.changed.v1', data: { ...firm, active: false, changed: ['active'] } };

describe('the register of firms', () => {
  it('takes a firm once', () => {
    given().when((state) => registerFirm(state, firm)).then([registered.type]);
    given(registered).when((state) => registerFirm(state, firm)).then('state-conflict');
  });

  it.each<[string, FirmEvent[], ChangeFirm, Expected]>([
    ['that moves', [registered], { building: 'cedar-park-b2', floor: maskText('3'), beside: [] }, [{ data: { building: 'cedar-park-b2', floor: '3', active: true, changed: ['building', 'floor'] } }]],
    ['that gets another name, which the event does not hold', [registered], { beside: ['name'] }, [{ data: { ...firm, active: true, changed: ['name'] } }]],
    ['that closes', [registered], { active: false, beside: [] }, [{ data: { active: false, changed: ['active'] } }]],
    ['that comes back', [registered, closed], { active: true, beside: [] }, [{ data: { active: true, changed: ['active'] } }]],
    ['of which nothing differs', [registered], { building: 'cedar-park-b1', active: true, beside: [] }, []],
    ['that is not there', [], { active: false, beside: [] }, 'not-found'],
  ])('changes a firm %s', (_what, before, change, expected) => given(...before).when((state) => changeFirm(state, change)).then(expected));
});
