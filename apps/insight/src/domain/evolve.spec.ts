import { describe, expect, it } from '@jest/globals';
import { caseEventTypes, type EventEnvelope, newestTypes, type PlainEvent, sources } from '@lianban/contracts';
import { exampleOf, history, minuteOf } from '@lianban/testing';
import fc from 'fast-check';
import { type ProjectedCase, emptyView } from './projected-case.js';
import { evolve } from './evolve.js';
import { caseId, histories, type Histories, joinedDemand, lateNewsLamp, mergedLamp, onTheSpotLamp, refusedLamp, reopenedLamp, reworkedLamp, withdrawnLamp } from './sample-histories.js';
import { inReadingOrder, settle } from './settle.js';

const viewOf = (events: readonly EventEnvelope[]): ProjectedCase => {
  const view = settle(events.reduce(evolve, emptyView(caseId)));
  return { ...view, timeline: inReadingOrder(view.timeline) };
};
const all = (histories: Histories): EventEnvelope[] => sources.flatMap((source) => histories[source]);
/** The events of all services up to a minute of the test's day, as if nothing was on the way. */
const until = (histories: Histories, minute: number): EventEnvelope[] => all(histories).filter(({ metadata }) => metadata.occurredAt <= minuteOf(minute));

/** Deals the streams into one sequence, each stream in its order; `picks` says which stream is next. */
const interleave = (streams: readonly (readonly EventEnvelope[])[], picks: readonly number[]): EventEnvelope[] => {
  const rest = streams.map((stream) => [...stream]);
  const dealt: EventEnvelope[] = [];
  for (let turn = 0; rest.some((stream) => stream.length > 0); turn += 1) {
    const open = rest.filter((stream) => stream.length > 0);
    const next = open[(picks[turn] ?? 0) % open.length]?.shift();
    if (next) dealt.push(next);
  }
  return dealt;
};

/** The example of each event about a case, in no order that makes sense: what comes of it is the same all the same. */
const everyType = histories(Object.fromEntries(sources.map((source) => [source, history(source, caseId, caseEventTypes(source).map((type, index) => {
  const { data } = exampleOf(type);
  return { type, data, occurredAt: minuteOf(index) } as PlainEvent & { occurredAt: string };
}))])));

