import { definitionOf, familyOf, readEvent, sources, UnreadableEvent } from '@lianban/contracts';
import type { Actor, EventEnvelope, EventMetadata, Source } from '@lianban/contracts';
import type { OutboxEntry } from '@lianban/event-store';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

/** Address of a version's JSON Schema; a name, not necessarily a place that answers. */
export const dataSchemaOf = (type: string): string => `https://lianban.dev/schemas/${type}.json`;
export const sourceUri = (source: Source): string => `/lianban/${source}`;

/** The case id, or for reference data the code: the stream id without its kind. */
export const subjectOf = (streamId: string): string => streamId.slice(streamId.indexOf('/') + 1);

/** An event as a Kafka message: CloudEvents 1.0, binary mode, keyed by subject. */
export const toMessage = (entry: OutboxEntry): Message => {
  const subject = subjectOf(entry.streamId);
  const headers: IHeaders = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: entry.id,
    ce_source: sourceUri(entry.source),
    ce_type: entry.type,
    ce_subject: subject,
    ce_partitionkey: subject,
    ce_time: entry.occurredAt,
    ce_recordedtime: entry.recordedAt,
    ce_dataschema: dataSchemaOf(entry.type),
    ce_streamid: entry.streamId,
    ce_streamversion: String(entry.streamVersion),
    ce_correlationid: entry.correlationId,
    ce_causationid: entry.causationId,
    ce_actorid: entry.actor.id,
    ce_actorrole: entry.actor.role,
  };
  if (entry.actor.department) headers.ce_actordepartment = entry.actor.department;
  if (entry.actor.territory) headers.ce_actorterritory = entry.actor.territory;
  return { key: subject, value: JSON.stringify(entry.data), headers };
};

/** A message's headers as text and its raw value, with the place it came from. */
export interface RawEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer;
}

export const toRawEvent = (topic: string, partition: number, message: KafkaMessage): RawEvent => ({
  topic,
  partition,
  offset: message.offset,
  headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])),
  value: message.value ?? Buffer.alloc(0),
});

/** What a consumer must know of a message before it looks at the payload. */
export interface EventAddress {
  readonly source: Source;
  readonly streamId: string;
  readonly streamVersion: number;
  readonly subject: string;
  readonly type: string;
}

/** Undefined for a message that is none of ours: without our headers it can't be ordered, so it is passed over. */
export const addressOf = ({ headers }: RawEvent): EventAddress | undefined => {
  const source = sources.find((candidate) => sourceUri(candidate) === headers.ce_source);
  const streamVersion = Number(headers.ce_streamversion);
  if (!source || !headers.ce_streamid || !headers.ce_type || !headers.ce_subject || !(streamVersion >= 1)) return undefined;
  return { source, streamId: headers.ce_streamid, streamVersion, subject: headers.ce_subject, type: headers.ce_type };
};

/** The whole event, payload checked and lifted to its newest version. @throws UnreadableEvent */
export const toEnvelope = (raw: RawEvent, address: EventAddress): EventEnvelope => {
  let data: unknown;
  try {
    data = JSON.parse(raw.value.toString('utf8'));
  } catch (error) {
    throw new UnreadableEvent(`${address.type}: payload is not JSON: ${(error as Error).message}`);
  }
  const { headers } = raw;
  const metadata: EventMetadata = {
    id: headers.ce_id ?? '',
    source: address.source,
    streamId: address.streamId,
    streamVersion: address.streamVersion,
    occurredAt: headers.ce_time ?? '',
    recordedAt: headers.ce_recordedtime ?? headers.ce_time ?? '',
    correlationId: headers.ce_correlationid ?? '',
    causationId: headers.ce_causationid ?? '',
    actor: {
      id: headers.ce_actorid ?? '',
      role: (headers.ce_actorrole ?? 'system') as Actor['role'],
      department: headers.ce_actordepartment ?? null,
      territory: headers.ce_actorterritory ?? null,
    },
  };
  return { ...readEvent(address.type, data), metadata } as EventEnvelope;
};

/**
 * Whether a consumer that handles `handled` (newest versions) has to deal with `type`: any version of a handled family, known
 * or not. An unknown version is then unreadable and parks; a family that is not listed is passed over.
 */
export const familiesOf = (handled: Iterable<string>): Set<string> => {
  const families = new Set<string>();
  for (const type of handled) {
    if (!definitionOf(type)) throw new Error(`subscribed to ${type}, which is not in the catalogue`);
    families.add(familyOf(type));
  }
  return families;
};
