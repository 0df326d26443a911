/** Facts: what dispatch has learned of a case from other services' events. A fact is never refused: it has happened. */
import { endingEventTypes, isEnding, UnreadableEvent } from '@lianban/contracts';
import type { Derivation, EventByType, EventEnvelope, EventType } from '@lianban/contracts';

export const factEventTypes = [
  'lianban.case.registered.v1',
  'lianban.case.accepted.v1',
  'lianban.case.reopened.v1',
  'lianban.case.unmerged.v1',
  ...endingEventTypes,
] as const satisfies readonly EventType[];

/** What sla says of the clocks that orders work against. */
export const clockEventTypes = ['lianban.clock.started.v2', 'lianban.clock.rescheduled.v1'] as const satisfies readonly EventType[];
export type ClockEvent = EventByType<(typeof clockEventTypes)[number]>;
export type FactEvent = ClockEvent | EventByType<(typeof factEventTypes)[number] | 'lianban.call-back.recorded.v2' | 'lianban.supervision.raised.v1'>;

/** What sla says of the clock an order works against. */
export interface OrderClock {
  readonly dueAt: string;
  readonly kind: 'working' | 'elapsed';
  /** Most that extensions may add in all; null where none is allowed. */
  readonly cap: Derivation['extensionCap'];
  /** What sla has counted in: holds, and ids of extensions. Absent in facts from before that was kept. */
  readonly held?: readonly { readonly from: string; readonly to: string }[];
  readonly extensions?: readonly string[];
}

export interface DispatchFacts {
  readonly accepted: boolean;
  readonly ended: boolean;
  /** When it was accepted, or since then opened again or unmerged: nothing of dispatch has happened before. Absent in facts from before that was kept. */
  readonly openSince?: string;
  /** When it was last opened again; absent when never, and in facts from before that was possible. */
  readonly reopenedAt?: string;
  /** A call-back that was recorded when the case had just been merged; its rework is owed when the merging is undone. */
  readonly unheard?: EventByType<'lianban.call-back.recorded.v2'>['data'] | undefined;
  /** What the routing proposal reads; masked texts, as they travel. Null until the registration is heard. */
  readonly demand: {
    readonly caseNo: string; readonly title: string; readonly description: string; readonly territory: string; readonly category: string | null;
  } | null;
  /** By `lead ROUND`, or kind and work order. Absent in facts from before there were extensions. */
  readonly clocks?: Readonly<Record<string, OrderClock>>;
  /** Names of the milestones that have a clock. Absent until sla names one. */
  readonly milestones?: readonly string[];
}
export const initialFacts: DispatchFacts = { accepted: false, ended: false, demand: null };

export const isKnown = ({ demand, accepted }: DispatchFacts): boolean => demand !== null || accepted;

export const evolveFacts = (facts: DispatchFacts, event: EventEnvelope<FactEvent>): DispatchFacts => {
  if (isEnding(event)) return { ...facts, ended: true };
  switch (event.type) {
    case 'lianban.case.registered.v1': {
      const { caseNo, title, description, territory, category } = event.data;
      return { ...facts, demand: { caseNo, title, description, territory, category } };
    }
    case 'lianban.case.accepted.v1':
      return { ...facts, accepted: true, openSince: event.metadata.occurredAt, demand: facts.demand && { ...facts.demand, category: event.data.category } };
    case 'lianban.case.reopened.v1':
      // What was owed in the life before is owed no longer.
      return { ...facts, ended: false, openSince: event.metadata.occurredAt, reopenedAt: event.metadata.occurredAt, unheard: undefined };
    case 'lianban.case.unmerged.v1':
      return { ...facts, ended: false, openSince: event.metadata.occurredAt };
    case 'lianban.call-back.recorded.v2':
      return facts.ended && !isOfEarlierLife(facts, event) ? { ...facts, unheard: event.data } : facts;
    case 'lianban.clock.started.v2':
    case 'lianban.clock.rescheduled.v1':
      return evolveClocks(facts, event);
    case 'lianban.supervision.raised.v1':
      // It raises the case, and is not asked for again.
      return facts;
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`dispatch takes no fact from ${(unexpected as { type: string }).type}`);
    }
  }
};

/** It happened before the case was last reopened, and becomes known only now. */
export const isOfEarlierLife = ({ reopenedAt }: DispatchFacts, { metadata }: EventEnvelope): boolean => reopenedAt !== undefined && metadata.occurredAt < reopenedAt;

/** A later event of a clock says it all anew. */
export const evolveClocks = (facts: DispatchFacts, { data }: ClockEvent): DispatchFacts => {
  if (data.kind === 'milestone' && data.milestone !== null) return { ...facts, milestones: [...new Set([...facts.milestones ?? [], data.milestone])].sort() };
  const key = data.kind === 'lead' || data.kind === 'rework' ? `lead ${data.round}` : `${data.kind} ${data.workOrderId ?? ''}`;
  const { limit, extensionCap, held, extensions } = data.derivation;
  const clock: OrderClock = {
    dueAt: data.dueAt, kind: limit.kind, cap: extensionCap, held: held.map(({ from, to }) => ({ from, to })), extensions: extensions.map(({ extensionId }) => extensionId),
  };
  return { ...facts, clocks: { ...facts.clocks, [key]: clock } };
};
