/** Every released event version. Adding an event: a file under `events/`, a line here; the compiler and `catalogue.spec.ts` name the rest. */
import { calendarPublishedV1 } from './events/calendar-published.v1.js';
import { callBackCancelledV1 } from './events/call-back-cancelled.v1.js';
import { callBackCancelledV2 } from './events/call-back-cancelled.v2.js';
import { callBackOpenedV1 } from './events/call-back-opened.v1.js';
import { callBackOpenedV2 } from './events/call-back-opened.v2.js';
import { callBackRecordedV1 } from './events/call-back-recorded.v1.js';
import { callBackRecordedV2 } from './events/call-back-recorded.v2.js';
import { caseAcceptedV1 } from './events/case-accepted.v1.js';
import { caseAnsweredV1 } from './events/case-answered.v1.js';
import { caseClosedV1 } from './events/case-closed.v1.js';
import { caseContactedV1 } from './events/case-contacted.v1.js';
import { caseDispatchedV1 } from './events/case-dispatched.v1.js';
import { caseEscalatedV1 } from './events/case-escalated.v1.js';
import { caseHandledOnTheSpotV1 } from './events/case-handled-on-the-spot.v1.js';
import { caseHeldV1 } from './events/case-held.v1.js';
import { caseMergedV1 } from './events/case-merged.v1.js';
import { caseReRatedV1 } from './events/case-re-rated.v1.js';
import { caseRefusedV1 } from './events/case-refused.v1.js';
import { caseRegisteredV1 } from './events/case-registered.v1.js';
import { caseReopenedV1 } from './events/case-reopened.v1.js';
import { caseResumedV1 } from './events/case-resumed.v1.js';
import { caseUnmergedV1 } from './events/case-unmerged.v1.js';
import { caseWithdrawnV1 } from './events/case-withdrawn.v1.js';
import { categoryChangedV1 } from './events/category-changed.v1.js';
import { clockBreachedV1 } from './events/clock-breached.v1.js';
import { clockBreachedV2 } from './events/clock-breached.v2.js';
import { clockCancelledV1 } from './events/clock-cancelled.v1.js';
import { clockCancelledV2 } from './events/clock-cancelled.v2.js';
import { clockCorrectedV1 } from './events/clock-corrected.v1.js';
import { clockCorrectedV2 } from './events/clock-corrected.v2.js';
import { clockLapsedV1 } from './events/clock-lapsed.v1.js';
import { clockRescheduledV1 } from './events/clock-rescheduled.v1.js';
import { clockStartedV1 } from './events/clock-started.v1.js';
import { clockStartedV2 } from './events/clock-started.v2.js';
import { clockStoppedV1 } from './events/clock-stopped.v1.js';
import { clockStoppedV2 } from './events/clock-stopped.v2.js';
import { clockWarnedV1 } from './events/clock-warned.v1.js';
import { demandJoinedV1 } from './events/demand-joined.v1.js';
import { demandLeftV1 } from './events/demand-left.v1.js';
import { departmentChangedV1 } from './events/department-changed.v1.js';
import { extensionGrantedV1 } from './events/extension-granted.v1.js';
import { extensionRefusedV1 } from './events/extension-refused.v1.js';
import { extensionRequestedV1 } from './events/extension-requested.v1.js';
import { milestoneReachedV1 } from './events/milestone-reached.v1.js';
import { policyPublishedV1 } from './events/policy-published.v1.js';
import { supervisionRaisedV1 } from './events/supervision-raised.v1.js';
import { supervisionWithdrawnV1 } from './events/supervision-withdrawn.v1.js';
import { territoryChangedV1 } from './events/territory-changed.v1.js';
import { workOrderCancelledV1 } from './events/work-order-cancelled.v1.js';
import { workOrderCompletedV1 } from './events/work-order-completed.v1.js';
import { workOrderIssuedV1 } from './events/work-order-issued.v1.js';
import { workOrderProgressedV1 } from './events/work-order-progressed.v1.js';
import { workOrderReturnedV1 } from './events/work-order-returned.v1.js';
import { workOrderSignedV1 } from './events/work-order-signed.v1.js';
import type { EventDefinition, EventOf, PlainEventOf } from './define-event.js';
import { sources } from './services.js';
import type { Source, Topic } from './services.js';

