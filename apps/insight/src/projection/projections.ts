import { PreparingClient } from '@lianban/event-store';
import { awaitConsumed, createConsumer, type EventConsumer } from '@lianban/kafka';
import { consumerOf, projection, type ReadModel, rebuildReading } from '@lianban/projections';
import { type AwaitSeen, CONFIG, EventConsumers, HealthChecks, isOfCase, LOG, Metrics, openPool, POOL, reading, type ServiceConfig } from '@lianban/service-kit';
import { Inject, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { casesReadModel, readModels, visitsReadModel } from '../read-models.js';

/** Streams on the visits' topic. */
const isOfVisits = ({ streamId }: { readonly streamId: string }): boolean => /^(visit|visit-plan|firm)\//.test(streamId);

/**
 * A read with a consistency token waits until the read model that takes the command's event has applied it, and until that has come to a replica that is asked:
 * `cases` for what happened to a case, `visits` for the streams that are named after their kind.
 */
export const awaitProjected = (asked: pg.Pool, own: pg.Pool): AwaitSeen => async (seen, timeoutMs) => {
  const awaitModel = ({ name }: { readonly name: string }, of: typeof seen) =>
    (of.length === 0 ? Promise.resolve('seen' as const) : awaitConsumed(asked, consumerOf(name), of, timeoutMs, asked === own));
  const outcomes = await Promise.all([awaitModel(casesReadModel, seen.filter(isOfCase)), awaitModel(visitsReadModel, seen.filter(isOfVisits))]);
  return outcomes.find((outcome) => outcome !== 'seen') ?? 'seen';
};

/** Runs the live projection of every read model for as long as the service runs. */
export class Projections implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly running: readonly (readonly [ReadModel<unknown>, EventConsumer])[];
  private readonly writing: pg.Pool;

  constructor(
    @Inject(CONFIG) config: ServiceConfig,
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(HealthChecks) private readonly health: HealthChecks,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(EventConsumers) private readonly consumers: EventConsumers,
    @Inject(LOG) log: Logger,
  ) {
    // The projection has its own connections: analysts' queries never delay it, and its few statements are planned once.
    this.writing = openPool('projection', {
      connectionString: config.DATABASE_URL, Client: PreparingClient, pipeline: true, max: 4 * readModels.length, application_name: 'insight-projection', ...reading,
    }, log);
    this.running = readModels.map((model) => [model, createConsumer({
      ...projection(model), consumer: consumerOf(model.name), pool: this.writing, brokers: config.KAFKA_BROKERS, topics: model.topics, log,
      // Callers read here right after a command, perhaps one given to another copy, which can't make this one hurry.
      fetchEveryMs: 50,
    })]);
  }

  onApplicationBootstrap(): void {
    this.metrics.add(rebuildReading(this.pool));
    for (const [model, consumer] of this.running) {
      this.health.add({ name: model === casesReadModel ? 'projection' : `projection-${model.name}`, probe: () => this.probe(model, consumer) });
      this.consumers.add(consumer);
      void consumer.start();
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.map(([, consumer]) => consumer.stop()));
    await this.writing.end();
  }

  private async probe({ name }: ReadModel<unknown>, consumer: EventConsumer): Promise<{ ok: boolean; detail: object }> {
    const { rows: [row] } = await this.pool.query<{ version: number | null; parked: number }>(
      `SELECT (SELECT version FROM read_model WHERE name = $1) AS version, (SELECT count(DISTINCT subject)::int FROM parked_event WHERE consumer = $2 AND reason <> 'waiting') AS parked`,
      [name, consumerOf(name)],
    );
    return { ok: consumer.joined, detail: { joined: consumer.joined, lag: consumer.lag, parkedCases: row?.parked, version: row?.version } };
  }
}
