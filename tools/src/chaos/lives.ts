/** What happens to a case in a fault run: whole lives through the public API, some of them with two people at it at once. */
import type { ConsistencyJar } from '../client/index.js';
import { LianbanApiError, lianbanClient, UnreachableError, type CallOptions, type LianbanClient, type Persona, type RegisterCase } from '../client/index.js';
import type { Chance } from '../feed/chance.js';
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

const as = (desk: Desk, persona: Persona, options?: { import?: boolean }): LianbanClient =>
  lianbanClient({ gatewayUrl: desk.gatewayUrl, token: () => desk.token(persona, options), jar: desk.jar, patience, fetch: desk.fetch });

/** Without a key a client must not repeat; a few do without. */
const keyOf = (desk: Desk, step: string): CallOptions =>
  ({ signal: desk.signal, ...(desk.chance.of(`${step}: key`) < 0.93 ? { idempotencyKey: `${desk.name}:${step}` } : {}) });

const think = (desk: Desk, step: string) => pause(desk.chance.of(`${step}: think`) * 120, desk.signal);

const departments = ['housing', 'fire-rescue', 'urban-management', 'market-regulation', 'landscaping', 'water-company'] as const;
const leadOf = (desk: Desk) => desk.chance.pick('lead', departments);
const operator = (department: string): Persona => `operator:${department}`;

const demandOf = (desk: Desk, change: Partial<RegisterCase> = {}): RegisterCase => ({
  title: `故障演练 ${desk.name}`, description: '东门外两盏路灯坏了半个月。', channel: 'hotline', territory: 'riverside-grid-01',
  requester: { kind: 'resident', name: '演练居民' }, ...change,
});

const register = async (desk: Desk, change?: Partial<RegisterCase>): Promise<string> =>
  (await as(desk, 'intake', { import: change?.occurredAt !== undefined }).registerCase(demandOf(desk, change), keyOf(desk, 'register'))).body.caseId;

const accept = async (desk: Desk, caseId: string) => {
  await think(desk, 'accept');
  await as(desk, 'intake').accept(caseId, { level: desk.chance.pick('level', ['simple', 'general', 'urgent']) }, keyOf(desk, 'accept'));
};

const dispatch = async (desk: Desk, caseId: string, lead: string, assist: readonly string[] = [], step = 'dispatch') => {
  await think(desk, step);
  const { body } = await as(desk, 'coordinator').dispatch(caseId, { lead, assist: [...assist] }, keyOf(desk, step));
  const of = (department: string) => body.workOrders.findLast((order) => order.department === department)?.workOrderId ?? '';
  return { lead: of(lead), assist: assist.map(of) };
};

const handle = async (desk: Desk, department: string, workOrderId: string, step: string) => {
  const client = as(desk, operator(department));
  await think(desk, `${step}-sign`);
  await client.sign(workOrderId, {}, keyOf(desk, `${step}-sign`));
  if (desk.chance.of(`${step}: progresses`) < 0.3) await client.progress(workOrderId, { note: '正在处理' }, keyOf(desk, `${step}-progress`));
  await think(desk, `${step}-complete`);
  await client.complete(workOrderId, { result: '已处理。' }, keyOf(desk, `${step}-complete`));
};

