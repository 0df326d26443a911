import { context, isSpanContextValid, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Attributes, Context, Span, SpanKind, TimeInput, Tracer } from '@opentelemetry/api';

/**
 * Spans of a demand on its way: request, command, append, publishing, reaction, projection. Off until `traceWith` gives a tracer, and then
 * the one cost is a look at a variable. Attributes are names, codes and ids; never a message of an error or what a person wrote.
 */
let tracer: Tracer | undefined;

/** Turns tracing on for the process, or off. */
export const traceWith = (given: Tracer | undefined): void => { tracer = given; };

const form = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** The context that a W3C `traceparent` names; undefined when there is none or it is not well formed. */
export const contextOf = (traceParent: string | undefined): Context | undefined => {
  const [, traceId = '', spanId = '', flags = ''] = form.exec(traceParent ?? '') ?? [];
  const spanContext = { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(spanContext) ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : undefined;
};

/** The span under way as W3C `traceparent`, to be sent along; undefined without one. */
export const traceParentNow = (): string | undefined => {
  const spanContext = tracer && trace.getActiveSpan()?.spanContext();
  return spanContext && `00-${spanContext.traceId}-${spanContext.spanId}-0${spanContext.traceFlags & TraceFlags.SAMPLED}`;
};

/** The same, to be kept with an event: only where somebody records the trace. */
export const recordedTraceParentNow = (): string | undefined => {
  const traceParent = traceParentNow();
  return traceParent?.endsWith('1') ? traceParent : undefined;
};

export interface SpanSpec {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Where the span belongs; without it, to the one under way. */
  readonly parent?: Context;
  /** When it began, if that was earlier. */
  readonly startTime?: TimeInput;
}

/** A span that the caller ends. Undefined while tracing is off. */
export const startSpan = (name: string, { kind, attributes, startTime, parent = context.active() }: SpanSpec = {}): Span | undefined =>
  tracer?.startSpan(name, { kind, attributes, startTime }, parent);

/** Notes that it failed, by the error's name and code: its message may quote what a person wrote. */
export const failSpan = (span: Span, error: unknown): void => {
  const { name = 'Error', code } = (error ?? {}) as { name?: string; code?: unknown };
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', typeof code === 'string' ? `${name} ${code}` : name);
};

/** Runs `work` inside a span, so that what it starts belongs to it; rejects with what `work` threw. */
export const inSpan = async <T>(name: string, spec: SpanSpec, work: () => Promise<T>): Promise<T> => {
  const span = startSpan(name, spec);
  if (!span) return work();
  try {
    return await context.with(trace.setSpan(spec.parent ?? context.active(), span), work);
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
};

/** Goes on with the trace of a thing that carries a `traceparent`; without one there is no span. */
export const inSpanOf = <T>(traceParent: string | undefined, name: string, spec: Omit<SpanSpec, 'parent'>, work: () => Promise<T>): Promise<T> => {
  const parent = tracer && contextOf(traceParent);
  return parent ? inSpan(name, { ...spec, parent }, work) : work();
};

/** Begins a span in each trace that one of these things has been in. @returns how to end them, with the error of what failed */
export const startSpansOf = (traceParents: Iterable<string | undefined>, name: string, spec: Omit<SpanSpec, 'parent'>): ((error?: unknown) => void) => {
  const spans = !tracer ? [] : [...new Set(traceParents)].flatMap((traceParent) => {
    const parent = contextOf(traceParent);
    return parent ? startSpan(name, { ...spec, parent }) ?? [] : [];
  });
  return (error) => {
    for (const span of spans) {
      if (error !== undefined) failSpan(span, error);
      span.end();
    }
  };
};

/** Runs `work` for things that have each been in a trace of their own: each of those traces gets a span of it. */
export const inSpansOf = async <T>(traceParents: Iterable<string | undefined>, name: string, spec: Omit<SpanSpec, 'parent'>, work: () => Promise<T>): Promise<T> => {
  const end = startSpansOf(traceParents, name, spec);
  try {
    const result = await work();
    end();
    return result;
  } catch (error) {
    end(error);
    throw error;
  }
};
