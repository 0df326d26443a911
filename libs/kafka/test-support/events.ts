import type { EventEnvelope, Source } from '@lianban/contracts';
import type { OutboxEntry, Tx } from '@lianban/event-store';
import { deterministicId, newId } from '@lianban/event-store';
import { toMessage } from '@lianban/kafka';
import type { BackboneLog, ConsumerTimes, EventHandling, RawEvent } from '@lianban/kafka';

/** An event as a relay would read it. Handled by the tests' consumers unless `type` says otherwise. */
export const entryOf = (
  streamId: string,
  streamVersion: number,
  { source = 'intake', type = 'lianban.case.contacted.v1', data = { note: null } }: { source?: Source; type?: string; data?: unknown } = {},
): OutboxEntry => ({
  xid: '1', position: '1', source, streamId, streamVersion,
  id: deterministicId(source, streamId, streamVersion), type, data,
  occurredAt: '2026-02-09T01:00:00.000Z', recordedAt: '2026-02-09T01:00:00.000Z',
  correlationId: newId(), causationId: newId(), actor: { id: 'someone', role: 'intake', department: null, territory: null },
});

export const noted = (streamId: string, streamVersion: number, note: string | null, source: Source = 'intake'): OutboxEntry =>
  entryOf(streamId, streamVersion, { source, data: { note } });

/** A family the tests' consumers do not handle. */
export const unhandled = (streamId: string, streamVersion: number, source: Source = 'intake'): OutboxEntry =>
  entryOf(streamId, streamVersion, { source, type: 'lianban.case.withdrawn.v1', data: { reason: null } });

/** What a partition would hold from `firstOffset` on. */
export const partitionOf = (entries: readonly OutboxEntry[], { topic = 'topic', partition = 0, firstOffset = 0 } = {}): RawEvent[] =>
  entries.map((entry, index) => {
    const { headers, value } = toMessage(entry);
    return {
      topic, partition, offset: String(firstOffset + index), value: Buffer.from(String(value)),
      headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
    };
  });

export const noteOf = (event: EventEnvelope): string | null => (event.type === 'lianban.case.contacted.v1' ? event.data.note : null);

/** Writes down each event it is given; `before` may spoil it. */
export const recorder = (consumer: string, before: (event: EventEnvelope, tx: Tx) => void | Promise<void> = () => undefined): Pick<EventHandling, 'handled' | 'handle'> => ({
  handled: new Set(['lianban.case.contacted.v1']),
  async handle(tx, envelopes) {
    for (const envelope of envelopes) {
      const { source, streamId, streamVersion } = envelope.metadata;
      await tx.query('INSERT INTO effect (consumer, source, stream_id, version, note) VALUES ($1, $2, $3, $4, $5)', [consumer, source, streamId, streamVersion, noteOf(envelope)]);
      await before(envelope, tx);
    }
  },
});

/** For consumers whose test is not about when they do something. */
export const shortTimes: ConsumerTimes = { housekeepingMs: 1_000, wishMs: 200, damagedRestMs: 1_000, joinAnewMs: 500, commitMs: 500, retryMs: 200 };

/** Keeps what is logged, for tests that want to see it; says nothing. */
export const quietLog = (): BackboneLog & { readonly lines: string[] } => {
  const lines: string[] = [];
  const note = (level: string) => (fields: object, message: string) => { lines.push(`${level} ${message} ${JSON.stringify(fields)}`); };
  return { lines, info: note('info'), warn: note('warn'), error: note('error') };
};

/** Waits until `look` holds; says what it saw last when it never does. */
export const eventually = async <T>(look: () => T | Promise<T>, holds: (seen: T) => boolean, timeoutMs = 60_000): Promise<T> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`still not so after ${timeoutMs} ms: ${JSON.stringify(seen)?.slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};
