import { context, diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { contextOf, startSpan, traceParentNow, traceWith } from '@lianban/event-store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isOwnRoute } from './metrics.js';

/**
 * Sends spans by OTLP over HTTP to `endpoint`; the exporter reads this and the other standard variables (`OTEL_…`) itself. Without an endpoint nothing
 * of the SDK is loaded. A collector that is away costs spans and nothing else.
 * @returns what flushes and ends it
 */
export const startTracing = async (service: string, endpoint: string | undefined, log: Pick<Logger, 'info' | 'warn'>): Promise<() => Promise<void>> => {
  if (endpoint === undefined) return async () => undefined;
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'), import('@opentelemetry/exporter-trace-otlp-http'), import('@opentelemetry/resources'),
  ]);
  // The SDK's complaints, mostly about a collector that is away.
  const complain = (message: string) => log.warn({ tracing: message.slice(0, 500) }, 'tracing');
  diag.setLogger({ error: complain, warn: complain, info: () => undefined, debug: () => undefined, verbose: () => undefined }, DiagLogLevel.WARN);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `lianban-${service}`, 'service.instance.id': String(process.pid) }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  // No propagator: the only thing that travels is `traceparent`, by our own hand; baggage could carry anything.
  provider.register({ propagator: null });
  traceWith(provider.getTracer('lianban'));
  log.info({ endpoint }, 'tracing is on');
  return async () => {
    traceWith(undefined);
    await provider.shutdown().catch((error: Error) => complain(error.message));
  };
};

const spans = new WeakMap<FastifyRequest, Span>();

/** Goes on inside a span of the request, as a child of the caller's where there is one. The address itself may hold personal data: the span has the pattern. */
export const traceRequest = (request: FastifyRequest, correlationId: string, next: () => void): void => {
  const { method, headers, routeOptions: { url: route = 'none' } } = request;
  if (isOwnRoute(route)) return next();
  const parent = contextOf(String(headers.traceparent)) ?? ROOT_CONTEXT;
  const span = startSpan(`${method} ${route}`, {
    kind: SpanKind.SERVER, parent, attributes: { 'http.request.method': method, 'http.route': route, 'lianban.correlation_id': correlationId },
  });
  if (!span) return next();
  spans.set(request, span);
  context.with(trace.setSpan(parent, span), next);
};

/** What tells the next service whose child its span is. */
export const traceHeader = (): { traceparent?: string } => {
  const traceparent = traceParentNow();
  return traceparent === undefined ? {} : { traceparent };
};

export const endRequestSpan = (request: FastifyRequest, { statusCode }: FastifyReply): void => {
  const span = spans.get(request);
  if (!span) return;
  span.setAttribute('http.response.status_code', statusCode);
  if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
};
