import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, problemOf, runningSystem, startLimitMs, storyLimitMs, type RunningSystem } from './running-system.js';

interface Recorded { readonly visitId: string; readonly householdId?: string; readonly cases: readonly { readonly caseId: string; readonly caseNo: string }[] }
interface Answers { readonly items: readonly { readonly key?: string; readonly status: number; readonly visit?: Recorded; readonly problem?: { readonly code: string; readonly errors: readonly { readonly field: string }[] } }[] }
interface Plan { readonly planId: string; readonly posts: readonly { readonly post: string; readonly quota: number; readonly done: number }[] }
interface Place { readonly territory: string; readonly firms: number; readonly firmsSeen: number; readonly firmsNeverSeen: number; readonly visits: number; readonly demands: number }
interface Firm { readonly firmId: string }

let system: RunningSystem;
beforeAll(async () => { system = await runningSystem(); }, startLimitMs);

/** Text 0: a team visits firms building by building and finds demands before they are raised. */
describe('a visit round of one building', () => {
  const building = 'grain-exchange';

  it('is planned, synchronised from a device without network, counted once, and shows who is left', async () => {
    const { as } = system.story();
    const run = String(Date.now());
    const firms: string[] = [];
    for (const name of ['甲', '乙', '丙']) firms.push((await as('grid').post<Firm>('intake', '/api/v1/firms', { name: `${name}字商行${run}`, building, floor: '3' })).body.firmId);
    const [today] = new Date(Date.now() + 8 * 3_600_000).toISOString().split('T');
    const yesterday = new Date(Date.now() - 16 * 3_600_000).toISOString().slice(0, 10);
    expect(await problemOf(as('coordinator').post('intake', '/api/v1/visit-plans', { title: '扫楼', territory: 'old-market', from: today, to: today, posts: [{ post: 'building-head', quota: 3 }] })))
      .toMatchObject({ status: 400, errors: [{ field: 'territory' }] });
    const { body: { planId } } = await as('coordinator').post<Plan>('intake', '/api/v1/visit-plans', {
      title: '粮行中心扫楼', territory: building, from: yesterday, to: today, posts: [{ post: 'building-head', quota: 3 }],
    });
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const records = [
      { key: `${run}/1`, firmId: firms[0], planId, post: 'building-head', occurredAt: at, demands: [{ title: '电梯常停', description: '三号电梯每天停两次。' }] },
      { key: `${run}/2`, firmId: firms[1], planId, post: 'building-head', occurredAt: at },
      { key: `${run}/3`, firmId: firms[2], planId, post: 'building-head', occurredAt: at, met: false },
      { key: `${run}/4`, firmId: firms[1], planId, post: 'grid-worker', occurredAt: at },
      { key: `${run}/5`, firmId: firms[1], occurredAt: new Date(Date.now() - 8 * 86_400_000).toISOString() },
    ];
    const sync = () => as('grid').post<Answers>('intake', '/api/v1/visits/bulk', { records });
    const { body: first } = await sync();
    expect(first.items.map(({ status, problem }) => [status, problem?.errors[0]?.field])).toEqual([[201, undefined], [201, undefined], [201, undefined], [400, 'planId'], [400, 'occurredAt']]);
    expect((await sync()).body.items.map(({ visit }) => visit)).toEqual(first.items.map(({ visit }) => visit));
    // The single call knows the key too.
    const { key, ...alone } = records[1] ?? {};
    expect((await as('grid').post<Recorded>('intake', '/api/v1/visits', alone, { idempotencyKey: key })).body).toEqual(first.items[1]?.visit);

    const caseId = first.items[0]?.visit?.cases[0]?.caseId ?? '';
    const { body: { items } } = await eventually(() => as('analyst').timeline(caseId), ({ body }) => expect(body.items.map(({ type }) => type)).toContain('lianban.case.contacted.v1'));
    expect(new Set(items.filter(({ service }) => service === 'intake').map(({ occurredAt }) => occurredAt))).toEqual(new Set([at]));
    expect((await as('grid').getCase(caseId)).body).toMatchObject({ channel: 'visit' });

    expect((await as('supervisor').get<Plan>('intake', `/api/v1/visit-plans/${planId}`)).body.posts).toMatchObject([{ post: 'building-head', quota: 3, done: 2 }]);
    await eventually(() => as('analyst').get<{ items: readonly Place[] }>('insight', '/api/v1/insight/visits/coverage'), ({ body }) =>
      expect(body.items.find(({ territory }) => territory === building)).toMatchObject({ firms: 3, firmsSeen: 2, firmsNeverSeen: 1, visits: 2, demands: 1 }));
    const { body: unseen } = await as('grid').get<{ items: readonly { firmId: string; lastVisitedAt?: string }[] }>('insight', '/api/v1/insight/visits/unseen', { territory: building });
    expect(firms.map((each) => unseen.items.find(({ firmId }) => firmId === each)?.lastVisitedAt !== undefined)).toEqual([true, true, false]);
    expect((await as('grid').get<{ items: readonly Firm[] }>('intake', '/api/v1/firms', { building, unseenSince: today })).body.items.map(({ firmId }) => firmId)).toContain(firms[2]);

    expect(await problemOf(as('operator:housing').get('intake', '/api/v1/visits'))).toMatchObject({ status: 403 });
    const { body: household } = await as('grid').post<Recorded>('intake', '/api/v1/visits', { household: { door: '1-101', name: '钱桂芳' }, territory: 'ferry-court-b2-s1', met: true });
    expect(household.householdId).toMatch(/^[0-9a-f-]{36}$/);
  }, storyLimitMs);
});
