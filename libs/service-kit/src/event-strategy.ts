import type { EventEnvelope, EventType } from '@lianban/contracts';
import { inSpanOf } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { createConsumer } from '@lianban/kafka';
import type { ConsumerOptions, EventConsumer } from '@lianban/kafka';
import { applyDecorators, Catch, Controller, UseFilters } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { BaseRpcContext, EventPattern as NestEventPattern, Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { SpanKind } from '@opentelemetry/api';
import { isObservable, lastValueFrom, throwError } from 'rxjs';
import { scope } from './request-scope.js';

/** Second argument of an @EventPattern handler (`@Ctx()`): the transaction that everything it does belongs into. */
export class EventContext extends BaseRpcContext<[Tx, EventEnvelope]> {
  get tx(): Tx { return this.args[0]; }
  get envelope(): EventEnvelope { return this.args[1]; }
}

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
 * Nest transport over the consumer runner: one event, one transaction, positions in Postgres. The stock Kafka transport commits
 * offsets on its own and has nowhere to put a bad event.
 */
export class EventStrategy extends Server implements CustomTransportStrategy {
  private consumer: EventConsumer | undefined;

  constructor(private readonly options: Omit<ConsumerOptions, 'handled' | 'handle' | 'batchSize'>) {
    super();
  }

  get running(): EventConsumer | undefined { return this.consumer; }

  listen(callback: (error?: unknown) => void): void {
    this.consumer = createConsumer({
      ...this.options,
      handled: new Set(this.messageHandlers.keys()),
      batchSize: 1,
      handle: async (tx, envelopes) => {
        for (const envelope of envelopes) await this.dispatch(tx, envelope);
      },
    });
    this.consumer.start().then(() => callback(), callback);
  }

  private async dispatch(tx: Tx, envelope: EventEnvelope): Promise<void> {
    const { type, metadata: { correlationId, traceParent, streamId } } = envelope;
    const spec = { kind: SpanKind.CONSUMER, attributes: { 'lianban.stream': streamId } };
    await scope.run({ correlationId }, () => inSpanOf(traceParent, `react ${type}`, spec, async () => {
      // Several handlers of one type form a chain.
      for (let handler = this.messageHandlers.get(envelope.type); handler; handler = handler.next as typeof handler | undefined) {
        const result: unknown = await handler(envelope, new EventContext([tx, envelope]));
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
