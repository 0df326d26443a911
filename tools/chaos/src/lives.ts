/** What happens to a case in a fault run: whole lives through the public API, some of them with two people at it at once. */
import type { Chance } from '@lianban/tools/feed/chance';
import { illegalConstruction } from './history.js';
import { pause } from './recorder.js';
import { accept, as, awaitInReadModel, both, callBackOf, closing, departments, dispatch, handle, keyOf, leadOf, look, operator, reach, record, register, reopen, think, untilAnswered } from './steps.js';
import type { Desk } from './steps.js';

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
const untilWithdrawn = async (desk: Desk): Promise<string> => {
  const caseId = await register(desk);
  await accept(desk, caseId);
  const lead = leadOf(desk);
  const orders = await dispatch(desk, caseId, lead, departments.filter((each) => each !== lead).slice(0, desk.chance.of('assisted') < 0.5 ? 2 : 0));
  const [, left] = await both(
    handle(desk, lead, orders.lead, 'lead'),
    pause(desk.chance.of('when') * 400, desk.signal).then(() => as(desk, 'intake').withdraw(caseId, {}, keyOf(desk, 'withdraw'))),
  );
  if (left?.status === 'rejected') throw left.reason;
  await look(desk, caseId);
  return caseId;
};

const withdrawn: Life = async (desk) => {
  await untilWithdrawn(desk);
};

/** A second life, by whichever department: another round, to its end. */
const handledAgain = async (desk: Desk, caseId: string) => {
  const lead = desk.chance.pick('lead2', departments);
  const orders = await dispatch(desk, caseId, lead, [], 'dispatch2');
  await handle(desk, lead, orders.lead, 'lead2');
  await record(desk, await callBackOf(desk, caseId, 2), true, 'outcome2');
  await closing(desk, caseId);
  await look(desk, caseId);
};

const reopened: Life = async (desk) => {
  const { caseId } = await untilAnswered(desk);
  await record(desk, await callBackOf(desk, caseId, 1), true, 'outcome');
  await closing(desk, caseId);
  await reopen(desk, caseId);
  await handledAgain(desk, caseId);
};

const takenBack: Life = async (desk) => {
  const caseId = await untilWithdrawn(desk);
  await reopen(desk, caseId);
  await handledAgain(desk, caseId);
};

const tornDown = async (desk: Desk, caseId: string, round: number) => {
  const lead = 'urban-management';
  const orders = await dispatch(desk, caseId, lead, [], `dispatch${round}`);
  await as(desk, operator(lead)).sign(orders.lead, {}, keyOf(desk, `sign${round}`));
  for (const milestone of illegalConstruction.milestones) {
    const step = `${milestone}${round}`;
    if (desk.chance.of(`${step}: never`) < 0.15) continue;
    await think(desk, step);
    if (desk.chance.of(`${step}: by two`) < 0.4) await both(reach(desk, lead, orders.lead, milestone, step), reach(desk, lead, orders.lead, milestone, `${step}-b`));
    else await reach(desk, lead, orders.lead, milestone, step);
  }
  await as(desk, operator(lead)).complete(orders.lead, { result: '已拆除。' }, keyOf(desk, `complete${round}`));
  await record(desk, await callBackOf(desk, caseId, round), true, `outcome${round}`);
  await closing(desk, caseId);
  await look(desk, caseId);
};

/** Has milestones, some of which nobody reaches, and some of which two report at once. It may be built again, and has them anew. */
const illegalBuilding: Life = async (desk) => {
  const caseId = await register(desk, { category: illegalConstruction.category });
  await accept(desk, caseId);
  await tornDown(desk, caseId, 1);
  if (desk.chance.of('built again') >= 0.4) return;
  await reopen(desk, caseId);
  await tornDown(desk, caseId, 2);
};

