import { describe, expect, it } from '@jest/globals';
import { caseEventTypes } from '@lianban/contracts';
import { typesTakenBy } from '@lianban/testing';
import { evolve, initialState } from './case-orders.js';

describe('the state of dispatch', () => {
  it('is made of every event dispatch writes about a case, and of no other', () => {
    expect(typesTakenBy((event) => evolve(initialState, event)).sort()).toEqual(caseEventTypes('dispatch').sort());
  });
});
