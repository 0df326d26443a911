import { Metrics } from '@lianban/service-kit';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Insiders } from './insiders.js';
import { ServicesReadiness } from './services-readiness.js';

/** Status for everybody; what stands behind it, and the metrics, for insiders. */
@Controller()
export class ReadinessController {
  constructor(
    @Inject(ServicesReadiness) private readonly services: ServicesReadiness, @Inject(Insiders) private readonly insiders: Insiders, @Inject(Metrics) private readonly numbers: Metrics,
  ) {}

  @Get('health/live')
  live(): object {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const [said, inside] = await Promise.all([this.services.look(), this.insiders.require(request).then(() => true, () => false)]);
    void reply.status(said.status === 'ready' ? 200 : 503);
    return inside ? said : { status: said.status };
  }

  @Get('metrics')
  async metrics(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.insiders.require(request);
    void reply.header('content-type', this.numbers.contentType);
    return this.numbers.text();
  }
}
