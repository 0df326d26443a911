import type { EventByType } from '@lianban/contracts';
import type { IntakeEvent, IntakeState } from '../domain/intake-case.js';
import { register } from '../register/register.decider.js';
import type { Register } from '../register/register.decider.js';

/** A demand found on a visit is registered at the time of the visit, which is the first contact with its requester. */
export const findCase = (state: IntakeState, demand: Register, visit: EventByType<'lianban.case.found-on-visit.v1'>['data']): IntakeEvent[] => [
  ...register(state, demand),
  { type: 'lianban.case.found-on-visit.v1', data: visit },
  { type: 'lianban.case.contacted.v1', data: { note: null } },
];