/** Two demands about one thing, the second merged while the first is handled or waits for its call-back; sometimes it was another thing after all. */
const merging: Life = async (desk) => {
  const [caseId, joining] = [await register(desk), await register(desk, undefined, 'register2')];
  await accept(desk, caseId);
  const lead = leadOf(desk);
  const orders = await dispatch(desk, caseId, lead);
  const clerk = as(desk, 'intake');
  const isAnother = desk.chance.of('another after all') < 0.4;
  const [, merged] = await both(
    handle(desk, lead, orders.lead, 'lead'),
    pause(desk.chance.of('merged when') * 400, desk.signal).then(async () => {
      await clerk.merge(joining, { intoCaseId: caseId, reason: '同一件事。' }, keyOf(desk, 'merge'));
      if (!isAnother) return;
      await pause(desk.chance.of('unmerged when') * 600, desk.signal);
      await clerk.unmerge(joining, {}, keyOf(desk, 'unmerge'));
    }),
  );
  await record(desk, await callBackOf(desk, caseId, 1), true, 'outcome');
  if (merged?.status === 'rejected') throw merged.reason;
  if (!isAnother) await record(desk, await callBackOf(desk, caseId, 1, joining), desk.chance.of('settled') < 0.7, 'outcome3');
  else {
    await accept(desk, joining, 'accept2');
    await handle(desk, 'housing', (await dispatch(desk, joining, 'housing', [], 'dispatch2')).lead, 'lead2');
    await record(desk, await callBackOf(desk, joining, 1), true, 'outcome2');
    await closing(desk, joining);
  }
  await look(desk, caseId);
  await look(desk, joining);
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
  await coordinator.hold(orders.lead, { reason: 'waiting-for-others', reviewOn: new Date(Date.now() + holdMs).toISOString() }, keyOf(desk, 'hold'));
  await both(
    pause(holdMs - 200 + desk.chance.of('just when') * 400, desk.signal).then(() => (desk.chance.of('resumes') < 0.6 ? coordinator.resume(orders.lead, {}, keyOf(desk, 'resume')) : undefined)),
    pause(desk.chance.of('rated when') * 3_000, desk.signal).then(() => as(desk, 'intake').reRate(caseId, { level: 'complex', reason: '比预想复杂。' }, keyOf(desk, 're-rate'))),
    pause(desk.chance.of('raised when') * holdMs, desk.signal).then(() => (desk.chance.of('raises') < 0.5 ? coordinator.escalate(caseId, { toTier: 'subdistrict', reason: '需上级协调。' }, keyOf(desk, 'escalate')) : undefined)),
    pause(desk.chance.of('longer when') * 3_000, desk.signal).then(async () => {
      const { body } = await as(desk, operator(lead)).requestExtension(orders.lead, { workingDays: 0.5, reason: '等待配件。' }, keyOf(desk, 'extension'));
      await as(desk, `head:${lead}`).approveExtension(orders.lead, body.number, { reason: '同意。' }, keyOf(desk, 'approve'));
    }),
  );
  await as(desk, operator(lead)).complete(orders.lead, { result: '已处理。' }, keyOf(desk, 'complete'));
  await record(desk, await callBackOf(desk, caseId, 1), true, 'outcome');
  await look(desk, caseId);
};

/** How often each is drawn. */
export const lives: readonly (readonly [weight: number, name: string, life: Life])[] = [
  [5, 'whole life', wholeLife], [2, 'rework', reworked], [2, 'return', returned], [1, 'refusal', refused], [1, 'on the spot', onTheSpot],
  [2, 'withdrawal', withdrawn], [3, 'contested', contested], [2, 'import', imported], [2, 'overdue', overdue], [2, 'hold', held],
  [2, 'reopening', reopened], [2, 'reopening of what was withdrawn', takenBack], [2, 'milestones', illegalBuilding], [2, 'merging', merging],
];

export const drawLife = (chance: Chance): readonly [name: string, life: Life] => {
  const total = lives.reduce((sum, [weight]) => sum + weight, 0);
  let at = chance.of('which life') * total;
  for (const [weight, name, life] of lives) if ((at -= weight) < 0) return [name, life];
  return ['whole life', wholeLife];
};

/** Lives that have to succeed step by step once everything is well again. */
export const plainLives: readonly Life[] = [wholeLife, wholeLife, reopened, takenBack, illegalBuilding, merging];
