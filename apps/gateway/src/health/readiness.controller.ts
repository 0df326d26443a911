import { Metrics } from '@lianban/service-kit';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { serviceNames, SETTINGS } from '../settings.js';
import type { GatewaySettings } from '../settings.js';

const askWithinMs = 3_000;

interface Readiness { readonly status: string; readonly checks?: object; readonly error?: string; readonly copies?: number; readonly readyCopies?: number }

/** Ready only when every service is; each one's lag is reported, not judged. */
@Controller()
export class ReadinessController {
  constructor(@Inject(SETTINGS) private readonly settings: GatewaySettings, @Inject(Metrics) private readonly numbers: Metrics) {}

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
    void reply.header('content-type', this.numbers.contentType);
    return this.numbers.text();
  }

  /** A service is ready when one of its copies is; what that one says, and with several copies how many are. */
  private async ask(name: (typeof serviceNames)[number]): Promise<Readiness> {
    const copies = await Promise.all(this.settings.services[name].map((url) => this.askCopy(url)));
    const ready = copies.filter(({ status }) => status === 'ready');
    const said = ready[0] ?? copies[0] ?? { status: 'not-ready' };
    return copies.length === 1 ? said : { ...said, copies: copies.length, readyCopies: ready.length };
  }

  private async askCopy(url: string): Promise<Readiness> {
    try {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(askWithinMs) });
      return await answer.json() as Readiness;
    } catch (error) {
      return { status: 'not-ready', error: (error as Error).message };
    }
  }
}
