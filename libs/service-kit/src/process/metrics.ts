import type { FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';

/** What every process tells Prometheus. Labels have few values; never a case id, never anything personal. All metrics: `docs/generated/metrics.md`. */

/** Names the process on each of its metrics, so that any scrape configuration fits the dashboard; adds Node's own metrics. */
export const startMetrics = (service: string): void => {
  register.setDefaultLabels({ service });
  if (!register.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics();
};

const httpSeconds = new Histogram({
  name: 'lianban_http_request_duration_seconds',
  help: 'Requests by route pattern and class of status, health and metrics left out; route `none`: no such address',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
});

/** Health and metrics: asked for all the time, and of no interest themselves. */
export const isOwnRoute = (route: string): boolean => /^\/(health\/|metrics$)/.test(route);

export const observeRequest = ({ method, routeOptions: { url: route = 'none' } }: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): void => {
  if (!isOwnRoute(route)) httpSeconds.observe({ method, route, status: `${Math.floor(statusCode / 100)}xx` }, elapsedTime / 1000);
};

const commands = new Counter({
  name: 'lianban_commands_total',
  help: 'Commands by route and outcome: done, replayed (the answer kept for its Idempotency-Key), or the code of the problem',
  labelNames: ['route', 'outcome'],
});
export const countCommand = (route: string, outcome: string): void => commands.inc({ route, outcome });

export const commandRetries = new Counter({ name: 'lianban_command_retries_total', help: 'Commands that lost a race and were decided again', labelNames: ['route'] });

const pools = new Map<string, pg.Pool>();

export const poolConnections = new Gauge({
  name: 'lianban_pool_connections',
  help: 'Database connections of a pool; state: idle, busy',
  labelNames: ['pool', 'state'],
  collect() {
    this.reset();
    for (const [pool, { totalCount, idleCount }] of pools) {
      this.set({ pool, state: 'idle' }, idleCount);
      this.set({ pool, state: 'busy' }, totalCount - idleCount);
    }
  },
});

export const poolWaiting = new Gauge({
  name: 'lianban_pool_waiting',
  help: 'Callers that wait for a connection of a pool',
  labelNames: ['pool'],
  collect() {
    this.reset();
    for (const [pool, { waitingCount }] of pools) this.set({ pool }, waitingCount);
  },
});

export const poolLimit = new Gauge({
  name: 'lianban_pool_limit',
  help: 'Connections that a pool may open',
  labelNames: ['pool'],
  collect() {
    this.reset();
    for (const [pool, { options }] of pools) this.set({ pool }, options.max);
  },
});

export const watchPool = (name: string, pool: pg.Pool): void => void pools.set(name, pool);

/** A gauge of a reading: without a number in processes that do not read it. */
export const readGauge = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []): Gauge<Label> => {
  const gauge = new Gauge({ name, help, labelNames });
  forget(gauge);
  return gauge;
};

/** Gauges whose numbers have to be asked for, mostly from the database, each time the metrics are read. */
export interface Reading {
  readonly name: string;
  /** Absent from the metrics while they can't be read: an old number would look like a good one. */
  readonly gauges: readonly Gauge[];
  read(): Promise<void>;
}

const failedReadings = new Counter({
  name: 'lianban_metric_reading_failures_total', help: 'Times that numbers could not be read for the metrics, within 2 s; they are absent then', labelNames: ['reading'],
});

const readWithinMs = 2_000;

const inTime = (work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`not within ${readWithinMs} ms`)), readWithinMs); });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** The metrics of a process as text. A database that is away or a pool that is used up delays them by 2 s and costs the numbers read there. */
export class Metrics {
  private readonly readings: Reading[] = [];
  readonly contentType = register.contentType;

  constructor(private readonly log: Pick<Logger, 'warn'>) {}

  add(reading: Reading): void {
    this.readings.push(reading);
  }

  async text(): Promise<string> {
    await Promise.all(this.readings.map(async ({ name, gauges, read }) => {
      const reading = read();
      const forgetAll = () => { for (const gauge of gauges) forget(gauge); };
      try {
        await inTime(reading);
      } catch (error) {
        forgetAll();
        // What comes too late would be taken for a number of the next time.
        reading.then(forgetAll, () => undefined);
        failedReadings.inc({ reading: name });
        this.log.warn({ reading: name, error: (error as Error).message }, 'metrics are not complete');
      }
    }));
    return register.metrics();
  }
}

/** Takes a gauge's numbers away. One without labels is 0 when it is made and after a reset, which is a number too. */
const forget = (gauge: Gauge): void => {
  gauge.reset();
  if ((gauge as Gauge & { labelNames: readonly string[] }).labelNames.length === 0) gauge.remove();
};
