import { describe, expect, it } from '@jest/globals';
import { maskText } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import type { DispatchEvent } from './case-orders.js';
import { evolveClocks, initialFacts } from './facts.js';
import type { ClockEvent, DispatchFacts } from './facts.js';
import { given } from './sample-events.js';
import { clockOf, returnWindowOf } from './told-clocks.js';

const [workOrderId, assistId, holdId, extensionId] = ['000000000001', '000000000002', '0000000000a1', '0000000000e1'].map((end) => `7b6f4a52-0d7d-4d53-9f5c-${end}`) as [string, string, string, string];
const march = (day: number) => `2026-03-${String(day).padStart(2, '0')}T01:00:00.000Z`;
const lead = { workOrderId, department: 'housing', role: 'lead', round: 1 } as const;
const assist = { workOrderId: assistId, department: 'water', role: 'assist', round: 1 } as const;

type Step = DispatchEvent & { occurredAt: string };
const dispatched: Step[] = [
  { type: 'lianban.work-order.issued.v1', occurredAt: march(2), data: { ...lead, cause: 'dispatch' } },
  { type: 'lianban.work-order.issued.v1', occurredAt: march(2), data: { ...assist, cause: 'dispatch' } },
];
const held = (day: number): Step => ({ type: 'lianban.case.held.v1', occurredAt: march(day), data: { holdId, reason: 'funds', note: null, reviewAt: march(day + 7) } });
const resumed = (day: number): Step => ({ type: 'lianban.case.resumed.v1', occurredAt: march(day), data: { holdId, cause: 'command', note: null } });
const grantedTo = (order: string, kind: 'working' | 'elapsed' = 'working'): Step[] => {
  const what = { extensionId, workOrderId: order, department: 'housing', round: 1, ordinal: 1, by: { kind, amount: 2, unit: 'days' }, reason: maskText('x') } as const;
  return [{ type: 'lianban.extension.requested.v1', occurredAt: march(5), data: { ...what, dueAt: march(9) } }, { type: 'lianban.extension.granted.v1', occurredAt: march(5), data: { ...what, previousDueAt: march(9) } }];
};

interface Told { kind: 'lead' | 'assist' | 'sign' | 'return-window'; of?: string; dueAt?: string; held?: [number, number][]; extensions?: string[] }
const told = (...clocks: Told[]): DispatchFacts => clocks.map(({ kind, of = null, dueAt = march(9), held: intervals = [], extensions = [] }) => ({
  type: 'lianban.clock.started.v2',
  data: {
    kind, round: 1, workOrderId: of, dueAt, milestone: null,
    derivation: { limit: { kind: 'working' }, extensionCap: null, held: intervals.map(([from, to]) => ({ from: march(from), to: march(to), reason: 'funds' })), extensions: extensions.map((id) => ({ extensionId: id })) },
  },
}) as unknown as EventEnvelope<ClockEvent>).reduce(evolveClocks, initialFacts);
const sign: Told = { kind: 'sign', of: workOrderId };

describe('the clock of an order', () => {
  it.each<[string, Step[], DispatchFacts, string | null]>([
    ['is known when sla has told of the order and its clock', dispatched, told({ kind: 'lead' }, sign), march(9)],
    ['is that which sla told last', dispatched, told({ kind: 'lead' }, sign, { kind: 'lead', dueAt: march(12) }), march(12)],
    ['is not known before sla has told of the order: its unit may have a limit of its own', dispatched, told({ kind: 'lead' }), null],
    ['is not known before sla has told of the clock', dispatched, told(sign), null],
    ['is not known before sla has told of a hold', [...dispatched, held(3)], told({ kind: 'lead' }, sign), null],
    ['is known when it has', [...dispatched, held(3)], told(sign, { kind: 'lead', held: [[3, 10]], dueAt: march(16) }), march(16)],
    ['is not known before sla has told of the end of the hold', [...dispatched, held(3), resumed(4)], told(sign, { kind: 'lead', held: [[3, 10]], dueAt: march(16) }), null],
    ['is known when it has told of that', [...dispatched, held(3), resumed(4)], told(sign, { kind: 'lead', held: [[3, 4]], dueAt: march(10) }), march(10)],
    ['is known when the hold ended at its review or later', [...dispatched, held(3), resumed(11)], told(sign, { kind: 'lead', held: [[3, 10]], dueAt: march(16) }), march(16)],
    ['does not wait for a hold after the deadline, of which sla tells nothing', [...dispatched, held(9)], told({ kind: 'lead' }, sign), march(9)],
    ['is not known before sla has told of a granted extension', [...dispatched, ...grantedTo(workOrderId)], told({ kind: 'lead' }, sign), null],
    ['is known when it has told of the extension', [...dispatched, ...grantedTo(workOrderId)], told(sign, { kind: 'lead', extensions: [extensionId], dueAt: march(11) }), march(11)],
    ["does not wait for an assistant's extension", [...dispatched, ...grantedTo(assistId)], told({ kind: 'lead' }, sign), march(9)],
    ['does not wait for an extension that a re-rating has overtaken: granted too late by now', [...dispatched, ...grantedTo(workOrderId)], told(sign, { kind: 'lead', dueAt: march(4) }), march(4)],
    ['or in the other kind of time', [...dispatched, ...grantedTo(workOrderId, 'elapsed')], told({ kind: 'lead' }, sign), march(9)],
    ['is known by facts from before it was kept what a clock takes in', [...dispatched, held(3)], { ...initialFacts, clocks: { 'lead 1': { dueAt: march(9), kind: 'working', cap: null }, [`sign ${workOrderId}`]: { dueAt: march(3), kind: 'working', cap: null } } }, march(9)],
  ])('%s', (_what, steps, facts, dueAt) => {
    expect(clockOf(facts, given(...steps).state, workOrderId)?.dueAt ?? null).toBe(dueAt);
  });

  it("is an assistant's own, and does not wait for a hold that was over before", () => {
    const facts = told({ kind: 'lead' }, { kind: 'sign', of: assistId }, { kind: 'assist', of: assistId, dueAt: march(7) });
    expect(clockOf(facts, given(...dispatched).state, assistId)?.dueAt).toBe(march(7));
    const [first, second] = dispatched as [Step, Step];
    expect(clockOf(facts, given({ ...first, occurredAt: march(1) }, { ...held(1), occurredAt: march(1) }, resumed(2), second).state, assistId)?.dueAt).toBe(march(7));
  });
});

describe('the window for returning an order', () => {
  const window = (dueAt: string, intervals: [number, number][] = []): Told => ({ kind: 'return-window', of: workOrderId, dueAt, held: intervals });
  it.each<[string, Step[], DispatchFacts, boolean, boolean | null]>([
    ['is open until sla says, the instant itself in', dispatched, told(window(march(4))), false, true],
    ['is closed after that', dispatched, told(window(march(3))), true, false],
    ['is open by the rule before sla has told', dispatched, told(), true, true],
    ['is not known to be closed before sla has told', dispatched, told(), false, null],
    ['is closed by the rule where sla has no window for the order', dispatched, told(sign), false, false],
    ['is not known before sla has told of a hold', [...dispatched, held(2)], told(window(march(3))), true, null],
    ['is longer by the hold', [...dispatched, held(2), resumed(3)], told(window(march(4), [[2, 3]])), false, true],
  ])('%s', (_what, steps, facts, byRule, expected) => {
    const state = given(...steps).state;
    expect(returnWindowOf(facts, state, state.workOrders[0]!, march(4), () => march(byRule ? 4 : 3))?.open ?? null).toBe(expected);
  });
});
