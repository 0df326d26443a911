import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topics, writersOf } from '@lianban/contracts';
import { ConsistencyJar, lianbanClient } from '../../tools/src/client/index.js';
import { startStack, type Stack } from '../../tools/src/stack.js';
import { otlpCollector } from './otlp-collector.js';
import { demandOf, dueCallBack, eventually, orderOf, startLimitMs, storyLimitMs, type Story } from './running-system.js';
import { wholeTopic } from './whole-topic.js';

const root = new URL('../../', import.meta.url).pathname;
const personal = { name: '司马追踪', phone: '13877776666', address: '鹭台小区3栋303室' };
const words = '追踪用的标题与描述';

/** A system of its own, since the one that the other stories share has tracing off, as by default. */
describe('with tracing on', () => {
  const dataDir = join(tmpdir(), `lianban-trace-${process.pid}`);
  let collector: Awaited<ReturnType<typeof otlpCollector>>;
  let stack: Stack;
  let story: Story;

  beforeAll(async () => {
    collector = await otlpCollector();
    mkdirSync(dataDir, { mode: 0o755 });
    stack = await startStack({
      dataDir, ports: 'free', empty: true,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200', KAFKA_BROKERS: '', DATABASE_URL: '' },
    });
    const jar = new ConsistencyJar();
    story = { as: (persona) => lianbanClient({ gatewayUrl: stack.gatewayUrl, token: () => stack.token(persona), jar }) };
  }, startLimitMs);

  afterAll(async () => {
    await stack?.stop();
    await collector?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  const settled = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId);
  const named = (name: string) => collector.spans.filter((span) => span.name === name);

  it('one trace follows a demand from the gateway over Kafka to the read model, and nothing personal goes along', async () => {
    const { as } = story;
    const { body: { caseId } } = await as('intake').registerCase(demandOf({ title: words, description: words, requester: { kind: 'resident', ...personal } }));
    await as('intake').accept(caseId, { level: 'simple' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'housing' });
    await as('operator:housing').sign(orderOf(workOrders, 'housing'), {});
    await as('operator:housing').complete(orderOf(workOrders, 'housing'), { result: words });
    await as('callback').recordOutcome(await dueCallBack(story, caseId), { reached: true, resolved: true, satisfaction: 5, comment: words });
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'));

    const [start] = await eventually(async () => named('POST /api/v1/cases'), (spans) => expect(spans.map(({ service }) => service).sort()).toEqual(['lianban-gateway', 'lianban-intake']));
    const traceId = start?.traceId ?? '';
    // The demand, sla's reaction to it, and both events in the read model.
    const spans = await eventually(async () => settled(traceId), (all) => {
      const names = new Set(all.map(({ service, name }) => `${service}: ${name}`));
      for (const name of [
        'lianban-gateway: POST /api/v1/cases', 'lianban-intake: POST /api/v1/cases', 'lianban-intake: command', 'lianban-intake: publish intake',
        'lianban-sla: react lianban.case.registered.v1', 'lianban-sla: publish sla', 'lianban-insight: project cases',
      ]) expect(names).toContain(name);
      expect(all.filter(({ name }) => name === 'project cases').length).toBeGreaterThanOrEqual(2);
    });
    // Each span but the first hangs on another of the same trace.
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(spans.filter(({ parentSpanId }) => !ids.has(parentSpanId)).map(({ service, name }) => `${service}: ${name}`)).toEqual(['lianban-gateway: POST /api/v1/cases']);

    // What the call-back's outcome led to, three services further on, is one trace too.
    const [outcome] = await eventually(async () => named('POST /api/v1/call-backs/:callBackId/outcome'), (found) => expect(found).not.toEqual([]));
    await eventually(async () => settled(outcome?.traceId ?? '').map(({ service, name }) => `${service}: ${name}`), (names) => expect(names).toContain('lianban-intake: react lianban.call-back.recorded.v2'));

    const messages = (await wholeTopic(stack.kafkaBrokers, 'lianban.case')).filter(({ key }) => key === caseId);
    const registered = messages.find(({ headers }) => String(headers.ce_type) === 'lianban.case.registered.v1');
    expect(String(registered?.headers.ce_traceparent)).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    // What a notice came to is written by a timer, which nobody traces.
    expect(messages.filter(({ headers }) => headers.ce_traceparent === undefined).map(({ headers }) => String(headers.ce_type)).filter((type) => type !== 'lianban.requester.told.v1')).toEqual([]);

    for (const secret of [...Object.values(personal), words]) expect(collector.received()).not.toContain(secret);
  }, storyLimitMs);

  it('a caller may bring a trace along, and none is begun for what nobody records', async () => {
    const authorization = `Bearer ${await stack.token('intake')}`;
    const ask = (traceparent: string) => fetch(`${stack.gatewayUrl}/api/v1/departments`, { headers: { traceparent, authorization } });
    await ask('00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-00');
    await ask('00-cccccccccccccccccccccccccccccccc-dddddddddddddddd-01');
    await eventually(async () => settled('c'.repeat(32)), (spans) => {
      expect(spans.find(({ service }) => service === 'lianban-gateway')?.parentSpanId).toBe('d'.repeat(16));
      expect(spans.map(({ service }) => service)).toContain('lianban-dispatch');
    });
    expect(settled('a'.repeat(32))).toEqual([]);
  }, storyLimitMs);

  it('every process shows its metrics, and they tell of the case', async () => {
    const texts = new Map(await Promise.all(Object.entries(stack.serviceUrls).map(async ([name, url]) => [name, await (await fetch(`${url}/metrics`)).text()] as const)));
    const value = (service: string, series: string): number => {
      const line = (texts.get(service) ?? '').split('\n').find((each) => each.startsWith(series.split('{')[0] ?? '') && [...series.matchAll(/\w+="[^"]*"/g)].every(([label]) => each.includes(label)));
      return Number(line?.split(' ').at(-1));
    };
    expect(value('gateway', 'lianban_http_request_duration_seconds_count{route="/api/v1/cases",status="2xx"}')).toBeGreaterThan(0);
    expect(value('intake', 'lianban_commands_total{route="POST /api/v1/cases",outcome="done"}')).toBe(1);
    expect(value('intake', 'lianban_append_duration_seconds_count{outcome="committed"}')).toBeGreaterThan(1);
    expect(value('intake', 'lianban_events_appended_total{type="lianban.case.registered.v1"}')).toBe(1);
    expect(value('intake', 'lianban_append_group_commands_count')).toBeGreaterThan(0);
    for (const service of writersOf(topics.case)) {
      expect([service, value(service, 'lianban_relay_leading')]).toEqual([service, 1]);
      expect([service, value(service, 'lianban_relay_published_events_total')]).toEqual([service, expect.any(Number)]);
      expect(value(service, `lianban_consumer_joined{consumer="${service}"}`)).toBe(1);
      expect(value(service, `lianban_consumer_events_total{consumer="${service}",outcome="applied"}`)).toBeGreaterThan(0);
      expect(value(service, 'lianban_pool_connections{state="idle"}')).toBeGreaterThan(0);
    }
    expect(value('insight', 'lianban_consumer_delay_seconds_count{consumer="insight.cases"}')).toBeGreaterThan(0);
    expect(value('insight', 'lianban_projection_rows_total{table="cases"}')).toBeGreaterThan(0);
    expect(value('sla', 'lianban_timers_late_seconds')).toBeGreaterThanOrEqual(0);
    // No number of what a process does not do.
    expect(texts.get('gateway')).not.toMatch(/^lianban_relay_(leading|lag)/m);

    // Everything shown is in the table, and every label is one that has few values.
    const table = readFileSync(join(root, 'docs/generated/metrics.md'), 'utf8');
    const all = [...texts.values()].join('\n');
    const names = new Set([...all.matchAll(/^# TYPE (lianban_\w+)/gm)].map(([, name = '']) => name));
    expect([...names].filter((name) => !table.includes(`| \`${name}\` |`))).toEqual([]);
    expect(all).not.toMatch(/="[^"]*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/);
    for (const secret of [...Object.values(personal), words]) expect(all).not.toContain(secret);
  }, storyLimitMs);
});

describe('with tracing off, as by default', () => {
  it('no module of the SDK is loaded', () => {
    const script = `
      const loaded = [];
      const { registerHooks, register } = await import('node:module');
      const { startTracing } = await import('./libs/service-kit/dist/process/tracing.js');
      await startTracing('probe', process.argv[1] || undefined, { info() {}, warn() {} });
      const { createRequire } = await import('node:module');
      console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache).filter((file) => /@opentelemetry.(sdk|exporter|otlp)/.test(file)).length));
      process.exit(0);`;
    const count = (endpoint: string) => Number(spawnSync(process.execPath, ['--input-type=module', '-e', script, endpoint], { cwd: root, encoding: 'utf8' }).stdout);
    expect(count('')).toBe(0);
    expect(count('http://127.0.0.1:1')).toBeGreaterThan(10);
  });
});
