import { describe, expect, it } from '@jest/globals';
import { shippedRules } from '@lianban/contracts';
import type { EventEnvelope, LianbanEvent } from '@lianban/contracts';
import { history } from '@lianban/testing';
import { watchClocks } from '../watch-clocks/watch-clocks.process.js';
import { watchSupervision } from '../escalate/watch-supervision.process.js';
import { initialFacts } from '../domain/facts.js';
import { watchCase } from './watch-case.process.js';

const from = <Event extends LianbanEvent>(source: 'intake' | 'sla', event: Event) => history(source, 'case', [event])[0] as unknown as EventEnvelope<Event>;

describe('what follows from an event', () => {
  it.each(['lead', 'sign', 'contact', 'call-back'] as const)('of a clock of kind %s', (kind) => {
    const follows = watchClocks['lianban.clock.started.v2']?.({ data: { kind } } as never, undefined);
    expect(follows === undefined).toBe(kind === 'contact' || kind === 'call-back');
  });

  it.each(['reminder', 'criticism', 'escalation'] as const)('of supervision with the step %s', (step) => {
    const follows = watchSupervision['lianban.supervision.raised.v1']?.({ data: { step } } as never, { pathOf: () => [], rules: shippedRules });
    expect(follows).toMatchObject({ mayAct: expect.any(Function) });
    expect(follows && 'mayAct' in follows && follows.mayAct?.(initialFacts)).toBe(step === 'escalation');
  });

  it.each([true, false])('of the end of a case, which has ended: %s', (ended) => {
    const follows = watchCase['lianban.case.withdrawn.v1']?.(from('intake', { type: 'lianban.case.withdrawn.v1', data: { reason: null } }), undefined);
    expect(follows && 'mayAct' in follows && follows.mayAct?.({ ...initialFacts, ended })).toBe(ended);
  });
});
