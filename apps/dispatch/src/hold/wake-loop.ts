import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, Tx } from '@lianban/event-store';
import { EVENT_STORE, HealthChecks, LOG, Metrics, SQL } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { reviewLag, reviewReading } from './hold-metrics.js';
import { SETTINGS } from '../settings.js';
import type { DispatchSettings } from '../settings.js';
import { wakeHeldCases } from './wake-held-cases.js';

const batch = 50;
/** Elapsed. A review is a matter of days. */
const intervalMs = 5_000;

/** Looks for holds whose review has come for as long as the process runs. Nothing is lost with it: the reviews are rows. */
@Injectable()
export class WakeLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(HealthChecks) private readonly health: HealthChecks,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Logger,
    @Inject(SETTINGS) private readonly settings: DispatchSettings,
  ) {}

  onApplicationBootstrap(): void {
    this.health.add({ name: 'holds', probe: async () => ({ ok: true, detail: await reviewLag(this.sql) }) });
    this.metrics.add(reviewReading(this.sql));
    this.running = this.run();
  }

  /** Before the pool is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const unreadable = new Map<string, string>();
    while (!signal.aborted) {
      const known = new Set(unreadable.keys());
      const looked = await wakeHeldCases(this.store, new Date(), batch, this.settings.quietMs, unreadable).catch((error: unknown) => {
        this.log.warn({ error: (error as Error).message }, 'waking held cases put off');
        return 0;
      });
      for (const [caseId, error] of unreadable) if (!known.has(caseId)) this.log.error({ caseId, error }, 'a held case can not be read by this build and is not woken');
      if (looked < batch) await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
