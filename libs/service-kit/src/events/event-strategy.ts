import type { EventEnvelope, Source } from '@lianban/contracts';
import { inSpanOf } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { createConsumer } from '@lianban/kafka';
import type { ConsumerOptions, EventConsumer } from '@lianban/kafka';
import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { SpanKind } from '@opentelemetry/api';
import type { RowWriter } from '../decisions/aggregate.js';
import { Reactions } from '../decisions/reactions.js';
import type { Reaction } from '../decisions/reactions.js';
import { scope } from '../http/request-scope.js';

/** An event as it is heard, in the transaction that everything it leads to belongs into. */
export class EventContext {
  constructor(private readonly tx: Tx, private readonly envelope: EventEnvelope, private readonly reactions: Reactions) {}

  /** Reads something once for all events of the transaction, before anything is locked. The same function each time. */
  once<T>(read: (tx: Tx) => Promise<T>): Promise<T> { return this.reactions.once(this.tx, read); }

  /** Takes in the event once the handlers of the whole transaction have been asked. */
  react<State, Facts>(reaction: Reaction<State, Facts>): void { this.reactions.react(this.envelope, reaction); }
  /** Rows of the event's case where nothing is decided. Written while the case's facts are locked. */
  write<Item>(writer: RowWriter<Item>, item: Item): void { this.reactions.write(this.envelope, writer, item); }
}

/** Lets `hear` handle events in order in one transaction, then does what it asked for. Used by the transport, and by tests in its place. */
export const handleTogether = async (
  tx: Tx, store: EventStore, source: Source, envelopes: readonly EventEnvelope[], hear: (envelope: EventEnvelope, context: EventContext) => unknown,
): Promise<void> => {
  const reactions = new Reactions(store, source);
  for (const envelope of envelopes) await hear(envelope, new EventContext(tx, envelope, reactions));
  await reactions.finish(tx);
};

/** Which types of events are heard, and what is asked for when one comes. */
export interface Hearing {
  readonly types: ReadonlySet<string>;
  hear(event: EventEnvelope, context: EventContext): unknown;
}

/**
 * Events that share a transaction: enough that what surrounds them costs little for each, few enough that the transaction stays short,
 * since relays and commands of the same cases wait for its end.
 */
export const eventsTogether = 100;

export interface EventStrategyOptions extends Omit<ConsumerOptions, 'handled' | 'handle' | 'batchSize'> {
  readonly store: EventStore;
  readonly ownSource: Source;
}

/**
 * Nest transport over the consumer runner: positions in Postgres, the events of a fetch in one transaction; when that fails, one by
 * one. The stock Kafka transport commits offsets on its own and has nowhere to put a bad event.
 */
export class EventStrategy extends Server implements CustomTransportStrategy {
  private consumer: EventConsumer | undefined;
  private hearing: Hearing = { types: new Set(), hear: () => undefined };

  constructor(private readonly options: EventStrategyOptions) {
    super();
  }

  get running(): EventConsumer | undefined { return this.consumer; }

  /** Before it listens. */
  heardBy(hearing: Hearing): void { this.hearing = hearing; }

  listen(callback: (error?: unknown) => void): void {
    const { store, ownSource } = this.options;
    this.consumer = createConsumer({
      ...this.options,
      handled: this.hearing.types,
      batchSize: eventsTogether,
      handle: (tx, envelopes) => handleTogether(tx, store, ownSource, envelopes, (envelope, context) => this.dispatch(envelope, context)),
    });
    this.consumer.start().then(() => callback(), callback);
  }

  private async dispatch(envelope: EventEnvelope, context: EventContext): Promise<void> {
    const { type, metadata: { correlationId, traceParent, streamId } } = envelope;
    const spec = { kind: SpanKind.CONSUMER, attributes: { 'lianban.stream': streamId } };
    await scope.run({ correlationId }, () => inSpanOf(traceParent, `react ${type}`, spec, async () => { await this.hearing.hear(envelope, context); }));
  }

  async close(): Promise<void> {
    await this.consumer?.stop();
  }

  on(): never {
    throw new Error('this transport has no events of its own');
  }

  unwrap<T>(): T {
    return this.consumer as T;
  }
}