/** Reactions of other services come when they come: the read side tells of them. */
const awaitInReadModel = async <T>(desk: Desk, what: string, pick: (row: Awaited<ReturnType<LianbanClient['insightCase']>>['body']) => T | undefined, caseId: string): Promise<T> => {
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

const callBackOf = (desk: Desk, caseId: string, round: number) =>
  awaitInReadModel(desk, `the call-back of round ${round}`, ({ callBacks }) => callBacks.find((callBack) => callBack.round === round)?.callBackId, caseId);

const record = (desk: Desk, callBackId: string, satisfied: boolean, step: string) =>
  as(desk, 'callback').recordOutcome(callBackId, satisfied
    ? { reached: true, resolved: true, satisfaction: 5 }
    : { reached: true, resolved: false, satisfaction: 1, unitAtFault: true }, keyOf(desk, step));

/** What somebody has just been told was done, the read side shows to whoever holds the tokens. */
const look = (desk: Desk, caseId: string) => as(desk, 'analyst').timeline(caseId).catch(() => undefined);

const untilAnswered = async (desk: Desk, change?: Partial<RegisterCase>) => {
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

type Life = (desk: Desk) => Promise<void>;

const wholeLife: Life = async (desk) => {
  const { caseId } = await untilAnswered(desk);
  await record(desk, await callBackOf(desk, caseId, 1), true, 'outcome');
  await look(desk, caseId);
};

const reworked: Life = async (desk) => {
  const { caseId, lead } = await untilAnswered(desk);
  await record(desk, await callBackOf(desk, caseId, 1), false, 'outcome');
  const again = await awaitInReadModel(desk, "the rework's order", ({ workOrders }) => workOrders.find((order) => order.round === 2 && order.role === 'lead')?.workOrderId, caseId);
  await handle(desk, lead, again, 'rework');
  await record(desk, await callBackOf(desk, caseId, 2), true, 'outcome2');
};

const returned: Life = async (desk) => {
  const caseId = await register(desk);
  await accept(desk, caseId);
  const [first, second] = desk.chance.of('swap') < 0.5 ? ['housing', 'landscaping'] as const : ['fire-rescue', 'housing'] as const;
  const orders = await dispatch(desk, caseId, first);
  await as(desk, operator(first)).returnOrder(orders.lead, { reason: '不属本单位职责', suggestedDepartment: second }, keyOf(desk, 'return'));
  const next = await dispatch(desk, caseId, second, [], 'dispatch2');
  await handle(desk, second, next.lead, 'lead');
  await record(desk, await callBackOf(desk, caseId, 1), true, 'outcome');
};

const refused: Life = async (desk) => {
  const caseId = await register(desk);
  await think(desk, 'refuse');
  await as(desk, 'intake').refuse(caseId, { reason: 'in-legal-procedure', text: '已在诉讼中。' }, keyOf(desk, 'refuse'));
  await look(desk, caseId);
};

const onTheSpot: Life = async (desk) => {
  const caseId = await register(desk);
  await as(desk, 'intake').handleOnTheSpot(caseId, { result: '当场办结。' }, keyOf(desk, 'on-the-spot'));
  await look(desk, caseId);
};

/** The case ends while others are at work on it. */
const withdrawn: Life = async (desk) => {
  const caseId = await register(desk);
  await accept(desk, caseId);
  const lead = leadOf(desk);
  const orders = await dispatch(desk, caseId, lead, departments.filter((each) => each !== lead).slice(0, 2));
  await both(
    handle(desk, lead, orders.lead, 'lead'),
    pause(desk.chance.of('when') * 400, desk.signal).then(() => as(desk, 'intake').withdraw(caseId, {}, keyOf(desk, 'withdraw'))),
  );
  await look(desk, caseId);
};

/** Two clerks, two coordinators, two callers: of each pair one wins. */
const contested: Life = async (desk) => {
  const caseId = await register(desk);
  const clerk = as(desk, 'intake');
  await both(
    clerk.accept(caseId, { level: 'simple' }, keyOf(desk, 'accept')),
    desk.chance.of('refuses') < 0.3 ? clerk.refuse(caseId, { reason: 'malicious', text: '恶意诉求。' }, keyOf(desk, 'refuse')) : clerk.accept(caseId, { level: 'general' }, keyOf(desk, 'accept-b')),
    clerk.contact(caseId, {}, keyOf(desk, 'contact')),
  );
  const sent = await both(dispatch(desk, caseId, 'housing', [], 'dispatch-a'), dispatch(desk, caseId, 'landscaping', ['housing'], 'dispatch-b'));
  const won = sent.find(({ status }) => status === 'fulfilled');
  if (won?.status !== 'fulfilled') return;
  const lead = sent[0] === won ? 'housing' : 'landscaping';
  if (lead === 'landscaping') await handle(desk, 'housing', won.value.assist[0] ?? '', 'assist');
  await both(handle(desk, lead, won.value.lead, 'lead-a'), handle(desk, lead, won.value.lead, 'lead-b'));
  const callBackId = await callBackOf(desk, caseId, 1);
  await both(record(desk, callBackId, true, 'outcome-a'), record(desk, callBackId, false, 'outcome-b'));
};

/** Entered later than it happened: the clocks are overdue when they start, and breach once the case has been quiet. */
const imported: Life = async (desk) => {
  const daysAgo = 1 + desk.chance.of('days') * 20;
  const { caseId } = await untilAnswered(desk, { occurredAt: new Date(Date.now() - daysAgo * 86_400_000).toISOString() });
  if (desk.chance.of('called back') < 0.6) await record(desk, await callBackOf(desk, caseId, 1), true, 'outcome');
};

/** The contact clock of an urgent case runs out within seconds: its timer races with the clerk, who wins or does not. */
const overdue: Life = async (desk) => {
  const dueInMs = 2_000 + desk.chance.of('due') * 12_000;
  const caseId = await register(desk, { urgency: 'urgent', occurredAt: new Date(Date.now() + dueInMs - 30 * 60_000).toISOString() });
  if (desk.chance.of('contacts') < 0.5) {
    await pause(dueInMs - 150 + desk.chance.of('just when') * 300, desk.signal);
    await as(desk, 'intake').contact(caseId, {}, keyOf(desk, 'contact'));
  }
};

/** Stands still until a review seconds ahead, at which it wakes by itself, unless somebody is faster; meanwhile it is rated anew, raised, and given more time. */
const held: Life = async (desk) => {
  const caseId = await register(desk);
  await accept(desk, caseId);
  const lead = leadOf(desk);
  const orders = await dispatch(desk, caseId, lead);
  await as(desk, operator(lead)).sign(orders.lead, {}, keyOf(desk, 'sign'));
  const coordinator = as(desk, 'coordinator');
  const holdMs = 2_000 + desk.chance.of('hold') * 4_000;
  await coordinator.hold(caseId, { reason: 'waiting-for-others', reviewAt: new Date(Date.now() + holdMs).toISOString() }, keyOf(desk, 'hold'));
  await both(
    pause(holdMs - 200 + desk.chance.of('just when') * 400, desk.signal).then(() => (desk.chance.of('resumes') < 0.6 ? coordinator.resume(caseId, {}, keyOf(desk, 'resume')) : undefined)),
    pause(desk.chance.of('rated when') * 3_000, desk.signal).then(() => as(desk, 'intake').reRate(caseId, { level: 'complex', reason: '比预想复杂。' }, keyOf(desk, 're-rate'))),
    pause(desk.chance.of('raised when') * holdMs, desk.signal).then(() => (desk.chance.of('raises') < 0.5 ? coordinator.escalate(caseId, { toTier: 'subdistrict', reason: '需上级协调。' }, keyOf(desk, 'escalate')) : undefined)),
    pause(desk.chance.of('longer when') * 3_000, desk.signal).then(async () => {
      const { body } = await as(desk, operator(lead)).requestExtension(orders.lead, { amount: 10, unit: 'minutes', reason: '等待配件。' }, keyOf(desk, 'extension'));
      await as(desk, `head:${lead}`).grantExtension(body.extensionId, { reason: '同意。' }, keyOf(desk, 'grant'));
    }),
  );
  await as(desk, operator(lead)).complete(orders.lead, { result: '已处理。' }, keyOf(desk, 'complete'));
  await record(desk, await callBackOf(desk, caseId, 1), true, 'outcome');
  await look(desk, caseId);
};

/** Waits for all, and throws nothing unless nobody got anywhere because the system was away. */
async function both<T>(...work: readonly Promise<T>[]): Promise<PromiseSettledResult<T>[]>;
async function both(...work: readonly Promise<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
  const settled = await Promise.allSettled(work);
  const unexpected = settled.find((each) => each.status === 'rejected' && !(each.reason instanceof LianbanApiError || each.reason instanceof UnreachableError || each.reason instanceof GaveUp));
  if (unexpected?.status === 'rejected') throw unexpected.reason;
  return settled;
}

/** How often each is drawn. */
export const lives: readonly (readonly [weight: number, name: string, life: Life])[] = [
  [5, 'whole life', wholeLife], [2, 'rework', reworked], [2, 'return', returned], [1, 'refusal', refused], [1, 'on the spot', onTheSpot],
  [2, 'withdrawal', withdrawn], [3, 'contested', contested], [2, 'import', imported], [2, 'overdue', overdue], [2, 'hold', held],
];

export const drawLife = (chance: Chance): readonly [name: string, life: Life] => {
  const total = lives.reduce((sum, [weight]) => sum + weight, 0);
  let at = chance.of('which life') * total;
  for (const [weight, name, life] of lives) if ((at -= weight) < 0) return [name, life];
  return ['whole life', wholeLife];
};

/** The life that has to succeed step by step once everything is well again. */
export const plainLife = wholeLife;
