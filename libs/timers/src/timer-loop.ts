import { setTimeout as sleep } from 'node:timers/promises';
import type { Tx } from '@lianban/event-store';
import { HealthChecks, LOG, Metrics, SQL } from '@lianban/service-kit';
import type { BeforeApplicationShutdown, FactoryProvider, InjectionToken, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ActedOn, DueCase } from './act-on-due-cases.js';
import type { DueMetrics } from './due-metrics.js';

/** Something that a service does by itself when its time has come. Nothing is lost with a process: what is due are rows. */
export interface Timer {
  /** In health and in the log. */
  readonly name: string;
  /** Pause between two looks when nothing is left to do, in milliseconds. */
  readonly intervalMs: number;
  readonly metrics: DueMetrics;
  /** One batch. */
  act(now: Date): Promise<ActedOn<DueCase>>;
}

/** A provider that runs a timer for as long as the process runs. `make` gets what is injected. */
export const runTimer = <Needs extends readonly unknown[]>(inject: { readonly [N in keyof Needs]: InjectionToken<Needs[N]> }, make: (...needs: Needs) => Timer): FactoryProvider => ({
  provide: Symbol('timer'),
  inject: [SQL, HealthChecks, Metrics, LOG, ...inject],
  useFactory: (sql: Tx, health: HealthChecks, metrics: Metrics, log: Logger, ...needs: unknown[]) => new TimerLoop({ sql, health, metrics, log }, make(...needs as unknown as Needs)),
});

interface Surroundings {
  readonly sql: Tx;
  readonly health: HealthChecks;
  readonly metrics: Metrics;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export class TimerLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly around: Surroundings, private readonly timer: Timer) {}

  /** Every copy of a service tells the same of what is due. */
  onApplicationBootstrap(): void {
    const { around: { sql, health, metrics }, timer: { name, metrics: { gauges, read } } } = this;
    health.add({ name, probe: async () => ({ ok: true, detail: await read(sql) }) });
    metrics.add({
      name,
      gauges: [gauges.due, gauges.late],
      async read() {
        const lag = await read(sql);
        gauges.due.set(lag.due);
        gauges.late.set(lag.lateMs / 1000);
      },
    });
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
      if (!await this.once()) await sleep(this.timer.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns whether to look again at once: something was done, so more may be due; what lost a race waits for the next round */
  private async once(): Promise<boolean> {
    const { around: { log }, timer: { name } } = this;
    try {
      const { cases, events, conflicts, unreadable } = await this.timer.act(new Date());
      if (events > 0) log.info({ timer: name, cases, events, conflicts }, 'acted on what was due');
      for (const one of unreadable) log.error({ timer: name, ...one }, 'a due case can not be read and is put off');
      return cases > conflicts;
    } catch (error) {
      log.warn({ timer: name, error: (error as Error).message }, 'what is due is put off');
      return false;
    }
  }
}
