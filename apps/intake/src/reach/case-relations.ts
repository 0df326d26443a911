import { DomainError, topics } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { awaitConsumed, createConsumer, keyOf, loadStreamVersions } from '@lianban/kafka';
import type { EventConsumer } from '@lianban/kafka';
import { CONFIG, EventConsumers, HealthChecks, LOG, POOL } from '@lianban/service-kit';
import type { ServiceConfig } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { keepRelations, relationEventTypes } from './keep-relations.js';

const [main, own] = ['intake', 'intake-reach'];

export interface CaseOrder {
  readonly department: string;
  readonly open: boolean;
}

/** What intake knows of a case from others when somebody wants to read it. */
export interface Relations {
  readonly orders: readonly CaseOrder[];
  /** Somebody is to call the requester of this case back. */
  readonly callBackDue: boolean;
}

const readRelations = async (sql: Tx, caseId: string): Promise<Relations> => {
  const { rows: [row] } = await sql.query<Relations>(
    `SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object('department', department, 'open', open)), '[]') FROM case_order WHERE case_id = $1) AS orders,
            EXISTS (SELECT FROM due_call_back WHERE demand_case_id = $1) AS "callBackDue"`, [caseId]);
  return row ?? { orders: [], callBackDue: false };
};

/**
 * What is known of a case, when that is enough for `suffices`; else once all that the service has heard of these streams is known here too.
 * @param streams the case, and the one that it is merged into
 * @throws DomainError `read-model-behind` while that takes longer, as after an update until the topic has been read
 */
export const relationsOf = async (sql: Tx, caseId: string, streams: readonly string[], suffices: (relations: Relations) => boolean, waitMs = 5_000): Promise<Relations> => {
  const known = await readRelations(sql, caseId);
  if (suffices(known)) return known;
  const of = streams.flatMap((streamId) => (['dispatch', 'satisfaction'] as const).map((source) => ({ source, streamId })));
  const heard = await loadStreamVersions(sql, main, of);
  const seen = of.flatMap((stream) => {
    const version = heard.get(keyOf(stream));
    return version === undefined ? [] : [{ ...stream, version }];
  });
  if (seen.length === 0) return known;
  if (await awaitConsumed(sql, own, seen, waitMs) !== 'seen') throw new DomainError('read-model-behind', say('relations-behind'));
  return readRelations(sql, caseId);
};

/**
 * Who has to do with a case. Kept by a consumer of its own name, which begins at the topic's first message: the service's main one passed over these
 * events before there was reach, and would never know the departments of the cases of that time.
 */
@Injectable()
export class CaseRelations implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sql: Tx;
  private readonly consumer: EventConsumer;

  constructor(
    @Inject(CONFIG) config: ServiceConfig,
    @Inject(POOL) pool: pg.Pool,
    @Inject(EventConsumers) private readonly consumers: EventConsumers,
    @Inject(HealthChecks) private readonly health: HealthChecks,
    @Inject(LOG) log: Logger,
  ) {
    this.sql = pool;
    this.consumer = createConsumer({
      consumer: own, topics: [topics.case], ownSource: 'intake', brokers: config.KAFKA_BROKERS, pool, log,
      handled: new Set(relationEventTypes), batchSize: 500, handle: keepRelations,
    });
  }

  onApplicationBootstrap(): void {
    this.health.add({ name: 'reach', probe: () => Promise.resolve({ ok: this.consumer.joined, detail: { lag: this.consumer.lag } }) });
    this.consumers.add(this.consumer);
    void this.consumer.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.consumer.stop();
  }

  /** As `relationsOf`. */
  of(caseId: string, streams: readonly string[], suffices: (relations: Relations) => boolean): Promise<Relations> {
    return relationsOf(this.sql, caseId, streams, suffices);
  }
}
