import { released } from '@lianban/contracts';
import type { EventEnvelope, EventReader, Source } from '@lianban/contracts';
import type { Append, EventRecord, PreparedAppend } from './event-store.js';
import { newId } from './ids.js';
import { recordedTraceParentNow } from './tracing.js';

/** An instant as it is read back: UTC with milliseconds. @throws RangeError when it is not an instant */
const instant = (text: string): string => new Date(text).toISOString();

/**
 * What is written for an append, shared by the stores so that all write the same. An event that breaks its own schema is refused
 * here: once on disk, it would make its stream unreadable for ever.
 * @throws UnreadableEvent, RangeError
 */
export const prepareAppend = ({ streamId, expectedVersion, events, meta }: Append, source: Source, reader: EventReader = released): PreparedAppend => {
  const recordedAt = instant(meta.recordedAt);
  const traceParent = recordedTraceParentNow();
  const prepared = events.map((event, index) => {
    // As JSON, since that is what is kept: no `undefined`, and no later change by the caller.
    const data: unknown = JSON.parse(JSON.stringify(event.data));
    const lifted = reader.readEvent(event.type, data);
    const shared = {
      id: event.id ?? newId(), occurredAt: instant(event.occurredAt ?? meta.occurredAt), recordedAt,
      correlationId: event.cause?.correlationId ?? meta.correlationId, causationId: event.cause?.id ?? meta.causationId, actor: meta.actor,
    };
    const record: EventRecord = { ...shared, type: event.type, data, traceParent };
    const envelope = { ...lifted, metadata: { ...shared, source, streamId, streamVersion: expectedVersion + index + 1 } } as EventEnvelope;
    return { record, envelope };
  });
  return { streamId, expectedVersion, records: prepared.map(({ record }) => record), envelopes: prepared.map(({ envelope }) => envelope) };
};

/** The event as everyone sees it: lifted to its newest version. @throws UnreadableEvent */
export const toEnvelope = (record: EventRecord, stream: { source: Source; streamId: string; streamVersion: number }, reader: EventReader): EventEnvelope => {
  const { type, data, id, occurredAt, recordedAt, correlationId, causationId, actor } = record;
  return {
    ...reader.readEvent(type, data),
    metadata: { id, ...stream, occurredAt, recordedAt, correlationId, causationId, actor },
  };
};
