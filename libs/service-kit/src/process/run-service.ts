import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { DomainError, isSource } from '@lianban/contracts';
import type { ServiceName } from '@lianban/contracts';
import { say } from '@lianban/texts';
import type { Message } from '@lianban/texts';
import { whyAddressRefused } from '../http/addresses.js';
import { AccessGuard } from '../access/auth.js';
import { keySource } from '../access/auth-keys.js';
import { ACCESS, requireAccessRows } from '../access/table.js';
import type { AccessTable } from '../access/table.js';
import { AnswerInterceptor } from '../http/command-answers.js';
import { IdempotencyKeyGuard } from '../decisions/command-context.js';
import type { ServiceConfig } from './config.js';
import { ConsistencyGuard } from '../events/consistency-guard.js';
import type { AwaitSeen } from '../events/consistency-guard.js';
import { DirectoryCopy } from '../events/directory-copy.js';
import { drainRequestsFirst } from '../http/drain-requests.js';
import { EventConsumers } from '../events/event-consumers.js';
import { EventStrategy } from '../events/event-strategy.js';
import { HealthChecks } from './health.js';
import { createHttpServer, refuseUnreadable } from '../http/http-server.js';
import { requireModestJson } from '../http/json-limits.js';
import { bodyRoom, isServiceRoute, limitRequests } from '../http/limit-requests.js';
import { nestLogger } from './log.js';
import { observeRequest, startMetrics } from './metrics.js';
import { ProblemFilter, sendProblem, toDomainError } from '../http/problems.js';
import { scope } from '../http/request-scope.js';
import { AWAIT_SEEN, CONFIG, LOG, SQL } from './tokens.js';
import { endRequestSpan, startTracing, traceRequest } from './tracing.js';
import { validationPipe } from '../http/validation.js';

export const bodyLimit = 1_048_576;
const correlationPattern = /^[\w.:-]{1,100}$/;

/** What a request's body becomes: parsed JSON, or for a door that only forwards, the bytes as they came. */
type Bodies = 'json' | 'raw';

/** Goes on in a scope of the request's correlation id, its own or a new one, which the answer carries too. */
const withCorrelation = ({ headers }: FastifyRequest, reply: FastifyReply, next: (correlationId: string) => void): void => {
  const given = headers['x-correlation-id'];
  const correlationId = typeof given === 'string' && correlationPattern.test(given) ? given : newId();
  // Nothing is kept by a browser or a proxy on the way unless a route says so: most answers are about people.
  void reply.headers({ 'x-correlation-id': correlationId, 'cache-control': 'no-store' });
  scope.run({ correlationId }, () => next(correlationId));
};

/** Why a request can't be meant as it came. */
const whyRefused = ({ raw: { url = '', httpVersion, headers } }: FastifyRequest): Message | undefined =>
  whyAddressRefused(url) ?? (httpVersion === '1.1' && headers.host === undefined ? say('no-host-header') : undefined);

/** A Nest application on Fastify with the correlation id in a scope around every request. */
export const createHttpApp = async (module: Type, bodies: Bodies = 'json'): Promise<NestFastifyApplication> => {
  const adapter = new FastifyAdapter({
    bodyLimit,
    trustProxy: 'loopback',
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: 'idle',
    serverFactory: createHttpServer,
    clientErrorHandler: refuseUnreadable,
    // What Fastify refuses before there is a route, such as an address that can't be decoded.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => withCorrelation(request, reply, () => sendProblem(reply, request, toDomainError(error))),
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { bufferLogs: true, abortOnError: false, bodyParser: false });
  if (bodies === 'json') acceptJsonOnly(adapter);
  else forwardBodies(adapter);
  drainRequestsFirst(adapter);
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    withCorrelation(request, reply, (correlationId) => {
      const why = whyRefused(request);
      if (why) sendProblem(reply, request, new DomainError('malformed-request', why));
      else traceRequest(request, correlationId, done);
    });
  });
  adapter.getInstance().addHook('onResponse', (request, reply, done) => {
    observeRequest(request, reply);
    endRequestSpan(request, reply);
    done();
  });
  return app;
};

