import { definitionOf, newestTypes, UnreadableEvent } from '@lianban/contracts';
import type { Actor, EventByType, EventEnvelope, EventType, PlainEvent, Source } from '@lianban/contracts';

/** An event for `history`, with what a case of the test wants to say about its metadata. */
export type Happened<E extends PlainEvent> = E & { readonly occurredAt?: string; readonly actor?: Actor };

const minute = 60_000;

/** The nth minute of the test's day, as an instant: `minuteOf(1)` is `2026-02-09T01:01:00.000Z`, a Monday morning in China. */
export const minuteOf = (n: number): string => new Date(Date.parse('2026-02-09T01:00:00Z') + n * minute).toISOString();

export const someone: Actor = { id: 'someone', role: 'admin', department: null, territory: null };

/** Turns plain events into one stream, as if they had been read: versions from 1, a minute apart unless an event says its own `occurredAt`. */
export const history = <E extends PlainEvent>(source: Source, streamId: string, events: readonly Happened<E>[]): EventEnvelope<EventByType<E['type']>>[] =>
  events.map(({ occurredAt, actor, ...event }, index) => ({
    ...event,
    metadata: {
      id: `${streamId}-${source}-${index + 1}`, source, streamId, streamVersion: index + 1,
      occurredAt: occurredAt ?? minuteOf(index + 1), recordedAt: occurredAt ?? minuteOf(index + 1),
      correlationId: 'correlation', causationId: 'correlation', actor: actor ?? someone,
    },
  }) as unknown as EventEnvelope<EventByType<E['type']>>);

/** The catalogue's example of a type, as its writer's first event about a case. */
export const exampleOf = (type: EventType, streamId = '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01'): EventEnvelope => {
  const { source = 'intake', example } = definitionOf(type) ?? {};
  return history(source, streamId, [{ type, data: example } as PlainEvent])[0] as EventEnvelope;
};

/** The types that a fold takes; the others it calls unreadable. */
export const typesTakenBy = (evolve: (event: never) => unknown): EventType[] => newestTypes.filter((type) => {
  try {
    evolve(exampleOf(type) as never);
    return true;
  } catch (error) {
    if (error instanceof UnreadableEvent) return false;
    throw error;
  }
});
