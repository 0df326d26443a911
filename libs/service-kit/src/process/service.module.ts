import { isSource, topicsHeardBy } from '@lianban/contracts';
import type { ServiceName, Source } from '@lianban/contracts';
import { postgresEventStore, PreparingClient, relayLag, sessionPool } from '@lianban/event-store';
import type { EventStore, SessionClient, Tx } from '@lianban/event-store';
import { awaitConsumed, createRelay } from '@lianban/kafka';
import type { Relay } from '@lianban/kafka';
import { Inject, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, DynamicModule, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { sharedRoutes } from '../access/shared-routes.js';
import { ACCESS } from '../access/table.js';
import type { AccessTable } from '../access/table.js';
import { CommandBus } from '../decisions/command-bus.js';
import { commandCommitter } from '../decisions/commit-commands.js';
import { loadServiceConfig } from './config.js';
import type { ServiceConfig } from './config.js';
import type { AwaitSeen } from '../events/consistency-guard.js';
import { parkedReading, relayReading, transactionReading } from './database-metrics.js';
import { endObstructingSessions } from './end-obstructing-sessions.js';
import { DirectoryCopy } from '../events/directory-copy.js';
import { EventConsumers } from '../events/event-consumers.js';
import { EventStrategy } from '../events/event-strategy.js';
import { HealthChecks, HealthController } from './health.js';
import { forgetOldAnswers } from '../decisions/idempotency.js';
import { createLog } from './log.js';
import { Metrics, watchPool } from './metrics.js';
import { parkedEventsController } from '../parked-events/parked-events.controller.js';
import { isOfCase } from '../events/consistency-guard.js';
import { AWAIT_SEEN, CONFIG, EVENT_STORE, LOG, POOL, SERVICE, SQL } from './tokens.js';

const RELAY = Symbol('relay');

/**
 * Statements that don't wait for each other's results go out together. And none waits for ever for a database that was stopped or cut off:
 * longer than any of ours takes, shorter than a caller's patience.
 */
const deciding = { Client: PreparingClient, pipeline: true, query_timeout: 15_000 } as const;

/** Insight's lists may take their time, and so may its batches; nothing takes for ever. */
export const reading = { query_timeout: 60_000 } as const;

/** A pool that the metrics know under `name`. */
export const openPool = (name: string, options: pg.PoolConfig & { readonly application_name: string; readonly Client?: typeof SessionClient }, log: Logger): pg.Pool => {
  const pool = sessionPool({ connectionTimeoutMillis: 5_000, keepAlive: true, ...options });
  watchPool(name, pool);
  // An idle connection that breaks (the database restarts) would otherwise end the process.
  pool.on('error', (error) => log.warn({ pool: name, error: error.message }, 'idle database connection lost'));
  return pool;
};

/** The process manager transport of a deciding service: reads the topics it hears, passes over the service's own events. */
export const createEventStrategy = (service: Source, config: ServiceConfig, pool: pg.Pool, store: EventStore, log: Logger): EventStrategy =>
  new EventStrategy({ store, consumer: service, topics: topicsHeardBy(service), ownSource: service, brokers: config.KAFKA_BROKERS, pool, log });

/** Starts and stops what runs beside the HTTP server. */
class Background implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private cleaning: NodeJS.Timeout | undefined;
  private watching: NodeJS.Timeout | undefined;
  private stopped: Promise<unknown> | undefined;

  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(DirectoryCopy) private readonly directory: DirectoryCopy,
    @Inject(RELAY) private readonly relay: Relay | null,
    @Inject(EventConsumers) private readonly consumers: EventConsumers,
    @Inject(HealthChecks) private readonly health: HealthChecks,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const sql = this.pool as unknown as Tx;
    this.health.add({ name: 'database', probe: async () => { await sql.query('SELECT 1'); return { ok: true }; } });
    this.health.add({ name: 'directory', probe: async () => ({ ok: await this.directory.loaded(), detail: { joined: this.directory.consumer.joined, lag: this.directory.consumer.lag } }) });
    this.consumers.add(this.directory.consumer);
    // A missing topic, or a consumer that can't go on, delays events and loses none; commands go on. So it is told, not judged.
    this.health.add({ name: 'topics', probe: () => Promise.resolve({ ok: true, detail: { missing: this.consumers.missingTopics, stopped: this.consumers.troubles } }) });
    this.metrics.add(parkedReading(sql));
    if (this.relay) {
      const { relay } = this;
      relay.start();
      this.metrics.add(relayReading(sql));
      this.metrics.add(transactionReading(sql));
      this.health.add({ name: 'relay', probe: async () => ({ ok: true, detail: { leading: relay.leading, orderAlarms: relay.orderAlarms, unacknowledgedMs: relay.unacknowledgedMs, lag: await relayLag(sql, 'kafka') } }) });
    }
    void this.directory.consumer.start();
    this.watching = setInterval(() => void endObstructingSessions(sql, this.log), 2_000);
    this.watching.unref();
    this.cleaning = setInterval(() => void forgetOldAnswers(sql).catch((error: Error) => this.log.warn({ error: error.message }, 'old answers not removed')), 3_600_000);
    this.cleaning.unref();
  }

  /** Not waited for yet: each part may take some seconds when broker or database are away, and the others stop meanwhile. */
  beforeApplicationShutdown(): void {
    clearInterval(this.cleaning);
    clearInterval(this.watching);
    this.stopped = Promise.all([this.directory.consumer.stop(), this.relay?.stop()]);
    this.stopped.catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stopped;
    await this.pool.end();
  }
}

