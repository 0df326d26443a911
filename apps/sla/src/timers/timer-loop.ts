import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, Tx } from '@lianban/event-store';
import { EVENT_STORE, HealthChecks, LOG, Metrics, SQL } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { RuleBook } from '../rules/rule-book.js';
import { SETTINGS } from '../settings.js';
import type { SlaSettings } from '../settings.js';
import { sweep } from './sweep.js';
import { countFirings, sweepConflicts, sweepSeconds, timerReading } from './timer-metrics.js';
import { timerLag } from './timer-rows.js';

/** Cases a sweep takes at once; its transaction stays short, since an open one holds back the relay. */
export const sweepBatch = 50;

/** Looks for due timers for as long as the process runs. Nothing is lost with it: the timers are rows. */
@Injectable()
export class TimerLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(SQL) private readonly sql: Tx,
    @Inject(SETTINGS) private readonly settings: SlaSettings,
    @Inject(HealthChecks) private readonly health: HealthChecks,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.health.add({ name: 'timers', probe: async () => ({ ok: true, detail: await timerLag(this.sql) }) });
    this.metrics.add(timerReading(this.sql));
    this.running = this.run();
  }

  /** Before the pool is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const more = await this.sweepOnce();
      if (!more) await sleep(this.settings.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async sweepOnce(): Promise<boolean> {
    try {
      const took = sweepSeconds.startTimer();
      const { cases, fired, breaches, firings, conflicts, unreadable } = await sweep(this.store, this.book.current, new Date(), sweepBatch);
      took();
      countFirings(firings);
      sweepConflicts.inc(conflicts);
      if (fired > 0) this.log.info({ cases, fired, breaches, conflicts }, 'timers fired');
      for (const one of unreadable) this.log.error(one, 'clocks of a case can not be read; its timers are put off');
      // At once again while there is something to do; nothing but lost races is left for the next round.
      return fired > 0;
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'sweep put off');
      return false;
    }
  }
}
