/** Every released event version. Adding an event: a file under `events/`, a line here; the compiler and `catalogue.spec.ts` name the rest. */
import { callBackCancelledV1 } from './events/call-back-cancelled.v1.js';
import { callBackOpenedV1 } from './events/call-back-opened.v1.js';
import { callBackRecordedV1 } from './events/call-back-recorded.v1.js';
import { caseAcceptedV1 } from './events/case-accepted.v1.js';
import { caseAnsweredV1 } from './events/case-answered.v1.js';
import { caseClosedV1 } from './events/case-closed.v1.js';
import { caseContactedV1 } from './events/case-contacted.v1.js';
import { caseDispatchedV1 } from './events/case-dispatched.v1.js';
import { caseHandledOnTheSpotV1 } from './events/case-handled-on-the-spot.v1.js';
import { caseRefusedV1 } from './events/case-refused.v1.js';
import { caseRegisteredV1 } from './events/case-registered.v1.js';
import { caseWithdrawnV1 } from './events/case-withdrawn.v1.js';
import { categoryChangedV1 } from './events/category-changed.v1.js';
import { clockBreachedV1 } from './events/clock-breached.v1.js';
import { clockCancelledV1 } from './events/clock-cancelled.v1.js';
import { clockCorrectedV1 } from './events/clock-corrected.v1.js';
import { clockStartedV1 } from './events/clock-started.v1.js';
import { clockStoppedV1 } from './events/clock-stopped.v1.js';
import { departmentChangedV1 } from './events/department-changed.v1.js';
import { territoryChangedV1 } from './events/territory-changed.v1.js';
import { workOrderCancelledV1 } from './events/work-order-cancelled.v1.js';
import { workOrderCompletedV1 } from './events/work-order-completed.v1.js';
import { workOrderIssuedV1 } from './events/work-order-issued.v1.js';
import { workOrderProgressedV1 } from './events/work-order-progressed.v1.js';
import { workOrderReturnedV1 } from './events/work-order-returned.v1.js';
import { workOrderSignedV1 } from './events/work-order-signed.v1.js';
import type { EventDefinition, EventOf } from './define-event.js';

export const catalogue = [
  callBackCancelledV1,
  callBackOpenedV1,
  callBackRecordedV1,
  caseAcceptedV1,
  caseAnsweredV1,
  caseClosedV1,
  caseContactedV1,
  caseDispatchedV1,
  caseHandledOnTheSpotV1,
  caseRefusedV1,
  caseRegisteredV1,
  caseWithdrawnV1,
  categoryChangedV1,
  clockBreachedV1,
  clockCancelledV1,
  clockCorrectedV1,
  clockStartedV1,
  clockStoppedV1,
  departmentChangedV1,
  territoryChangedV1,
  workOrderCancelledV1,
  workOrderCompletedV1,
  workOrderIssuedV1,
  workOrderProgressedV1,
  workOrderReturnedV1,
  workOrderSignedV1,
] as const satisfies readonly EventDefinition[];

/** All events there are, as a discriminated union over `type`. */
export type LianbanEvent = EventOf<(typeof catalogue)[number]>;
export type EventType = LianbanEvent['type'];
export type EventByType<T extends EventType> = Extract<LianbanEvent, { type: T }>;

/** `lianban.case.registered.v1` → `lianban.case.registered`: the type without its version. */
export const familyOf = (type: string): string => type.replace(/\.v\d+$/, '');

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
