import { isLostRace } from '@lianban/kafka';
import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, retry, tap, throwError, timer } from 'rxjs';
import type { Observable } from 'rxjs';
import type { AuthenticatedRequest } from '../access/auth.js';
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

/** Last stop for a handler that forgot the reach of its route: nothing goes out. A kept answer was asked for when it was made. */
const requireAskedReach = ({ method, routeOptions: { url }, caller }: AuthenticatedRequest, result: unknown): void => {
  if (caller?.reach.isOwed && !(result instanceof CommandResult && result.replayed)) throw new TypeError(`${method} ${url} has a reach in access.ts that its handler did not ask for`);
};

/** Turns what commands and versioned reads return into status, headers and body. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const answers = request.method === 'GET' ? next.handle().pipe(askedAgain) : next.handle();
    return answers.pipe(tap((result) => requireAskedReach(request, result)), tap(countOutcome(request)), map((result: unknown) => {
      const reply = context.switchToHttp().getResponse<FastifyReply>();
      if (result instanceof Versioned) {
        void reply.header('etag', result.etag);
        return result.body;
      }
      if (!(result instanceof CommandResult)) return result;
      const { status, body, etag, token } = result.answer;
      void reply.status(status);
      // The answer to many commands has no version of its own, and says nothing to wait for when none was done.
      if (etag) void reply.header('etag', etag);
      if (token) void reply.header(consistencyHeader, token);
      if (result.replayed) void reply.header('idempotency-replayed', 'true');
      return body;
    }));
  }
}