export const catalogue = [
  calendarPublishedV1,
  callBackCancelledV1,
  callBackCancelledV2,
  callBackOpenedV1,
  callBackOpenedV2,
  callBackRecordedV1,
  callBackRecordedV2,
  caseAcceptedV1,
  caseAnsweredV1,
  caseClosedV1,
  caseContactedV1,
  caseDispatchedV1,
  caseHandledOnTheSpotV1,
  caseHeldV1,
  caseMergedV1,
  caseReRatedV1,
  caseRefusedV1,
  caseRegisteredV1,
  caseReopenedV1,
  caseResumedV1,
  caseUnmergedV1,
  caseWithdrawnV1,
  categoryChangedV1,
  clockBreachedV1,
  clockBreachedV2,
  clockCancelledV1,
  clockCancelledV2,
  clockCorrectedV1,
  clockCorrectedV2,
  clockLapsedV1,
  clockRescheduledV1,
  clockStartedV1,
  clockStartedV2,
  clockStoppedV1,
  clockStoppedV2,
  clockWarnedV1,
  demandJoinedV1,
  demandLeftV1,
  departmentChangedV1,
  extensionGrantedV1,
  extensionRefusedV1,
  extensionRequestedV1,
  milestoneReachedV1,
  caseEscalatedV1,
  policyPublishedV1,
  supervisionRaisedV1,
  supervisionWithdrawnV1,
  territoryChangedV1,
  workOrderCancelledV1,
  workOrderCompletedV1,
  workOrderIssuedV1,
  workOrderProgressedV1,
  workOrderReturnedV1,
  workOrderSignedV1,
] as const satisfies readonly EventDefinition[];

/** All events there are in their newest version, as a discriminated union over `type`. */
export type LianbanEvent = EventOf<Exclude<(typeof catalogue)[number], { readonly upcast: object }>>;
export type EventType = LianbanEvent['type'];
export type EventByType<T extends EventType> = Extract<LianbanEvent, { type: T }>;

/** The same as JSON has it, with free texts of any origin: for examples, tests and benchmarks, which decide nothing. No event store takes it. */
export type PlainEvent<T extends EventType = EventType> = Extract<PlainEventOf<Exclude<(typeof catalogue)[number], { readonly upcast: object }>>, { type: T }>;

/** What the code handles: an older version is lifted before anybody sees it. */
export const newestTypes: readonly EventType[] = (catalogue as readonly EventDefinition[]).filter(({ upcast }) => !upcast).map(({ type }) => type as EventType);

/** `lianban.case.registered.v1` → `lianban.case.registered`: the type without its version. */
export const familyOf = (type: string): string => type.replace(/\.v\d+$/, '');

const topicsByFamily: ReadonlyMap<string, Topic> = new Map(catalogue.map(({ type, topic }) => [familyOf(type), topic]));

/** The topic of a type: what the catalogue says, also for a version that only another build knows. @throws Error for a family that nobody here knows */
export const topicOf = (type: string): Topic => {
  const topic = topicsByFamily.get(familyOf(type));
  if (!topic) throw new Error(`${type} is not in the catalogue, so its topic is not known; the build that wrote it knows`);
  return topic;
};

/** All types of a topic, of every version. */
export const typesOn = (topic: Topic): string[] => catalogue.filter((definition) => definition.topic === topic).map(({ type }) => type);

/** The services whose events are on a topic. */
export const writersOf = (topic: Topic): Source[] => sources.filter((source) => catalogue.some((definition) => definition.topic === topic && definition.source === source));

/** Thrown for an event this build can't read: an unknown version or a payload that breaks its schema. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** Knows event versions and reads stored events of any of them. */
export interface EventReader {
  definitionOf(type: string): EventDefinition | undefined;
  /** Checks `data` against its released schema and lifts it to the newest version. @throws UnreadableEvent */
  readEvent(type: string, data: unknown): LianbanEvent;
}

/** A reader of just these definitions; everything but tests of the reading itself uses `released`. */
export const eventReader = (definitions: readonly EventDefinition[]): EventReader => {
  const byType = new Map<string, EventDefinition>(definitions.map((definition) => [definition.type, definition]));
  const readEvent = (type: string, data: unknown): LianbanEvent => {
    const definition = byType.get(type);
    if (!definition) throw new UnreadableEvent(`unknown event type ${type}`);
    const parsed = definition.data.safeParse(data);
    if (!parsed.success) throw new UnreadableEvent(`${type}: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`);
    return definition.upcast
      ? readEvent(definition.upcast.to, definition.upcast.convert(parsed.data as never))
      : ({ type, data: parsed.data } as LianbanEvent);
  };
  return { definitionOf: (type) => byType.get(type), readEvent };
};

export const released: EventReader = eventReader(catalogue);
export const { definitionOf, readEvent } = released;
