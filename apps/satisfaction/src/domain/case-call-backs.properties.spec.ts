import { describe, expect, it } from '@jest/globals';
import { definitionOf } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { outcomeOf, someone } from '@lianban/testing';
import fc from 'fast-check';
import { followCase } from '../open-call-back/open-call-back.decider.js';
import { recordOutcome } from '../record-outcome/record-outcome.decider.js';
import type { SatisfactionEvent } from './case-call-backs.js';
import { evolveFacts, initialFacts } from './facts.js';
import type { SatisfactionFacts } from './facts.js';
import { at, callBackId, given, told } from './sample-events.js';
import type { Told } from './sample-events.js';

describe('whatever comes, in whatever order', () => {
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ name: fc.constant('answered' as const) }) },
    {
      weight: 3, arbitrary: fc.record({
        name: fc.constant('outcome' as const), of: fc.nat({ max: 5 }), reached: fc.boolean(), resolved: fc.option(fc.boolean()), satisfaction: fc.option(fc.integer({ min: 1, max: 5 })),
      }),
    },
    { weight: 2, arbitrary: fc.record({ name: fc.constantFrom('joined' as const, 'left' as const, 'merged' as const, 'unmerged' as const) }) },
    { weight: 1, arbitrary: fc.record({ name: fc.constantFrom('closed' as const, 'reopened' as const) }) },
  );
  const follows = (next: keyof typeof told, facts: SatisfactionFacts, merged: boolean): boolean => {
    const hasJoined = (facts.joined ?? []).length > 0;
    const possible: Partial<Record<Told, boolean>> = {
      joined: !hasJoined && !facts.ended, left: hasJoined, merged: !facts.ended && !hasJoined, unmerged: merged, closed: !facts.ended, reopened: facts.ended && !merged,
    };
    return possible[next] ?? true;
  };

  it('each demand is asked once a round, nobody for what has ended, every event to its schema, redelivery changes nothing', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const events: SatisfactionEvent[] = [];
      let facts = initialFacts;
      let merged = false;
      let round = 0;
      const idOf = (demand: string | null): string => `0d3b2f4e-55a1-4a0e-8a53-${String(events.length * 2 + (demand === null ? 0 : 1)).padStart(12, '0')}`;
      for (const s of steps) {
        const state = given(...events).state;
        let decide: () => SatisfactionEvent[];
        if (s.name === 'outcome') {
          const target = state.callBacks.at(-1 - s.of);
          const { reached, resolved, satisfaction } = s;
          decide = () => recordOutcome(given(...events).state, { callBackId: target?.callBackId ?? callBackId, callerDepartment: null, isCaller: () => false, reached, resolved, satisfaction, comment: null, unitAtFault: null }, facts);
        } else {
          if (!follows(s.name, facts, merged)) continue;
          if (s.name === 'answered' && state.callBacks.some(({ status }) => status === 'due')) continue;
          if (s.name === 'answered') round += 1;
          const event = s.name === 'answered' ? { ...told.answered, data: { ...told.answered.data, round } } : told[s.name];
          facts = evolveFacts(facts, { ...event, metadata: { occurredAt: at(events.length), actor: someone } } as unknown as EventEnvelope);
          merged = s.name === 'merged' || (merged && s.name !== 'unmerged');
          decide = () => followCase(given(...events).state, facts, idOf);
        }
        const written = outcomeOf(decide);
        if (typeof written === 'string') continue;
        for (const event of written) expect(definitionOf(event.type)?.data.safeParse(event.data).success).toBe(true);
        events.push(...written);
        if (written.length > 0) expect([[], 'state-conflict']).toContainEqual(outcomeOf(decide));
        const { callBacks } = given(...events).state;
        const due = callBacks.filter(({ status }) => status === 'due');
        if (s.name !== 'outcome') expect(due.filter(({ demandCaseId }) => facts.ended || (demandCaseId !== null && facts.joined?.length !== 1))).toEqual([]);
        const live = callBacks.filter(({ status }) => status !== 'cancelled').map((one) => `${one.round} ${one.demandCaseId}`);
        expect(new Set(live).size).toBe(live.length);
      }
      const state = given(...events).state;
      const outcomes = events.flatMap((e) => (e.type === 'lianban.call-back.recorded.v2' ? [e.data.callBackId] : []));
      expect(new Set(outcomes).size).toBe(outcomes.length);
      expect(state.reworks).toBe(events.filter((e) => e.type === 'lianban.call-back.recorded.v2' && e.data.decision === 'rework').length);
    }));
  });
});
