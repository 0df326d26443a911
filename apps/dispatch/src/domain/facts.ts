/** Facts: what dispatch has learned of a case from other services' events. A fact is never refused: it has happened. */
import { endingEventTypes, foldBy, foldEach, typesOf } from '@lianban/contracts';
import type { Derivation, EventByType, EventEnvelope, EventType, Folds } from '@lianban/contracts';

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

/** What sla says of the clocks that orders work against. */
export const clockEventTypes = ['lianban.clock.started.v2', 'lianban.clock.rescheduled.v1'] as const satisfies readonly EventType[];
export type ClockEvent = EventByType<(typeof clockEventTypes)[number]>;

/** A later event of a clock says it all anew. */
export function evolveClocks(facts: DispatchFacts, { data }: ClockEvent): DispatchFacts {
  if (data.kind === 'milestone' && data.milestone !== null) return { ...facts, milestones: [...new Set([...facts.milestones ?? [], data.milestone])].sort() };
  const key = data.kind === 'lead' || data.kind === 'rework' ? `lead ${data.round}` : `${data.kind} ${data.workOrderId ?? ''}`;
  const { limit, extensionCap, held, extensions } = data.derivation;
  const clock: OrderClock = {
    dueAt: data.dueAt, kind: limit.kind, cap: extensionCap, held: held.map(({ from, to }) => ({ from, to })), extensions: extensions.map(({ extensionId }) => extensionId),
  };
  return { ...facts, clocks: { ...facts.clocks, [key]: clock } };
}

/** What intake decides of a case. */
const caseFolds = {
  'lianban.case.registered.v1': (facts, { data: { caseNo, title, description, territory, category } }) => ({ ...facts, demand: { caseNo, title, description, territory, category } }),
  'lianban.case.accepted.v1': (facts, { data }, at) => ({ ...facts, accepted: true, openSince: at, demand: facts.demand && { ...facts.demand, category: data.category } }),
  // What was owed in the life before is owed no longer.
  'lianban.case.reopened.v1': (facts, _, at) => ({ ...facts, ended: false, openSince: at, reopenedAt: at, unheard: undefined }),
  'lianban.case.unmerged.v1': (facts, _, at) => ({ ...facts, ended: false, openSince: at }),
  ...foldEach(endingEventTypes, (facts: DispatchFacts) => ({ ...facts, ended: true })),
} satisfies Folds<DispatchFacts>;
export const factEventTypes = typesOf(caseFolds);

export const evolveFacts = foldBy<DispatchFacts>({
  ...caseFolds,
  ...foldEach(clockEventTypes, evolveClocks),
  'lianban.call-back.recorded.v2': (facts, event) => (facts.ended && !isOfEarlierLife(facts, event) ? { ...facts, unheard: event.data } : facts),
  // It raises the case, and is not asked for again.
  'lianban.supervision.raised.v1': (facts) => facts,
}, 'dispatch');

/** It happened before the case was last reopened, and becomes known only now. */
export const isOfEarlierLife = ({ reopenedAt }: DispatchFacts, { metadata }: EventEnvelope): boolean => reopenedAt !== undefined && metadata.occurredAt < reopenedAt;
