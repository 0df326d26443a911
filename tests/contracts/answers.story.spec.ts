import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '@lianban/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { caseDispatchedV1 } from '../../libs/contracts/src/events/case-dispatched.v1.js';
import { newId } from '../../libs/event-store/src/index.js';
import { entryOf } from '../../libs/kafka/test-support/events.js';
import { publish } from '../../libs/kafka/test-support/kafka.js';
import { demandOf, dueCallBack, eventually, orderOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from '../acceptance/running-system.js';

interface Operation { readonly parameters: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[] }
const document = JSON.parse(readFileSync(new URL('../../docs/generated/openapi.json', import.meta.url), 'utf8')) as { readonly paths: Record<string, Record<string, Operation>> };
const gets = Object.entries(document.paths).flatMap(([path, { get }]) => (get ? [[path, get] as const] : []));

/** Answers may hold what is documented and nothing else, though callers are told to expect more. */
const closed = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, closed(value)]));
  return copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined ? { ...copy, additionalProperties: false } : copy;
};
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'openapi.json', ...closed(document) as object });
const pointer = (...keys: string[]) => `openapi.json#/${keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

/** What an integrator's generated client relies on. Events are parked in all services meanwhile: those views are read in the worst hours. */
describe('what the interface answers is what it documents', () => {
  let system: RunningSystem;
  let values: Record<string, string>;
  let parkedCase: string;
  /** An event of intake, which all but intake read, and one of dispatch, which intake reads. Without the first version the second is parked. */
  const write = (version: number) => publish(system.kafkaBrokers.split(','), 'lianban.case', [
    entryOf(parkedCase, version), entryOf(parkedCase, version, { source: 'dispatch', type: caseDispatchedV1.type, data: caseDispatchedV1.example }),
  ]);
  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(system.gatewayUrl + path, { headers: { authorization: `Bearer ${await system.token('admin')}` } });
    return { status: response.status, body: await response.json() };
  };
  const parkedOf = async (service: string, caseId: string) =>
    ((await get(`/api/v1/operations/${service}/parked-events?caseId=${caseId}`)).body as { items: { parkedEventId: string }[] }).items;

  beforeAll(async () => {
    system = await runningSystem();
    const { as } = system.story();
    const { body: { caseId } } = await as('intake').registerCase(demandOf());
    await as('intake').accept(caseId, { level: 'simple' });
    const { body: { workOrders } } = await as('coordinator').dispatch(caseId, { lead: 'housing', assist: ['health'] });
    const workOrderId = orderOf(workOrders, 'housing');
    await as('operator:housing').sign(workOrderId, {});
    await as('operator:housing').complete(workOrderId, { result: '已处理。', withoutAssistants: '不需要。' });
    await as('callback').recordOutcome(await dueCallBack({ as }, caseId), { reached: true, resolved: true });

    const post = async <T>(path: string, body: object) => (await as('admin').post<T>('intake', path, body)).body;
    const building = 'cedar-park-b1';
    const { firmId } = await post<{ firmId: string }>('/api/v1/firms', { name: '澜光科技', building });
    const { planId } = await post<{ planId: string }>('/api/v1/visit-plans', { title: '十二月走访', territory: building, from: '2026-12-01', to: '2026-12-31', posts: [{ post: 'specialist', portfolio: 'economy', quota: 1 }] });
    const { visitId } = await post<{ visitId: string }>('/api/v1/visits', { firmId, post: 'specialist', portfolio: 'economy' });
    parkedCase = newId();
    await write(2);
    for (const service of serviceNames) await eventually(() => parkedOf(service, parkedCase), (items) => expect(items.length).toBeGreaterThan(0));
    values = { caseId, workOrderId, firmId, planId, visitId, code: 'housing', year: '2026', period: '2026-11', month: '2026-11' };
  }, startLimitMs + storyLimitMs);

  const valueOf = async (path: string, name: string): Promise<string> => {
    if (name === 'parkedEventId') return (await parkedOf(path.split('/')[4] as string, parkedCase))[0]?.parkedEventId ?? '';
    if (name === 'id') return ((await get('/api/v1/sla/policies')).body as { items: { id: string }[] }).items[0]?.id ?? '';
    return values[name] ?? `no value for ${name}`;
  };

  it.each(gets)('GET %s', async (path, { parameters }) => {
    let filled = path;
    const query: string[] = [];
    for (const { name, in: place, required } of parameters) {
      if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(await valueOf(path, name)));
      else if (place === 'query' && required) query.push(`${name}=${await valueOf(path, name)}`);
    }
    const { status, body } = await get(`${filled}?${query.join('&')}`);
    expect([status, body]).toEqual([200, expect.anything()]);
    const fits = ajv.getSchema(pointer('paths', path, 'get', 'responses', '200', 'content', 'application/json', 'schema'));
    expect([fits?.(body), fits?.errors]).toEqual([true, null]);
  }, storyLimitMs);

  it('and nothing is parked once the missing versions have come', async () => {
    await write(1);
    for (const service of serviceNames) await eventually(() => parkedOf(service, parkedCase), (items) => expect(items).toEqual([]));
  }, storyLimitMs);
});
