import { describe, expect, it } from '@jest/globals';
import { caseEventTypes } from '@lianban/contracts';
import { typesTakenBy } from '@lianban/testing';
import { evolve, initialState } from './case-call-backs.js';

describe('the state of satisfaction', () => {
  it('is made of every event satisfaction writes, and of no other', () => {
    expect(typesTakenBy((event) => evolve(initialState, event)).sort()).toEqual(caseEventTypes('satisfaction').sort());
  });
});
