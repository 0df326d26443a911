import { randomBytes } from 'node:crypto';
import type { ServiceName } from '@lianban/contracts';
import pg from 'pg';

export interface TestPostgres {
  /** Superuser of the server of this jest worker. */
  adminUrl: string;
  /** A fresh, empty database of the caller's own; returns its admin URL. The name gets a random suffix. */
  createDatabase(name: string): Promise<string>;
  /** A fresh database set up as in production: schemas, roles, migrations, grants. */
  serviceDatabase(): Promise<ServiceDatabase>;
}

export interface ServiceDatabase {
  adminUrl: string;
  /** URL of each service's own role (search_path is its schema). */
  services: Record<ServiceName, string>;
  /** The read-only analyst, who sees the views of schema insight. */
  analystUrl: string;
}

export interface TestInfrastructure {
  /** Starts the worker's Postgres with its first call. */
  postgres(): Promise<TestPostgres>;
  /** Starts Kafka with the first call of the run; make topics of your own, with `uniqueName`. */
  kafka(): Promise<{ brokers: string[] }>;
  /** Drops what this caller made; the servers themselves end with the jest run. */
  stop(): Promise<void>;
}

const worker = process.env.JEST_WORKER_ID ?? '1';

/** A name nobody else in this run, or on a shared server, has. */
export const uniqueName = (name: string) => `${name}_${randomBytes(5).toString('hex')}`;

/**
 * Real Postgres and Kafka for `*.pg.spec.ts` and `*.kafka.spec.ts`, a Postgres for each worker of jest and a Kafka for all: from DATABASE_URL
 * and KAFKA_BROKERS, else containers where a Docker engine answers, else the embedded runtime. The run says which.
 */
export function testInfrastructure(): TestInfrastructure {
  const made: { adminUrl: string; database: string }[] = [];
  return {
    async postgres() {
      const { adminUrl } = await ask<{ adminUrl: string }>(`/postgres/${worker}`);
      return {
        adminUrl,
        async createDatabase(name) {
          const database = uniqueName(name);
          await asAdmin(adminUrl, `CREATE DATABASE ${pg.escapeIdentifier(database)}`);
          made.push({ adminUrl, database });
          const url = new URL(adminUrl);
          url.pathname = `/${encodeURIComponent(database)}`;
          return url.href;
        },
        serviceDatabase: () => ask<ServiceDatabase>(`/service-databases/${worker}`),
      };
    },
    kafka: () => ask<{ brokers: string[] }>('/kafka'),
    async stop() {
      for (const { adminUrl, database } of made.splice(0)) {
        await asAdmin(adminUrl, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
      }
    },
  };
}

async function ask<T>(path: string): Promise<T> {
  const host = process.env.LIANBAN_TEST_HOST;
  if (!host) throw new Error('no test host: run the tests with `npm run jest -- <path>` (its global setup opens it)');
  const response = await fetch(host + path);
  const body = await response.json() as T & { problem?: string };
  if (!response.ok) throw new Error(`test infrastructure: ${body.problem}`);
  return body;
}

async function asAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
