import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { contextOf, inSpan, inSpanOf, inSpansOf, recordedTraceParentNow, traceParentNow, traceWith } from './tracing.js';

const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const other = '00-1bf7651916cd43dd8448eb211c80319d-c7ad6b7169203332-01';
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

beforeAll(() => { provider.register({ propagator: null }); });
afterAll(() => provider.shutdown());
afterEach(() => {
  exporter.reset();
  traceWith(undefined);
});

const spans = () => exporter.getFinishedSpans().map((span) => ({ name: span.name, trace: span.spanContext().traceId, id: span.spanContext().spanId, parent: span.parentSpanContext?.spanId, status: span.status, attributes: span.attributes }));

describe('a trace parent', () => {
  it.each([caller, caller.replace(/^00/, '01'), caller.replace(/^00/, 'cc').concat('-what-the-future-brings')])('is read: %s', (text) => {
    expect(contextOf(text)).toBeDefined();
  });

  it.each([
    undefined, '', 'undefined', caller.replace(/^00/, 'ff'), caller.slice(0, -1), caller.replace('b7ad', 'B7AD'), `${caller}7`,
    '00-00000000000000000000000000000000-b7ad6b7169203331-01', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', `x${caller}`,
  ])('that is none is taken for none: %s', (text) => {
    expect(contextOf(text)).toBeUndefined();
  });
});

describe('spans', () => {
  it('go on with the trace they are given, nest, and tell their place', async () => {
    traceWith(provider.getTracer('test'));
    const inner = await inSpan('outer', { parent: contextOf(caller) }, () => inSpan('inner', {}, async () => [traceParentNow(), recordedTraceParentNow()]));
    const [innerSpan, outerSpan] = spans();
    expect([outerSpan?.parent, innerSpan?.parent, new Set(spans().map(({ trace }) => trace))]).toEqual(['b7ad6b7169203331', outerSpan?.id, new Set(['0af7651916cd43dd8448eb211c80319c'])]);
    expect(inner).toEqual([`00-${innerSpan?.trace}-${innerSpan?.id}-01`, `00-${innerSpan?.trace}-${innerSpan?.id}-01`]);
  });

  it('tell of an error its name and code, and not what it says', async () => {
    traceWith(provider.getTracer('test'));
    const failure = Object.assign(new TypeError('Zhang San, 13800138000'), { code: '23505' });
    await expect(inSpan('work', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(spans()).toMatchObject([{ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': 'TypeError 23505' } }]);
    expect(JSON.stringify(spans())).not.toContain('13800138000');
  });

  it('are made for each of many traces, once, and for none where there is none', async () => {
    traceWith(provider.getTracer('test'));
    expect(await inSpansOf([caller, undefined, other, caller, 'nonsense'], 'batch', {}, async () => 7)).toBe(7);
    expect(spans().map(({ trace }) => trace)).toEqual(['0af7651916cd43dd8448eb211c80319c', '1bf7651916cd43dd8448eb211c80319d']);
    await inSpanOf(undefined, 'alone', {}, async () => undefined);
    await inSpanOf(other, 'one', {}, async () => undefined);
    expect(spans().slice(2)).toMatchObject([{ name: 'one', parent: 'c7ad6b7169203332' }]);
  });

  it('whose trace nobody records are sent along as such, and not kept', async () => {
    traceWith(provider.getTracer('test'));
    const told = await inSpan('quiet', { parent: contextOf(caller.replace(/01$/, '00')) }, async () => [traceParentNow()?.slice(-3), recordedTraceParentNow()]);
    expect([told, spans()]).toEqual([['-00', undefined], []]);
  });

  it('are not there while tracing is off', async () => {
    expect(await inSpan('work', { parent: contextOf(caller) }, async () => traceParentNow())).toBeUndefined();
    await inSpansOf([caller], 'batch', {}, async () => undefined);
    await inSpanOf(caller, 'one', {}, async () => undefined);
    expect(spans()).toEqual([]);
  });
});