/**
 * Bodies of any type, unread but whole: a body over the limit is answered here with 413, while a stream would meet a service
 * that has hung up already and look like one that is away.
 */
const forwardBodies = (adapter: FastifyAdapter): void => {
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
};

/** A decoder that replaces what is no UTF-8, as of a cut emoji, would store a text that nobody sent. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON bodies only; a command whose fields are all optional may come without one. */
const acceptJsonOnly = (adapter: FastifyAdapter): void => {
  const fastify = adapter.getInstance();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    let text: string;
    try {
      text = utf8.decode(body as Buffer);
    } catch {
      return done(new DomainError('malformed-request', say('body-not-utf8')));
    }
    void parse(request, text, (error, value) => {
      if (error) return done(new DomainError('malformed-request', say('body-not-json')));
      try {
        requireModestJson(value);
      } catch (refused) {
        return done(refused as Error);
      }
      done(null, value);
    });
  });
};

/** Traces what the application does, where the settings ask for it, until it is closed. */
export const traceApp = async (app: NestFastifyApplication, service: string, { OTEL_EXPORTER_OTLP_ENDPOINT }: Pick<ServiceConfig, 'OTEL_EXPORTER_OTLP_ENDPOINT'>, log: Logger): Promise<void> => {
  const end = await startTracing(service, OTEL_EXPORTER_OTLP_ENDPOINT, log);
  app.getHttpAdapter().getInstance().addHook('onClose', end);
};

/** Tells what a request cost, without its body or query. */
const logRequests = (app: NestFastifyApplication, log: Logger): void => {
  app.getHttpAdapter().getInstance().addHook('onResponse', (request, reply, done) => {
    if (request.routeOptions.url !== '/health/ready') {
      log.info({ method: request.method, route: request.routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
    }
    done();
  });
};

const consumerProbe = async ({ running }: EventStrategy, sql: Tx): Promise<{ ok: boolean; detail: object }> => {
  const { rows: [row] } = await sql.query<{ parked: number }>(`SELECT count(DISTINCT subject)::int AS parked FROM parked_event WHERE reason <> 'waiting'`);
  return { ok: running?.joined ?? false, detail: { lag: running?.lag ?? null, parkedCases: row?.parked } };
};

/** Runs a service until it is told to stop: HTTP on Fastify, events by the process managers' transport where there is one. */
export const runService = async (module: Type, name: ServiceName): Promise<NestFastifyApplication> => {
  startMetrics(name);
  const app = await createHttpApp(module);
  requireAccessRows(app);
  const config = app.get<ServiceConfig>(CONFIG);
  const log = app.get<Logger>(LOG);
  app.useLogger(nestLogger(log));
  await traceApp(app, name, config, log);
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(log, app.get(DirectoryCopy).nameOf));
  app.useGlobalGuards(
    new AccessGuard(app.get<AccessTable>(ACCESS), config, keySource(config)),
    new IdempotencyKeyGuard(),
    new ConsistencyGuard(name, config.CONSISTENCY_SECRET, app.get<AwaitSeen>(AWAIT_SEEN)),
  );
  app.useGlobalInterceptors(new AnswerInterceptor());
  limitRequests(app, { places: config.REQUEST_LIMIT, ...bodyRoom(bodyLimit), counts: isServiceRoute });
  logRequests(app, log);
  app.enableShutdownHooks();
  const strategy = isSource(name) ? app.get(EventStrategy) : undefined;
  if (strategy) {
    app.connectMicroservice({ strategy }, { inheritAppConfig: false });
    app.get(HealthChecks).add({ name: 'consumer', probe: () => consumerProbe(strategy, app.get<Tx>(SQL)) });
  }
  await app.listen(config.PORT, config.HOST);
  if (strategy) await app.startAllMicroservices();
  if (strategy?.running) app.get(EventConsumers).add(strategy.running);
  log.info({ port: config.PORT }, 'listening');
  return app;
};
