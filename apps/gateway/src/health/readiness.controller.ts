import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { register } from 'prom-client';
import { serviceNames, SETTINGS } from '../settings.js';
import type { GatewaySettings } from '../settings.js';

const askWithinMs = 3_000;

/** Ready only when every service is; each one's lag is reported, not judged. */
@Controller()
export class ReadinessController {
  constructor(@Inject(SETTINGS) private readonly settings: GatewaySettings) {}

  @Get('health/live')
  live(): object {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const services = Object.fromEntries(await Promise.all(serviceNames.map(async (name) => [name, await this.ask(name)] as const)));
    const ready = Object.values(services).every(({ status }) => status === 'ready');
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not-ready', services };
  }

  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', register.contentType);
    return register.metrics();
  }

  private async ask(name: (typeof serviceNames)[number]): Promise<{ status: string; checks?: object; error?: string }> {
    try {
      const answer = await fetch(`${this.settings.services[name]}/health/ready`, { signal: AbortSignal.timeout(askWithinMs) });
      return await answer.json() as { status: string; checks: object };
    } catch (error) {
      return { status: 'not-ready', error: (error as Error).message };
    }
  }
}
