import replyFrom from '@fastify/reply-from';
import { DomainError } from '@lianban/contracts';
import { scope, sendProblem } from '@lianban/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { GatewaySettings } from '../settings.js';
import type { Route } from './routes.js';

const allMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'] as const;

/** Longer than the 5 s that a consistency token may wait, shorter than a caller's patience. */
const answerWithinMs = 30_000;

/** Forwards every route to its service; other methods of a known address are 405, and a service that is away is 503. */
export const forwardRoutes = async (fastify: FastifyInstance, routes: readonly Route[], settings: GatewaySettings, log: Logger): Promise<void> => {
  await fastify.register(replyFrom, {
    undici: { connections: 64, pipelining: 1, headersTimeout: answerWithinMs, bodyTimeout: answerWithinMs },
  });
  for (const method of allMethods) if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method);
  for (const { url, service, methods } of routes) {
    fastify.route({
      method: [...methods],
      url,
      handler: (request, reply) => reply.from(settings.services[service] + request.raw.url, {
        ...(Buffer.isBuffer(request.body) ? { body: request.body, contentType: request.headers['content-type'] ?? 'application/octet-stream' } : {}),
        // The library would ask up to ten times after a 503, which may already have waited its 5 s; repeating is the caller's choice.
        retryDelay: () => null,
        rewriteRequestHeaders: (_request, headers) => ({ ...headers, 'x-correlation-id': scope.getStore()?.correlationId ?? '' }),
        onError: (failed, { error }) => {
          log.warn({ service, error: error.message }, 'service did not answer');
          sendProblem(failed as FastifyReply, request, new DomainError('service-unavailable', `${service} does not answer at the moment; try again, with the same Idempotency-Key.`));
        },
      }),
    });
    const others = allMethods.filter((method) => !methods.includes(method));
    fastify.route({
      method: others,
      url,
      // Before the body is looked at: what is wrong about it does not matter any more.
      onRequest: (request: FastifyRequest, reply) => {
        void reply.header('allow', methods.join(', '));
        sendProblem(reply, request, new DomainError('method-not-allowed', `${request.method} is not offered here; ${methods.join(' and ')} is.`));
      },
      handler: (_request, reply) => reply,
    });
  }
};
