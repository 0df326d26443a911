import type { EventEnvelope, EventMetadata, EventReader, Source } from '@lianban/contracts';
import type { AppendMeta, NewEvent } from './event-store.js';
import { newId } from './ids.js';
import { recordedTraceParentNow } from './tracing.js';

/** One event as it is written, without its place. */
export interface EventRecord extends Omit<EventMetadata, 'source' | 'streamId' | 'streamVersion'> {
  readonly type: string;
  readonly data: unknown;
}

/** An instant as it is read back: UTC with milliseconds. @throws RangeError when it is none */
const instant = (text: string): string => new Date(text).toISOString();

/**
 * What is written for one event, shared by the stores so that all write the same. An event that breaks its own schema is refused
 * here: once on disk, it would make its stream unreadable for ever.
 * @throws UnreadableEvent, RangeError
 */
export const toRecord = (event: NewEvent, meta: AppendMeta, reader: EventReader): EventRecord => {
  // As JSON, since that is what is kept: no `undefined`, and no later change by the caller.
  const data: unknown = JSON.parse(JSON.stringify(event.data));
  reader.readEvent(event.type, data);
  return {
    id: event.id ?? newId(),
    type: event.type,
    data,
    occurredAt: instant(event.occurredAt ?? meta.occurredAt),
    recordedAt: instant(meta.recordedAt),
    correlationId: meta.correlationId,
    causationId: meta.causationId,
    actor: meta.actor,
    traceParent: recordedTraceParentNow(),
  };
};

/** The event as everyone sees it: lifted to its newest version. @throws UnreadableEvent */
export const toEnvelope = (record: EventRecord, stream: { source: Source; streamId: string; streamVersion: number }, reader: EventReader): EventEnvelope => {
  const { type, data, id, occurredAt, recordedAt, correlationId, causationId, actor } = record;
  return {
    ...reader.readEvent(type, data),
    metadata: { id, ...stream, occurredAt, recordedAt, correlationId, causationId, actor },
  };
};
