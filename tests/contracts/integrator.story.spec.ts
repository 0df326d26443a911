import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import cloudevents from 'cloudevents';
import { dueCallBack, demandOf, eventually, orderOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from '../acceptance/running-system.js';
import { wholeTopic, type TopicMessage } from '../acceptance/whole-topic.js';

const toEvent = ({ headers, key, value }: TopicMessage) =>
  cloudevents.Kafka.toEvent<Record<string, unknown>>({ headers: { ...headers }, key, value, body: value } as never) as InstanceType<typeof cloudevents.CloudEvent<Record<string, unknown>>>;

/** What an integrator builds on: the official SDK, the published schemas, and the order within (source, stream). */
describe('the topic, read by an integrator', () => {
  let system: RunningSystem;
  let caseId: string;
  beforeAll(async () => {
    system = await runningSystem();
    const { as } = system.story();
    ({ body: { caseId } } = await as('intake').registerCase(demandOf()));
    await as('intake').contact(caseId, {});
    await as('intake').accept(caseId, { level: 'simple' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'housing' });
    await as('operator:housing').sign(orderOf(workOrders, 'housing'), {});
    await as('operator:housing').complete(orderOf(workOrders, 'housing'), { result: '已处理。' });
    await as('callback').recordOutcome(await dueCallBack({ as }, caseId), { reached: true, resolved: true, satisfaction: 5 });
    await eventually(() => as('analyst').insightCase(caseId), ({ body }) => expect(body.status).toBe('closed'));
  }, startLimitMs + storyLimitMs);

  it.each(['lianban.case', 'lianban.directory'])('%s holds CloudEvents that fit the published schemas', async (topic) => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const check = new Map<string, ReturnType<typeof ajv.compile>>();
    const messages = await wholeTopic(system.kafkaBrokers, topic);
    expect(messages.length).toBeGreaterThan(9);
    for (const message of messages) {
      const event = toEvent(message);
      expect(event.validate()).toBe(true);
      expect(event).toMatchObject({ specversion: '1.0', datacontenttype: 'application/json', subject: message.key, partitionkey: message.key });
      expect(event.source).toMatch(/^\/lianban\/(intake|dispatch|sla|satisfaction)$/);
      expect(event.correlationid).toBeTruthy();
      expect(event.causationid).toBeTruthy();
      let fits = check.get(event.type);
      if (!fits) {
        fits = ajv.compile(JSON.parse(readFileSync(new URL(`../../docs/generated/schemas/${event.type}.json`, import.meta.url), 'utf8')) as object);
        check.set(event.type, fits);
      }
      expect([event.type, fits(event.data), fits.errors]).toEqual([event.type, true, null]);
    }
  }, storyLimitMs);

  it('tells one case in one partition, each source in its own order without a gap', async () => {
    const messages = await wholeTopic(system.kafkaBrokers, 'lianban.case');
    const mine = messages.filter(({ key }) => key === caseId);
    expect(new Set(mine.map(({ partition }) => partition)).size).toBe(1);
    const versions = new Map<string, number[]>();
    for (const event of mine.map(toEvent)) {
      const seen = versions.get(event.source) ?? [];
      const version = Number(event.streamversion);
      // At least once: a version one has had is dropped.
      if (!seen.includes(version)) versions.set(event.source, [...seen, version]);
    }
    expect([...versions.keys()].sort()).toEqual(['/lianban/dispatch', '/lianban/intake', '/lianban/satisfaction', '/lianban/sla']);
    for (const seen of versions.values()) expect(seen).toEqual(seen.map((_, index) => index + 1));
  }, storyLimitMs);

  it('tells the 32 departments', async () => {
    const departments = new Map<string, string>();
    for (const event of (await wholeTopic(system.kafkaBrokers, 'lianban.directory')).map(toEvent)) {
      if (event.type === 'lianban.directory.department-changed.v1') departments.set(String(event.subject), String(event.data?.kind));
    }
    expect([...departments.values()].filter((kind) => kind === 'department')).toHaveLength(32);
  }, storyLimitMs);
});
