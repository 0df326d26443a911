import { isLostRace } from '@lianban/kafka';
import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, retry, tap, throwError, timer } from 'rxjs';
import type { Observable } from 'rxjs';
import { CommandResult, Versioned } from '../decisions/command-bus.js';
import { consistencyHeader } from '../events/consistency-tokens.js';
import { countCommand } from '../process/metrics.js';
import { toDomainError } from './problems.js';

const countOutcome = ({ method, routeOptions: { url: route = 'none' } }: FastifyRequest) => ({
  next: (result: unknown) => { if (result instanceof CommandResult) countCommand(`${method} ${route}`, result.replayed ? 'replayed' : 'done'); },
  error: (error: unknown) => { if (method !== 'GET') countCommand(`${method} ${route}`, toDomainError(error).code); },
});

/**
 * The database breaks a read off when it stands in the way of something else, such as the switch to a rebuilt read model that a standby repeats. A read can be
 * asked again; a command is its own business.
 */
const askedAgain = retry({ count: 3, delay: (error: unknown) => (isLostRace(error) ? timer(50) : throwError(() => error)) });

/** Turns what commands and versioned reads return into status, headers and body. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const answers = request.method === 'GET' ? next.handle().pipe(askedAgain) : next.handle();
    return answers.pipe(tap(countOutcome(request)), map((result: unknown) => {
      const reply = context.switchToHttp().getResponse<FastifyReply>();
      if (result instanceof Versioned) {
        void reply.header('etag', result.etag);
        return result.body;
      }
      if (!(result instanceof CommandResult)) return result;
      const { status, body, etag, token } = result.answer;
      void reply.status(status).header('etag', etag).header(consistencyHeader, token);
      if (result.replayed) void reply.header('idempotency-replayed', 'true');
      return body;
    }));
  }
}
