import type { LianbanEvent } from './catalogue.js';
import type { Source } from './services.js';

/** The coarse roles. `head` is the head of a handling unit, `requester` the public, `grid` who visits a building, park or grid, `specialist` who acts for requesters, `system` a service acting in reaction to an event. */
export const roles = ['requester', 'intake', 'coordinator', 'operator', 'head', 'callback', 'supervisor', 'analyst', 'integrator', 'admin', 'system', 'grid', 'specialist'] as const;
export type Role = (typeof roles)[number];

/** Who did it. Goes into every event's metadata; `id` is a person's id made of the account under a key of the services, or a service's name; in events of earlier versions the account. */
export interface Actor {
  readonly id: string;
  readonly role: Role;
  readonly department: string | null;
  readonly territory: string | null;
}

/** What accompanies an event wherever it goes. Times are ISO 8601 with offset. */
export interface EventMetadata {
  readonly id: string;
  readonly source: Source;
  /** The writer's own stream: the case id, or `department/<code>` and the like for reference data. */
  readonly streamId: string;
  /** Position in the writer's own stream, from 1, contiguous. */
  readonly streamVersion: number;
  /** When it happened; clocks are judged by it. */
  readonly occurredAt: string;
  /** When it was written. */
  readonly recordedAt: string;
  readonly correlationId: string;
  /** Id of the event that caused it; for a user's command the correlation id. */
  readonly causationId: string;
  readonly actor: Actor;
  /** W3C `traceparent` of what wrote it, where somebody traced that. */
  readonly traceParent?: string;
}

export type EventEnvelope<E extends LianbanEvent = LianbanEvent> = E extends LianbanEvent ? E & { readonly metadata: EventMetadata } : never;
