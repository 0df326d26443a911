import { describe, expect, it } from '@jest/globals';
import { caseEventTypes } from '@lianban/contracts';
import { minuteOf, typesTakenBy } from '@lianban/testing';
import { evolve } from './intake-case.js';
import { accepted, closed, contacted, given, intoCaseId, joined, left, merged, onTheSpot, registered, reopened, reRated, unmerged } from './sample-events.js';

describe('the state of intake', () => {
  it('is made of every event intake writes, and of no other', () => {
    expect(typesTakenBy((event) => evolve(given(registered).state, event)).sort()).toEqual(caseEventTypes('intake').sort());
  });

  it('tells when and how a case ended', () => {
    expect(given(registered, contacted, accepted, closed).state).toMatchObject({
      status: 'closed', contactedAt: minuteOf(2), acceptedAt: minuteOf(3), endedAt: minuteOf(4), level: 'general',
    });
    expect(given(registered, onTheSpot).state).toMatchObject({ status: 'closed', result: 'Done.', contactedAt: null });
  });

  it('goes on where it was when it is opened again or unmerged', () => {
    expect(given(registered, accepted, merged).state).toMatchObject({ status: 'merged', endedAt: minuteOf(3), mergedInto: intoCaseId });
    expect(given(registered, accepted, merged, unmerged).state).toMatchObject({ status: 'accepted', endedAt: null, mergedInto: null });
    expect(given(registered, joined, left).state).toMatchObject({ joined: [] });
    expect(given(registered, accepted, reRated, closed, reopened).state).toMatchObject({ status: 'accepted', endedAt: null, level: 'complex' });
    expect(given(registered, onTheSpot, reopened).state).toMatchObject({ status: 'registered', endedAt: null, result: null });
  });

  it('refuses a stream that does not begin with the registration', () => {
    expect(() => given(accepted).state).toThrow('before the registration');
  });
});
