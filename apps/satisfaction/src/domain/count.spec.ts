import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lianban/contracts';
import { definitionOf } from '@lianban/contracts';
import { someone } from '@lianban/testing';
import fc from 'fast-check';
import { evolve, initialState } from './case-call-backs.js';
import type { Counted, SatisfactionEvent } from './case-call-backs.js';
import { countOf, withCount } from './count.js';
import { evolveFacts, initialFacts } from './facts.js';

const other = '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a09';
const contact = { kind: 'contact' };
/** The events of the other services, each service in its own order. */
const heard = {
  registered: { type: 'lianban.case.registered.v1', data: { caseNo: 'LB1', title: 'Lamp' } },
  joined: { type: 'lianban.demand.joined.v1', data: { demandCaseId: other, caseNo: 'LB2', title: 'Dark' } },
  left: { type: 'lianban.demand.left.v1', data: { demandCaseId: other } },
  merged: { type: 'lianban.case.merged.v1', data: { intoCaseId: other, reason: null } },
  unmerged: { type: 'lianban.case.unmerged.v1', data: { fromCaseId: other, reason: null } },
  closed: { type: 'lianban.case.closed.v1', data: {} },
  dispatched: { type: 'lianban.case.dispatched.v1', data: { lead: 'housing' } },
  dispatchedAnew: { type: 'lianban.case.dispatched.v1', data: { lead: 'water' } },
  answered: { type: 'lianban.case.answered.v1', data: { round: 1, lead: 'housing' } },
  answeredByOther: { type: 'lianban.case.answered.v1', data: { round: 2, lead: 'water' } },
  started: { type: 'lianban.clock.started.v2', data: contact },
  met: { type: 'lianban.clock.stopped.v2', data: { ...contact, outcome: 'met' } },
  late: { type: 'lianban.clock.stopped.v2', data: { ...contact, outcome: 'late' } },
  breached: { type: 'lianban.clock.breached.v2', data: contact },
  corrected: { type: 'lianban.clock.corrected.v2', data: contact },
  cancelled: { type: 'lianban.clock.cancelled.v2', data: contact },
  runsAgain: { type: 'lianban.clock.rescheduled.v1', data: { ...contact, status: 'running' } },
  leadLate: { type: 'lianban.clock.breached.v2', data: { kind: 'lead' } },
} as const;
type Heard = keyof typeof heard;
const outcome = (reached: boolean, resolved: boolean | null, satisfaction: number | null, demandCaseId: string | null = null): SatisfactionEvent => ({
  type: 'lianban.call-back.recorded.v2',
  data: { callBackId: other, round: 1, demandCaseId, lead: 'housing', reached, resolved, satisfaction, comment: null, unitAtFault: null, decision: 'close', reworks: 0 },
});
type Step = Heard | SatisfactionEvent;

/** Plays a case registered in November 2026. Returns what was published after each step. */
const play = (steps: readonly Step[]) => {
  let [state, facts] = [initialState, initialFacts];
  const told: Counted[] = [];
  for (const step of steps) {
    const metadata = { occurredAt: '2026-11-02T01:00:00Z', actor: someone };
    if (typeof step === 'string') facts = evolveFacts(facts, { ...heard[step], metadata } as unknown as EventEnvelope);
    const written = withCount(state, facts, typeof step === 'string' ? [] : [step]);
    state = written.reduce(evolve, state);
    // Deciding again adds nothing.
    expect(withCount(state, facts, [])).toEqual([]);
    told.push(...written.flatMap((event) => (event.type === 'lianban.case.counted.v1' ? [event.data] : [])));
  }
  return { told, state, facts };
};
const words = ({ department, response, resolution, satisfaction }: Counted): string =>
  `${department} ${[response, resolution, satisfaction].map(({ numerator, denominator }) => `${numerator}/${denominator}`).join(' ')}`;

