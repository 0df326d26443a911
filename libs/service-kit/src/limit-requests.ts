import { DomainError } from '@lianban/contracts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isOwnRoute } from './metrics.js';
import { sendProblem } from './problems.js';

/**
 * Refuses one request more than `limit` at a time, before its body is read, so that memory stays bounded while something behind is slow
 * or away. Health and metrics are always answered.
 */
export const limitRequests = (app: NestFastifyApplication, limit: number): void => {
  let underWay = 0;
  app.getHttpAdapter().getInstance().addHook('onRequest', (request, reply, done) => {
    if (isOwnRoute(request.routeOptions.url ?? '')) done();
    else if (underWay >= limit) sendProblem(reply, request, new DomainError('service-unavailable', 'Too many requests are under way; nothing was done. Try again.'));
    else {
      underWay += 1;
      reply.raw.once('close', () => { underWay -= 1; });
      done();
    }
  });
};
