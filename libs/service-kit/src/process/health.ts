import { Controller, Get, HttpCode, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { Metrics } from './metrics.js';

export interface Check {
  readonly name: string;
  /** Anything worth telling (lag, counts) goes into `detail`; lag is reported, not judged. */
  readonly probe: () => Promise<{ ok: boolean; detail?: object }>;
}

/** Parts of the service that have to be there before it is ready; each adds its check. */
export class HealthChecks {
  private readonly checks: Check[] = [];

  constructor(private readonly log: Pick<Logger, 'warn'>) {}

  add(check: Check): void {
    this.checks.push(check);
  }

  async run(): Promise<{ ready: boolean; checks: Record<string, object> }> {
    const results = await Promise.all(this.checks.map(async ({ name, probe }) => {
      const { ok, detail } = await probe().catch((error: Error) => {
        // The answer is public; addresses and names of roles, as messages of the database have them, are not.
        this.log.warn({ check: name, error: error.message }, 'health check failed');
        return { ok: false, detail: undefined };
      });
      return [name, { ok, ...detail }] as const;
    }));
    return { ready: results.every(([, { ok }]) => ok), checks: Object.fromEntries(results) };
  }
}

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(@Inject(HealthChecks) private readonly checks: HealthChecks, @Inject(Metrics) private readonly numbers: Metrics) {}

  @Get('health/live')
  live(): object {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { ready, checks } = await this.checks.run();
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not-ready', checks };
  }

  @Get('metrics')
  @HttpCode(200)
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.numbers.contentType);
    return this.numbers.text();
  }
}