describe('the figures of a case are published', () => {
  it.each<[what: string, steps: Step[], told: string[]]>([
    ['three times in an ordinary life', ['registered', 'started', 'met', 'dispatched', 'answered', outcome(true, true, 5), 'closed'], ['null 1/1 0/0 0/0', 'housing 1/1 0/0 0/0', 'housing 1/1 1/1 1/1']],
    ['not at all as long as it counts nothing', ['registered', 'started', 'dispatched', 'answered', outcome(false, null, null), 'cancelled', 'closed'], []],
    ['not before its registration, which says by which formula', ['started', 'late', 'dispatched', 'registered'], ['housing 0/1 0/0 0/0']],
    ['not because of another clock', ['registered', 'leadLate'], []],
    ['for whom it counts now', ['registered', 'met', 'dispatched', 'dispatchedAnew', 'answered', 'answeredByOther'], ['null 1/1 0/0 0/0', 'housing 1/1 0/0 0/0', 'water 1/1 0/0 0/0', 'housing 1/1 0/0 0/0', 'water 1/1 0/0 0/0']],
    ['also when it counts nothing any more', ['registered', 'breached', 'runsAgain'], ['null 0/1 0/0 0/0', 'null 0/0 0/0 0/0']],
    ['by sla\'s last word', ['registered', 'breached', 'corrected', 'started'], ['null 0/1 0/0 0/0', 'null 1/1 0/0 0/0']],
    ['of each demand as long as the case answers it', [
      'registered', 'dispatched', 'answered', 'joined', outcome(true, false, 2, other), 'left', outcome(true, true, 5), 'joined', 'merged', 'unmerged',
    ], ['housing 0/0 0/1 0/1', 'housing 0/0 0/0 0/0', 'housing 0/0 1/1 1/1', 'housing 0/0 1/2 1/2', 'housing 0/0 0/0 0/0', 'housing 0/0 1/2 1/2']],
    ['not when a rework ends unreachable', ['registered', 'dispatched', 'answered', outcome(true, true, null), outcome(false, null, null)], ['housing 0/0 1/1 0/0']],
  ])('%s', (_what, steps, expected) => {
    expect(play(steps).told.map(words)).toEqual(expected);
  });

  it('with its month and the formula of that month', () => {
    const { told } = play(['registered', 'met']);
    expect(told).toMatchObject([{ period: '2026-11', formula: 'three-rates.v3' }]);
    for (const data of told) expect(definitionOf('lianban.case.counted.v1')?.data.safeParse(data)).toMatchObject({ success: true });
  });

  const anyOf = (...names: Heard[]) => fc.array(fc.constantFrom(...names), { maxLength: 6 });
  const streams = fc.tuple(
    anyOf('joined', 'left', 'merged', 'unmerged', 'closed').map((rest): Step[] => ['registered', ...rest]),
    anyOf('dispatched', 'dispatchedAnew', 'answered', 'answeredByOther'),
    anyOf('met', 'late', 'breached', 'corrected', 'cancelled', 'runsAgain').map((rest): Step[] => ['started', ...rest]),
    fc.array(fc.record({ reached: fc.boolean(), resolved: fc.boolean(), satisfaction: fc.option(fc.integer({ min: 1, max: 5 })), own: fc.boolean() }), { maxLength: 3 })
      .map((outcomes) => outcomes.map(({ reached, resolved, satisfaction, own }): Step => outcome(reached, reached ? resolved : null, reached ? satisfaction : null, own ? null : other))),
  );
  /** Mixes the streams into one. Each keeps its own order. */
  const dealt = (given: readonly (readonly Step[])[], picks: readonly number[]): Step[] => {
    const rest = given.map((stream) => [...stream]);
    const steps: Step[] = [];
    for (let turn = 0; rest.some(({ length }) => length > 0); turn += 1) {
      const open = rest.filter(({ length }) => length > 0);
      steps.push((open[(picks[turn] ?? 0) % open.length] as Step[]).shift() as Step);
    }
    return steps;
  };

  it('the same in the end, in whatever order the services are heard, and never twice in a row', () => {
    fc.assert(fc.property(streams, fc.array(fc.nat(), { maxLength: 25 }), fc.array(fc.nat(), { maxLength: 25 }), (given, one, another) => {
      const [a, b] = [play(dealt(given, one)), play(dealt(given, another))];
      for (const { told, state, facts } of [a, b]) {
        const last = told.at(-1);
        if (last) expect(last).toEqual(countOf(state, facts));
        else expect(words(countOf(state, facts) as Counted)).toContain('0/0 0/0 0/0');
        expect(told.filter((count, index) => index > 0 && words(count) === words(told[index - 1] as Counted))).toEqual([]);
      }
      expect(countOf(a.state, a.facts)).toEqual(countOf(b.state, b.facts));
    }));
  });
});
