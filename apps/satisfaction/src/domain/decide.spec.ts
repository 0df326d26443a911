import { describe, expect, it } from '@jest/globals';
import { catalogue, definitionOf } from '@lianban/contracts';
import { history, outcomeOf } from '@lianban/testing';
import fc from 'fast-check';
import { evolve, initialState, satisfactionEventTypes } from './case-call-backs.js';
import type { SatisfactionEvent, SatisfactionState } from './case-call-backs.js';
import { cancelDue, openCallBack, recordOutcome } from './decide.js';
import type { RecordOutcome } from './decide.js';

const callBackId = '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11';
const answer = (round = 1) => ({ workOrderId: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21', round, lead: 'housing', result: 'Done.' });
const opened = (round = 1, id = callBackId): SatisfactionEvent => ({
  type: 'lianban.call-back.opened.v1', data: { callBackId: id, round, lead: 'housing', workOrderId: answer().workOrderId, answeredAt: '2026-02-09T09:00:00Z' },
});
const cancelled: SatisfactionEvent = { type: 'lianban.call-back.cancelled.v1', data: { callBackId, round: 1, reason: 'case-ended' } };
const happy = { reached: true, resolved: true, satisfaction: 5, comment: null, unitAtFault: null };
const recorded: SatisfactionEvent = {
  type: 'lianban.call-back.recorded.v1', data: { callBackId, round: 1, lead: 'housing', ...happy, decision: 'close', reworks: 0 },
};

const given = (...events: SatisfactionEvent[]): SatisfactionState => history('satisfaction', 'case', events).reduce(evolve, initialState);
const record = (change: Partial<RecordOutcome> = {}, ended = false) => (s: SatisfactionState) =>
  recordOutcome(s, { callBackId, callerDepartment: null, ...happy, ...change }, { ended, demand: null });
const open = (round = 1, ended = false) => (s: SatisfactionState) => openCallBack(s, answer(round), '2026-02-09T09:00:00Z', { ended, demand: null }, callBackId);

describe('satisfaction decides', () => {
  const table: readonly (readonly [string, SatisfactionEvent[], (s: SatisfactionState) => SatisfactionEvent[], string | string[]])[] = [
    ['an answer', [], open(), [opened().type]],
    ['the same answer again', [opened()], open(), []],
    ['an answer of the next round', [opened(), recorded], open(2), [opened().type]],
    ['an answer of an ended case', [], open(1, true), []],

    ['an outcome', [opened()], record(), [recorded.type]],
    ['an outcome by someone of another department', [opened()], record({ callerDepartment: 'civil-affairs' }), [recorded.type]],
    ['an outcome by the handling unit', [opened()], record({ callerDepartment: 'housing' }), 'call-back-by-handling-unit'],
    ['an outcome of nothing', [], record(), 'not-found'],
    ['a second outcome', [opened(), recorded], record(), 'state-conflict'],
    ['an outcome after the cancellation', [opened(), cancelled], record(), 'state-conflict'],
    ['an outcome of an ended case', [opened()], record({}, true), 'state-conflict'],
    ['reached, and not a word', [opened()], record({ resolved: null }), 'validation-failed'],
    ['reached, without a mark', [opened()], record({ satisfaction: null }), [recorded.type]],
    ['not reached', [opened()], record({ reached: false, resolved: null, satisfaction: null }), [recorded.type]],
    ['not reached, yet resolved', [opened()], record({ reached: false, satisfaction: null }), 'validation-failed'],
    ['not reached, yet satisfied', [opened()], record({ reached: false, resolved: null }), 'validation-failed'],

    ['the end of the case', [opened()], cancelDue, [cancelled.type]],
    ['the end, again', [opened(), cancelled], cancelDue, []],
    ['the end after the outcome', [opened(), recorded], cancelDue, []],
  ];
  it.each(table)('%s', (_name, events, decide, expected) => {
    expect(outcomeOf(() => decide(given(...events)))).toEqual(expected);
  });

  it('counts the reworks, this one included', () => {
    const first = record({ resolved: false })(given(opened()));
    expect(first[0]?.data).toMatchObject({ decision: 'rework', reworks: 1, round: 1, lead: 'housing' });
    const second = record({ resolved: false, callBackId: answer().workOrderId })(given(opened(), ...first, opened(2, answer().workOrderId)));
    expect(second[0]?.data).toMatchObject({ decision: 'rework', reworks: 2, round: 2 });
  });
});

describe('the state of satisfaction', () => {
  it('is made of every event satisfaction writes, and of no other', () => {
    expect([...satisfactionEventTypes].sort()).toEqual(catalogue.filter((d) => d.source === 'satisfaction').map((d) => d.type).sort());
  });
});

describe('whatever comes, in whatever order', () => {
  const id = (round: number): string => `0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c0${round}`;
  const step = fc.oneof(
    fc.record({ name: fc.constant('answered' as const), round: fc.integer({ min: 1, max: 4 }) }),
    fc.record({
      name: fc.constant('outcome' as const), round: fc.integer({ min: 1, max: 4 }), reached: fc.boolean(),
      resolved: fc.option(fc.boolean()), satisfaction: fc.option(fc.integer({ min: 1, max: 5 })),
    }),
    fc.record({ name: fc.constant('ended' as const), really: fc.integer({ min: 0, max: 20 }) }),
  );

  it('one call-back a round, one outcome each, every event to its schema, redelivery changes nothing', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const events: SatisfactionEvent[] = [];
      let ended = false;
      for (const s of steps) {
        const decide = (): SatisfactionEvent[] => {
          const state = given(...events);
          if (s.name === 'answered') return openCallBack(state, answer(s.round), '2026-02-09T09:00:00Z', { ended, demand: null }, id(s.round));
          if (s.name === 'ended') return ended ? cancelDue(state) : [];
          const { reached, resolved, satisfaction } = s;
          return recordOutcome(state, { callBackId: id(s.round), callerDepartment: null, reached, resolved, satisfaction, comment: null, unitAtFault: null }, { ended, demand: null });
        };
        if (s.name === 'ended' && s.really === 0) ended = true;
        const first = outcomeOf(decide);
        if (typeof first === 'string') continue;
        const written = decide();
        for (const event of written) expect(definitionOf(event.type)?.data.safeParse(event.data).success).toBe(true);
        events.push(...written);
        if (written.length > 0) expect([[], 'state-conflict']).toContainEqual(outcomeOf(decide));
      }
      const state = given(...events);
      expect(new Set(state.callBacks.map((c) => c.round)).size).toBe(state.callBacks.length);
      const outcomes = events.flatMap((e) => (e.type === 'lianban.call-back.recorded.v1' ? [e.data.callBackId] : []));
      expect(new Set(outcomes).size).toBe(outcomes.length);
      expect(state.reworks).toBe(events.filter((e) => e.type === 'lianban.call-back.recorded.v1' && e.data.decision === 'rework').length);
    }));
  });
});
