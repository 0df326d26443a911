/** The steps of which the lives of a fault run are made, through the public API. */
import type { ConsistencyJar } from '@lianban/tools/client/index';
import { LianbanApiError, lianbanClient, UnreachableError, type CallOptions, type LianbanClient, type Persona, type RegisterCase } from '@lianban/tools/client/index';
import type { Chance } from '@lianban/tools/feed/chance';
import { pause } from './recorder.js';

/** What a life needs: its clients share one jar of consistency tokens, so that each waits for what the others have done. */
export interface Desk {
  readonly name: string;
  readonly chance: Chance;
  readonly jar: ConsistencyJar;
  readonly signal: AbortSignal;
  readonly gatewayUrl: string;
  readonly fetch: typeof fetch;
  token(persona: Persona, options?: { import?: boolean }): Promise<string>;
}

/** The system did not do its part in time; what is wrong with it the checker finds out. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/** Repeats go on for this long: longer than most faults, shorter than some, so that some commands stay without an answer. */
const patience = { budgetMs: 25_000, firstDelayMs: 50, maxDelayMs: 1_500 };
const reactionWithinMs = 60_000;

export const as = (desk: Desk, persona: Persona, options?: { import?: boolean }): LianbanClient =>
  lianbanClient({ gatewayUrl: desk.gatewayUrl, token: () => desk.token(persona, options), jar: desk.jar, patience, fetch: desk.fetch });

/** Without a key a client must not repeat; a few do without. */
export const keyOf = (desk: Desk, step: string): CallOptions =>
  ({ signal: desk.signal, ...(desk.chance.of(`${step}: key`) < 0.93 ? { idempotencyKey: `${desk.name}:${step}` } : {}) });

export const think = (desk: Desk, step: string) => pause(desk.chance.of(`${step}: think`) * 120, desk.signal);

export const departments = ['housing', 'fire-rescue', 'urban-management', 'market-regulation', 'landscaping', 'water-company'] as const;
export const leadOf = (desk: Desk) => desk.chance.pick('lead', departments);
export const operator = (department: string): Persona => `operator:${department}`;

const demandOf = (desk: Desk, change: Partial<RegisterCase> = {}): RegisterCase => ({
  title: `故障演练 ${desk.name}`, description: '东门外两盏路灯坏了半个月。', channel: 'hotline', territory: 'riverside-grid-01',
  requester: { kind: 'resident', name: '演练居民' }, ...change,
});

export const register = async (desk: Desk, change?: Partial<RegisterCase>, step = 'register'): Promise<string> =>
  (await as(desk, 'intake', { import: change?.occurredAt !== undefined }).registerCase(demandOf(desk, change), keyOf(desk, step))).body.caseId;

export const accept = async (desk: Desk, caseId: string, step = 'accept') => {
  await think(desk, step);
  await as(desk, 'intake').accept(caseId, { level: desk.chance.pick('level', ['simple', 'general', 'urgent']) }, keyOf(desk, step));
};

export const dispatch = async (desk: Desk, caseId: string, lead: string, assist: readonly string[] = [], step = 'dispatch') => {
  await think(desk, step);
  const { body } = await as(desk, 'coordinator').dispatch(caseId, { lead, assist: [...assist] }, keyOf(desk, step));
  const of = (department: string) => body.workOrders.findLast((order) => order.department === department)?.workOrderId ?? '';
  return { lead: of(lead), assist: assist.map(of) };
};

export const handle = async (desk: Desk, department: string, workOrderId: string, step: string) => {
  const client = as(desk, operator(department));
  await think(desk, `${step}-sign`);
  await client.sign(workOrderId, {}, keyOf(desk, `${step}-sign`));
  if (desk.chance.of(`${step}: progresses`) < 0.3) await client.progress(workOrderId, { note: '正在处理' }, keyOf(desk, `${step}-progress`));
  await think(desk, `${step}-complete`);
  await client.complete(workOrderId, { result: '已处理。' }, keyOf(desk, `${step}-complete`));
};