/** Everything a service has besides its own domain. Import it once, in `app.module.ts`, with the table of who may call its routes. */
@Module({})
export class ServiceModule {
  static for(service: ServiceName, access: AccessTable): DynamicModule {
    const decides = isSource(service);
    return {
      module: ServiceModule,
      global: true,
      controllers: [HealthController, parkedEventsController(service)],
      providers: [
        { provide: SERVICE, useValue: service },
        { provide: ACCESS, useValue: { ...sharedRoutes(service), ...access } },
        { provide: CONFIG, useFactory: loadServiceConfig },
        { provide: LOG, useFactory: (config: ServiceConfig) => createLog(service, config.LOG_LEVEL), inject: [CONFIG] },
        { provide: POOL, inject: [CONFIG, LOG], useFactory: (config: ServiceConfig, log: Logger) => openPool('main', { connectionString: config.DATABASE_URL, max: config.DATABASE_POOL, application_name: service, ...(decides ? deciding : reading) }, log) },
        { provide: SQL, useExisting: POOL },
        { provide: HealthChecks, useFactory: (log: Logger) => new HealthChecks(log), inject: [LOG] },
        EventConsumers,
        { provide: Metrics, useFactory: (log: Logger) => new Metrics(log), inject: [LOG] },
        {
          provide: DirectoryCopy,
          useFactory: (config: ServiceConfig, pool: pg.Pool, log: Logger) =>
            new DirectoryCopy(pool, { service, pool, brokers: config.KAFKA_BROKERS, log }),
          inject: [CONFIG, POOL, LOG],
        },
        {
          provide: RELAY,
          useFactory: (config: ServiceConfig, pool: pg.Pool, log: Logger) =>
            decides ? createRelay({ source: service, databaseUrl: config.DATABASE_URL, pool, schema: service, brokers: config.KAFKA_BROKERS, log }) : null,
          inject: [CONFIG, POOL, LOG],
        },
        ...(decides ? [
          { provide: EVENT_STORE, useFactory: (pool: pg.Pool) => postgresEventStore(pool, service), inject: [POOL] },
          {
            provide: CommandBus,
            useFactory: (pool: pg.Pool, store: EventStore, config: ServiceConfig) => new CommandBus(service, pool, store, config.CONSISTENCY_SECRET, commandCommitter(pool, { maxWaiting: config.COMMAND_QUEUE })),
            inject: [POOL, EVENT_STORE, CONFIG],
          },
          {
            provide: AWAIT_SEEN,
            useFactory: (pool: pg.Pool): AwaitSeen => (seen, timeoutMs) => awaitConsumed(pool, service, seen.filter(isOfCase), timeoutMs),
            inject: [POOL],
          },
          {
            provide: EventStrategy,
            useFactory: (config: ServiceConfig, pool: pg.Pool, store: EventStore, log: Logger) => createEventStrategy(service, config, pool, store, log),
            inject: [CONFIG, POOL, EVENT_STORE, LOG],
          },
        ] : []),
        Background,
      ],
      exports: [SERVICE, CONFIG, LOG, POOL, SQL, HealthChecks, Metrics, EventConsumers, DirectoryCopy, ...(decides ? [EVENT_STORE, CommandBus, AWAIT_SEEN, EventStrategy] : [])],
    };
  }
}
