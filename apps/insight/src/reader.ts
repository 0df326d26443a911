import { CONFIG, HealthChecks, LOG, openPool, POOL, reading, type ServiceConfig } from '@lianban/service-kit';
import { Inject, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';

/**
 * Where analysts' questions are asked: a read replica when `READ_DATABASE_URL` names one, else the service's own database. Waiting for a consistency token
 * happens here too, on the replica's own copy of the positions, so a reader never sees less than the token says, however late the replica is.
 */
export const READER = Symbol('reader');

export const readerUrl = (config: ServiceConfig): string => config.READ_DATABASE_URL ?? config.DATABASE_URL;

export const reader: Provider = {
  provide: READER,
  inject: [CONFIG, POOL, LOG, HealthChecks],
  useFactory: (config: ServiceConfig, pool: pg.Pool, log: Logger, health: HealthChecks): pg.Pool => {
    if (config.READ_DATABASE_URL === undefined) return pool;
    const replica = openPool('reader', { connectionString: config.READ_DATABASE_URL, max: config.DATABASE_POOL, application_name: 'insight-reader', ...reading }, log);
    health.add({ name: 'replica', probe: async () => { await replica.query('SELECT 1'); return { ok: true }; } });
    return replica;
  },
};

/** The service's own pool is ended by the service. */
export class ReaderEnd implements OnApplicationShutdown {
  constructor(@Inject(READER) private readonly replica: pg.Pool, @Inject(POOL) private readonly pool: pg.Pool) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.replica !== this.pool) await this.replica.end();
  }
}
