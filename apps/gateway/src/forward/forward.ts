import replyFrom from '@fastify/reply-from';
import { DomainError, serviceNames, type ServiceName } from '@lianban/contracts';
import { bearerToken, scope, sendProblem, toDomainError, traceHeader } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { CallerOf, GatewaySettings } from '../settings.js';
import { createCopies } from './copies.js';
import type { Copies } from './copies.js';
import { unanswered } from './forward-metrics.js';
import { endToEnd } from './headers.js';
import type { Route } from './routes.js';

const allMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'] as const;

/** Longer than the 5 s that a consistency token may wait, shorter than a caller's patience. */
const answerWithinMs = 30_000;

/** Before a connection stands nothing of a request can have been read. */
const notDelivered = ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'ENOTFOUND', 'EAI_AGAIN'];
/** The last two are also what an established connection ends with. */
const broken = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'EHOSTUNREACH', 'ENETUNREACH'];

/** The client itself finds that it can't say this in HTTP. */
const unsayable = ['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'];

/** Whether another copy may be asked: always when this one can't have had the request, for a read also when it hung up over it. */
export const failureOf = (error: Error): 'not-delivered' | 'broken' | 'no-answer' | 'unsayable' => {
  const { code = '' } = (error.cause ?? error) as { code?: string };
  if (unsayable.includes(code)) return 'unsayable';
  return notDelivered.includes(code) ? 'not-delivered' : broken.includes(code) ? 'broken' : 'no-answer';
};

/**
 * Forwards every route to its service, for callers with a valid token: it is checked before the body is read, so that nobody without one can make anything wait.
 * The service checks it again, and decides what its bearer may do. Other methods of a known address are 405, and a service that is away is 503.
 */
export const forwardRoutes = async (fastify: FastifyInstance, routes: readonly Route[], settings: GatewaySettings, callerOf: CallerOf, log: Logger): Promise<void> => {
  await fastify.register(replyFrom, {
    undici: { connections: 64, pipelining: 1, headersTimeout: answerWithinMs, bodyTimeout: answerWithinMs },
  });
  for (const method of allMethods) if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method);
  const copies = Object.fromEntries(serviceNames.map((name) => [name, createCopies(settings.services[name])])) as Record<ServiceName, Copies>;

  const forward = (request: FastifyRequest, reply: FastifyReply, service: ServiceName, tried: ReadonlySet<string> = new Set()): FastifyReply => {
    const there = copies[service];
    const unavailable = (why: 'service-away' | 'service-full' = 'service-away') => {
      sendProblem(reply, request, new DomainError('service-unavailable', say(why, { service })));
      return reply;
    };
    // One service that hangs must not take all places at the door.
    if (there.underWay >= settings.REQUEST_LIMIT / 2) return unavailable('service-full');
    const copy = there.take(tried);
    if (copy === undefined) return unavailable();
    let underWay = true;
    const finished = () => {
      if (underWay) there.finished(copy);
      underWay = false;
    };
    reply.raw.once('close', finished);
    const [path = '', ...query] = (request.raw.url ?? '').split('?');
    const body = Buffer.isBuffer(request.body) ? request.body : undefined;
    return reply.from(copy + path, {
      // Apart: the library decodes what it takes for the path.
      queryString: () => query.join('?'),
      ...(body ? { body, contentType: request.headers['content-type'] ?? 'application/octet-stream' } : {}),
      // The library would ask up to ten times after a 503, which may already have waited its 5 s; repeating is the caller's choice.
      retryDelay: () => null,
      rewriteRequestHeaders: (_request, { 'content-length': length, ...headers }) => ({
        // A read may announce a body, which is not read here.
        ...endToEnd(body ? { ...headers, 'content-length': length } : headers), ...traceHeader(), 'x-correlation-id': scope.getStore()?.correlationId ?? '',
      }),
      rewriteHeaders: endToEnd,
      onError: (_reply, { error }) => {
        finished();
        const why = failureOf(error);
        if (why === 'unsayable') {
          log.info({ service, error: error.message }, 'request can not be passed on');
          return sendProblem(reply, request, new DomainError('malformed-request', say('headers-not-passed-on')));
        }
        unanswered.inc({ upstream: service });
        log.warn({ service, copy, error: error.message }, 'service did not answer');
        if (why !== 'no-answer') there.rest(copy);
        if (why === 'not-delivered' || (why === 'broken' && request.method === 'GET')) forward(request, reply, service, new Set([...tried, copy]));
        else unavailable();
      },
    });
  };

  const requireToken = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    try {
      await callerOf(bearerToken(request));
      return undefined;
    } catch (error) {
      sendProblem(reply, request, toDomainError(error));
      return reply;
    }
  };

  for (const { url, service, methods } of routes) {
    fastify.route({
      method: [...methods],
      url,
      onRequest: requireToken,
      handler: (request, reply) => forward(request, reply, service),
    });
    const others = allMethods.filter((method) => !methods.includes(method));
    fastify.route({
      method: others,
      url,
      // Before the body is looked at: what is wrong about it does not matter any more.
      onRequest: (request: FastifyRequest, reply) => {
        void reply.header('allow', methods.join(', '));
        sendProblem(reply, request, new DomainError('method-not-allowed', say('method-not-offered', { method: request.method, offered: methods })));
      },
      handler: (_request, reply) => reply,
    });
  }
};