describe('the case view', () => {
  it.each(Object.entries({ reworkedLamp, withdrawnLamp, lateNewsLamp, onTheSpotLamp, refusedLamp, reopenedLamp, mergedLamp, everyType }))(
    '%s: any interleaving of the services gives the same view, complete or not',
    (_, histories) => {
      fc.assert(fc.property(
        fc.tuple(...sources.map((source) => fc.integer({ min: 0, max: histories[source].length }))),
        fc.array(fc.nat(), { maxLength: 40 }),
        (lengths, picks) => {
          const arrived = sources.map((source, index) => histories[source].slice(0, lengths[index]));
          expect(viewOf(interleave(arrived, picks))).toEqual(viewOf(arrived.flat()));
        },
      ), { numRuns: 300 });
    },
  );

  it('is made of every event about a case, and of no other', () => {
    expect(newestTypes.filter((type) => evolve(emptyView(caseId), exampleOf(type)).case.events === 1).sort()).toEqual(caseEventTypes().sort());
  });

  it.each([
    [1, 'registered'], [2, 'accepted'], [5, 'dispatched'], [7, 'in-progress'], [30, 'in-progress'], [40, 'answered'],
    [50, 'rework'], [51, 'rework'], [80, 'answered'], [90, 'closed'],
  ])('after minute %d the lamp is %s', (minute, status) => {
    expect(viewOf(until(reworkedLamp, minute)).case.status).toBe(status);
  });

  it.each([
    [10, { status: 'in-progress', held_until: minuteOf(20), hold_reason: 'waiting-for-others', lead_status: 'held', holds: 1 }],
    [21, { status: 'in-progress', held_until: null, hold_reason: null, lead_status: 'running', lead_due_at: minuteOf(30) }],
    [31, { lead_status: 'breached', breaches: 1, supervision: 'reminder', extensions: 1, tier: 'subdistrict', escalations: 1 }],
    [36, { lead_status: 'running', breaches: 0, supervision: null, lead_due_at: minuteOf(90), level: 'complex', green_channel: true }],
    [45, { breaches: 0, next_due_at: minuteOf(90) }],
    [60, { status: 'closed', lead_status: 'met' }],
    [71, { status: 'accepted', reopenings: 1, closed_at: null }],
    [76, { status: 'dispatched', round: 2 }],
  ])('after minute %d the lamp that was held, extended and opened again is %j', (minute, expected) => {
    expect(viewOf(until(reopenedLamp, minute)).case).toMatchObject(expected);
  });

  it.each([
    [9, { status: 'dispatched', demands: 1, joined_demands: [] }],
    [41, { status: 'answered', demands: 2, joined_demands: [joinedDemand], counted_reached: 0 }],
    [50, { demands: 3, counted_reached: 1, counted_resolved: 0, counted_satisfied: 0 }],
    [55, { counted_reached: 2, counted_resolved: 1, counted_satisfied: 1 }],
    [60, { demands: 2, counted_reached: 1, counted_resolved: 0 }],
    [65, { counted_reached: 2, counted_resolved: 1, counted_satisfied: 1 }],
    [80, { status: 'merged', demands: 0, merged_at: minuteOf(80), counted_reached: 0, contact_status: 'cancelled', next_due_at: null }],
    [90, { status: 'answered', demands: 1, merged_into: null, merged_at: null, counted_reached: 1, counted_resolved: 1, contact_status: 'running', next_due_at: minuteOf(131) }],
  ])('after minute %d the lamp that others joined, and that joined another, is %j', (minute, expected) => {
    expect(viewOf(until(mergedLamp, minute)).case).toMatchObject(expected);
  });

  describe('supervision', () => {
    const clockOf = (clockId: string, kind: 'lead' | 'assist') => ({ clockId, kind, round: 1, milestone: null, workOrderId: null, department: 'housing' } as const);
    const [lead, assist] = [clockOf('00000000-0000-4000-8000-000000000001', 'lead'), clockOf('00000000-0000-4000-8000-000000000002', 'assist')];
    type Step = 'reminder' | 'criticism' | 'escalation';
    const raised = (id: string, clock: typeof lead  , step: Step) => ({
      type: 'lianban.supervision.raised.v1', data: { ...clock, supervisionId: id, step, colour: 'yellow', dueAt: minuteOf(1), toTier: null },
    } as const);
    const withdrawn = (id: string, clock: typeof lead  , step: Step) => ({
      type: 'lianban.supervision.withdrawn.v1', data: { supervisionId: id, clockId: clock.clockId, department: null, step, reason: 'corrected' },
    } as const);
    type Given = ReturnType<typeof raised> | ReturnType<typeof withdrawn>;

    it.each<[what: string, given: Given[], shown: Step | null]>([
      ['the one that stands', [raised('a', lead, 'reminder')], 'reminder'],
      ['the lead’s, when an assistant’s is taken back', [raised('a', lead, 'criticism'), raised('b', assist, 'reminder'), withdrawn('b', assist, 'reminder')], 'criticism'],
      ['the highest, whichever came last', [raised('a', lead, 'criticism'), raised('b', assist, 'reminder')], 'criticism'],
      ['the lower one, when the higher is taken back', [raised('a', lead, 'reminder'), raised('b', lead, 'criticism'), withdrawn('b', lead, 'criticism')], 'reminder'],
      ['one of two of a kind on one clock', [raised('a', lead, 'escalation'), raised('b', lead, 'escalation'), withdrawn('a', lead, 'escalation')], 'escalation'],
      ['none, when all are taken back', [raised('a', lead, 'reminder'), withdrawn('a', lead, 'reminder')], null],
    ])('is %s', (_what, given, shown) => {
      expect(viewOf(history('sla', caseId, given)).case.supervision).toBe(shown);
    });
  });

  it('is in rework as soon as the outcome says so, whether or not dispatch has reacted', () => {
    const events = until(reworkedLamp, 50).filter(({ metadata, data }) => !(metadata.source === 'dispatch' && 'cause' in data && data.cause === 'rework'));
    expect(viewOf(events).case).toMatchObject({ status: 'rework', round: 1, reworks: 1 });
  });

  it('waits for its next dispatch when the lead has returned it', () => {
    const [dispatched, issued] = reworkedLamp.dispatch;
    const [returned] = reworkedLamp.dispatch.filter(({ type }) => type === 'lianban.work-order.returned.v1');
    if (!dispatched || !issued || !returned) throw new Error('the sample has changed');
    const byLead = { ...returned, data: { ...returned.data, ...issued.data } } as EventEnvelope;
    expect(viewOf([...reworkedLamp.intake.slice(0, 2), dispatched, issued, byLead]).case).toMatchObject({ status: 'accepted', returns: 1 });
  });

  it('shows the reworked lamp in one row', () => {
    expect(viewOf(all(reworkedLamp)).case).toMatchObject({
      case_no: 'LB20260209-000001', category: '城乡建设/市政/路灯', level: 'general', status: 'closed', round: 2, dispatches: 1, returns: 1,
      lead_department: 'power-supply', responsible_department: 'power-supply', answered_at: minuteOf(80), first_answered_at: minuteOf(40),
      contact_status: 'met', lead_status: 'met', next_due_at: null, breaches: 1, resolved: true, satisfaction: 5, reworks: 1, counted_reached: 1, counted_resolved: 1, counted_satisfied: 1,
      events: 33, last_occurred_at: minuteOf(90),
    });
  });

  it('keeps a breach when the case ends, and nothing is due any more', () => {
    const view = viewOf(all(withdrawnLamp));
    expect(view.case).toMatchObject({ status: 'withdrawn', contact_status: 'breached', lead_status: 'cancelled', breaches: 1, next_due_at: null });
    expect([...view.workOrders.values()].map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect([...view.callBacks.values()].map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('takes a breach back when the case turns out to have ended before the due time', () => {
    expect([...viewOf(all(lateNewsLamp)).clocks.values()]).toMatchObject([{ status: 'cancelled', breached_at: null, cancelled_at: minuteOf(5) }]);
  });

  it('is due at its soonest open clock, breached ones included', () => {
    expect(viewOf(until(reworkedLamp, 2)).case.next_due_at).toBe(minuteOf(30));
    expect(viewOf(until(reworkedLamp, 30)).case).toMatchObject({ next_due_at: minuteOf(30), lead_status: 'breached' });
  });

  it('counts a refusal and an on-the-spot result as contact', () => {
    expect(viewOf(all(refusedLamp)).case).toMatchObject({ status: 'refused', contacted_at: minuteOf(2) });
    expect(viewOf(all(onTheSpotLamp)).case).toMatchObject({ status: 'closed', contacted_at: minuteOf(2), closed_at: minuteOf(2) });
  });
});