export const reach = (desk: Desk, department: string, workOrderId: string, milestone: string, step: string) =>
  as(desk, operator(department)).reachMilestone(workOrderId, { milestone }, keyOf(desk, step));

/** Once it has closed; sometimes two clerks at once, of whom one wins. */
export const reopen = async (desk: Desk, caseId: string) => {
  await think(desk, 'reopen');
  const steps = desk.chance.of('reopened by two') < 0.3 ? ['reopen', 'reopen-b'] : ['reopen'];
  const done = await both(...steps.map((step) => as(desk, 'intake').reopen(caseId, { reason: '路灯又不亮了。' }, keyOf(desk, step))));
  const [first] = done;
  if (first?.status === 'rejected' && done.every(({ status }) => status === 'rejected')) throw first.reason;
};

export const closing = (desk: Desk, caseId: string) =>
  awaitInReadModel(desk, 'the closing', ({ status }) => (status === 'closed' ? true : undefined), caseId);

/** Reactions of other services come when they come: the read side tells of them. */
export const awaitInReadModel = async <T>(desk: Desk, what: string, pick: (row: Awaited<ReturnType<LianbanClient['insightCase']>>['body']) => T | undefined, caseId: string): Promise<T> => {
  const until = Date.now() + reactionWithinMs;
  while (Date.now() < until && !desk.signal.aborted) {
    const row = await as(desk, 'analyst').insightCase(caseId).catch((error: unknown) => {
      if (error instanceof LianbanApiError || error instanceof UnreachableError) return undefined;
      throw error;
    });
    const found = row && pick(row.body);
    if (found !== undefined) return found;
    await pause(250, desk.signal);
  }
  throw new GaveUp(`${what} of ${caseId} did not come within ${reactionWithinMs / 1000} s`);
};

/** The due one, or the one that is done when two record at once; of the case's own demand, or of one that joined. */
export const callBackOf = (desk: Desk, caseId: string, round: number, joined?: string) =>
  awaitInReadModel(desk, `the call-back of round ${round}`, ({ callBacks }) =>
    callBacks.find((callBack) => callBack.round === round && callBack.demandCaseId === joined && callBack.status !== 'cancelled')?.callBackId, caseId);

export const record = (desk: Desk, callBackId: string, satisfied: boolean, step: string) =>
  as(desk, 'callback').recordOutcome(callBackId, satisfied
    ? { reached: true, resolved: true, satisfaction: 5 }
    : { reached: true, resolved: false, satisfaction: 1, unitAtFault: true }, keyOf(desk, step));

/** What somebody has just been told was done, the read side shows to whoever holds the tokens. */
export const look = (desk: Desk, caseId: string) => as(desk, 'analyst').timeline(caseId).catch(() => undefined);

export const untilAnswered = async (desk: Desk, change?: Partial<RegisterCase>) => {
  const caseId = await register(desk, change);
  await as(desk, 'intake').contact(caseId, {}, keyOf(desk, 'contact'));
  await accept(desk, caseId);
  const lead = leadOf(desk);
  const assist = desk.chance.of('assisted') < 0.4 ? departments.filter((each) => each !== lead).slice(0, 1) : [];
  const orders = await dispatch(desk, caseId, lead, assist);
  for (const [index, department] of assist.entries()) await handle(desk, department, orders.assist[index] ?? '', `assist${index}`);
  await handle(desk, lead, orders.lead, 'lead');
  await look(desk, caseId);
  return { caseId, lead };
};

/** Waits for all, and throws nothing unless nobody got anywhere because the system was away. */
export async function both<T>(...work: readonly Promise<T>[]): Promise<PromiseSettledResult<T>[]>;
export async function both(...work: readonly Promise<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
  const settled = await Promise.allSettled(work);
  const unexpected = settled.find((each) => each.status === 'rejected' && !(each.reason instanceof LianbanApiError || each.reason instanceof UnreachableError || each.reason instanceof GaveUp));
  if (unexpected?.status === 'rejected') throw unexpected.reason;
  return settled;
}
