import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '@lianban/event-store';
import { EVENT_STORE, LOG } from '@lianban/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { RuleBook } from '../rules/rule-book.js';
import { SETTINGS } from '../settings.js';
import type { SlaSettings } from '../settings.js';
import { recompute } from './recompute.js';

/** Cases looked at in one transaction; it stays short, since an open one holds back the relay. */
const limit = 50;

/** Computes anew what a change of the rules may touch, for as long as the process runs. Nothing is lost with it: the wishes are rows. */
@Injectable()
export class RecomputeLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(SETTINGS) private readonly settings: SlaSettings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
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
      if (!await this.once()) await sleep(this.settings.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async once(): Promise<boolean> {
    try {
      const { cases, events, unreadable } = await recompute({ store: this.store, book: this.book, now: new Date(), quietMs: this.settings.quietMs, limit });
      if (cases > 0) this.log.info({ cases, events }, 'clocks computed anew');
      if (unreadable.length > 0) this.log.error({ unreadable }, 'clocks of cases can not be read and keep their due times');
      return cases === limit;
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'computing anew put off');
      return false;
    }
  }
}
