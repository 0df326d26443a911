import type { EventEnvelope, EventType, Source } from '@lianban/contracts';
import { inSpanOf } from '@lianban/event-store';
import type { EventStore, Tx } from '@lianban/event-store';
import { createConsumer } from '@lianban/kafka';
import type { ConsumerOptions, EventConsumer } from '@lianban/kafka';
import { applyDecorators, Catch, Controller, UseFilters } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { BaseRpcContext, EventPattern as NestEventPattern, Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { SpanKind } from '@opentelemetry/api';
import { isObservable, lastValueFrom, throwError } from 'rxjs';
import type { RowWriter } from '../decisions/aggregate.js';
import { Reactions } from '../decisions/reactions.js';
import type { Reaction } from '../decisions/reactions.js';
import { scope } from '../http/request-scope.js';

/** Second argument of an @EventPattern handler (`@Ctx()`): the transaction that everything it does belongs into. */
export class EventContext extends BaseRpcContext<[Tx, EventEnvelope, Reactions]> {
  /** For what can't wait for the other events of the transaction, which is rare: `react` and `write` are done for all at once. */
  get tx(): Tx { return this.args[0]; }
  get envelope(): EventEnvelope { return this.args[1]; }

  /** Reads something once for all events of the transaction, before anything is locked. The same function each time. */
  once<T>(read: (tx: Tx) => Promise<T>): Promise<T> { return this.args[2].once(this.args[0], read); }

  /** Takes in the event once the handlers of the whole transaction have been asked. */
  react<State, Facts>(reaction: Reaction<State, Facts>): void { this.args[2].react(this.envelope, reaction); }
  /** Rows of the event's case where nothing is decided. Written while the case's facts are locked. */
  write<Item>(writer: RowWriter<Item>, item: Item): void { this.args[2].write(this.envelope, writer, item); }
}

/** Lets `hear` handle events in order in one transaction, then does what it asked for. Used by the transport, and by tests in its place. */
export const handleTogether = async (
  tx: Tx, store: EventStore, source: Source, envelopes: readonly EventEnvelope[], hear: (envelope: EventEnvelope, context: EventContext) => unknown,
): Promise<void> => {
  const reactions = new Reactions(store, source);
  for (const envelope of envelopes) await hear(envelope, new EventContext([tx, envelope, reactions]));
  await reactions.finish(tx);
};

/** Hands a handler's error on as it is; the runner decides between a new transaction and parking. */
@Catch()
class PassOnError implements ExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost) {
    return throwError(() => error);
  }
}

/** Nest's @EventPattern, checked against the catalogue and open to typed arguments: `(@Payload() event, @Ctx() context: EventContext)`. */
export const EventPattern = (...types: EventType[]): MethodDecorator => NestEventPattern<EventType[]>(types);

/** A class whose @EventPattern('lianban.….v1') methods react to events, each inside the consumer's transaction. */
export const ProcessManager = (): ClassDecorator => applyDecorators(Controller(), UseFilters(PassOnError));

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

  constructor(private readonly options: EventStrategyOptions) {
    super();
  }

  get running(): EventConsumer | undefined { return this.consumer; }

  listen(callback: (error?: unknown) => void): void {
    const { store, ownSource } = this.options;
    this.consumer = createConsumer({
      ...this.options,
      handled: new Set(this.messageHandlers.keys()),
      batchSize: eventsTogether,
      handle: (tx, envelopes) => handleTogether(tx, store, ownSource, envelopes, (envelope, context) => this.dispatch(envelope, context)),
    });
    this.consumer.start().then(() => callback(), callback);
  }

  private async dispatch(envelope: EventEnvelope, context: EventContext): Promise<void> {
    const { type, metadata: { correlationId, traceParent, streamId } } = envelope;
    const spec = { kind: SpanKind.CONSUMER, attributes: { 'lianban.stream': streamId } };
    await scope.run({ correlationId }, () => inSpanOf(traceParent, `react ${type}`, spec, async () => {
      // Several handlers of one type form a chain.
      for (let handler = this.messageHandlers.get(envelope.type); handler; handler = handler.next as typeof handler | undefined) {
        const result: unknown = await handler(envelope, context);
        if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
      }
    }));
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
