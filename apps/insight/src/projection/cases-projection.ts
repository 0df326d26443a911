import { PreparingClient } from '@lianban/event-store';
import { awaitConsumed, createConsumer, type EventConsumer } from '@lianban/kafka';
import { consumerOf, projection, rebuildReading } from '@lianban/projections';
import { type AwaitSeen, CONFIG, EventConsumers, HealthChecks, LOG, Metrics, openPool, POOL, reading, type ServiceConfig } from '@lianban/service-kit';
import { Inject, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { casesReadModel } from '../cases-read-model.js';

const consumer = consumerOf(casesReadModel.name);

/** A read with a consistency token waits until the projection has applied the command's event, and until that has come to a replica that is asked. */
export const awaitProjected = (asked: pg.Pool, own: pg.Pool): AwaitSeen => (seen, timeoutMs) => awaitConsumed(asked, consumer, seen, timeoutMs, asked === own);

/** Runs the live projection of the case topic for as long as the service runs. */
export class CasesProjection implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly running: EventConsumer;
  private readonly writing: pg.Pool;

  constructor(
    @Inject(CONFIG) config: ServiceConfig,
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(HealthChecks) private readonly health: HealthChecks,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(EventConsumers) private readonly consumers: EventConsumers,
    @Inject(LOG) log: Logger,
  ) {
    // Connections of its own: analysts' questions never keep the projection waiting, and its few statements are planned once.
    this.writing = openPool('projection', { connectionString: config.DATABASE_URL, Client: PreparingClient, pipeline: true, max: 4, application_name: 'insight-projection', ...reading }, log);
    this.running = createConsumer({
      ...projection(casesReadModel), consumer, pool: this.writing, brokers: config.KAFKA_BROKERS, topics: casesReadModel.topics, log,
      // Whoever has just given a command reads here, be it from another copy, which can't hurry this one.
      fetchEveryMs: 50,
    });
  }

  onApplicationBootstrap(): void {
    this.health.add({ name: 'projection', probe: () => this.probe() });
    this.metrics.add(rebuildReading(this.pool));
    this.consumers.add(this.running);
    void this.running.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running.stop();
    await this.writing.end();
  }

  private async probe(): Promise<{ ok: boolean; detail: object }> {
    const { rows: [row] } = await this.pool.query<{ version: number | null; parked: number }>(
      `SELECT (SELECT version FROM read_model WHERE name = $1) AS version, (SELECT count(DISTINCT subject)::int FROM parked_event WHERE consumer = $2 AND reason <> 'waiting') AS parked`,
      [casesReadModel.name, consumer],
    );
    return { ok: this.running.joined, detail: { joined: this.running.joined, lag: this.running.lag, parkedCases: row?.parked, version: row?.version } };
  }
}
