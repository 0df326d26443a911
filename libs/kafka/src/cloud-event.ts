import { familyOf, released, UnreadableEvent } from '@lianban/contracts';
import type { Actor, EventEnvelope, EventMetadata, EventReader, Source } from '@lianban/contracts';
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
  if (entry.traceParent) headers.ce_traceparent = entry.traceParent;
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

const isText = (value: IHeaders[string]): value is string => typeof value === 'string' && !value.includes('\0');

/** Written as loops because it runs for every message: Object.entries and fromEntries took three times as long. */
const textsOf = (headers: IHeaders): Readonly<Record<string, string>> => {
  let asTheyAre = true;
  for (const name in headers) asTheyAre &&= isText(headers[name]);
  if (asTheyAre) return headers as Record<string, string>;
  const texts: Record<string, string> = {};
  // Postgres holds no NUL in text; a message that has one must still fit into the table of parked events.
  for (const name in headers) texts[name] = String(headers[name]).replaceAll('\0', '\uFFFD');
  return texts;
};

export const toRawEvent = (topic: string, partition: number, { offset, headers = {}, value }: KafkaMessage): RawEvent =>
  ({ topic, partition, offset, headers: textsOf(headers), value: value ?? Buffer.alloc(0) });

/** What a consumer must know of a message before it looks at the payload. */
export interface EventAddress {
  readonly source: Source;
  readonly streamId: string;
  readonly streamVersion: number;
  readonly subject: string;
  readonly type: string;
}

const sourceForm = /^\/lianban\/([a-z][a-z-]{0,40})$/;
const maxVersion = 2_147_483_647;
/** Our ids are a tenth of this. An id that Postgres can't index could be neither applied nor parked. */
const maxLength = 400;

/**
 * Undefined for a message that is none of ours: without our headers it can't be ordered, so it is passed over. A service that
 * this build does not know yet has an address all the same: its versions count, so that a later build can go on from them.
 */
export const addressOf = ({ headers }: RawEvent): EventAddress | undefined => {
  const source = sourceForm.exec(headers.ce_source ?? '')?.[1];
  const streamVersion = Number(headers.ce_streamversion);
  const { ce_streamid: streamId, ce_type: type, ce_subject: subject } = headers;
  if (!source || !streamId || !type || !subject || Math.max(streamId.length, type.length, subject.length) > maxLength || !Number.isInteger(streamVersion) || streamVersion < 1 || streamVersion > maxVersion) return undefined;
  return { source: source as Source, streamId, streamVersion, subject, type };
};

/** Nearly every time looks like this; the general way takes ten times as long. */
const usualTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const isTime = (text: string): boolean => usualTime.test(text) || !Number.isNaN(Date.parse(text));

/** The whole event, payload checked and lifted to its newest version. @throws UnreadableEvent */
export const toEnvelope = (raw: RawEvent, address: EventAddress, reader: EventReader = released): EventEnvelope => {
  let data: unknown;
  try {
    data = JSON.parse(raw.value.toString('utf8'));
  } catch {
    // The parser's own message quotes the payload, which must not be logged.
    throw new UnreadableEvent(`${address.type}: payload is not JSON`);
  }
  const { headers } = raw;
  for (const name of ['ce_id', 'ce_time']) if (!headers[name]) throw new UnreadableEvent(`${address.type}: header ${name} is missing`);
  if (!isTime(headers.ce_time ?? '')) throw new UnreadableEvent(`${address.type}: header ce_time is no time`);
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
    traceParent: headers.ce_traceparent,
  };
  return { ...reader.readEvent(address.type, data), metadata };
};

/**
 * Whether a consumer that handles `handled` (newest versions) has to deal with `type`: any version of a handled family, known
 * or not. An unknown version is then unreadable and parks; a family that is not listed is passed over.
 */
export const familiesOf = (handled: Iterable<string>, reader: EventReader = released): Set<string> => {
  const families = new Set<string>();
  for (const type of handled) {
    if (!reader.definitionOf(type)) throw new Error(`subscribed to ${type}, which is not in the catalogue`);
    families.add(familyOf(type));
  }
  return families;
};
