/** Plays a script through the public API: each step with its own persona's token, in order, waiting for the services where needed. */
import type { Step, CaseScript, Persona } from './case-script.js';
import { personaOf } from './case-script.js';
import { lianbanClient, type CaseDetail, type LianbanClient, type WorkOrder } from './client.js';
import { ConsistencyJar, type Answer, type Patience } from './http.js';

export interface PlayContext {
  readonly gatewayUrl: string;
  readonly tokenFor: (persona: Persona) => Promise<string>;
  readonly patience?: Partial<Patience>;
  /** Steps planned for later than this are left out, and all after them. */
  readonly now?: number;
  /** Told of every command's answer, e.g. to count and to measure. */
  readonly onAnswer?: (step: string, answer: Answer<unknown>, milliseconds: number) => void;
  readonly signal?: AbortSignal;
}

export interface Played {
  readonly caseId: string;
  readonly commands: number;
  /** False when a step lay in the future, so the case stays open. */
  readonly complete: boolean;
}

/** A reaction of another service did not come in time. */
export class StillWaitingError extends Error {
  override readonly name = 'StillWaitingError';
}

const pollMs = 50;
const patienceForReactionMs = 20_000;

/** Asks until there is an answer. A reaction to an event comes when it comes: there is no token for it. */
const until = async <T>(what: string, ask: () => Promise<T | undefined>, signal?: AbortSignal): Promise<T> => {
  const deadline = Date.now() + patienceForReactionMs;
  for (let wait = pollMs; ; wait = Math.min(wait * 1.5, 1_000)) {
    signal?.throwIfAborted();
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new StillWaitingError(`${what} has not appeared within ${patienceForReactionMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
};

export const playCase = async (script: CaseScript, context: PlayContext): Promise<Played> => {
  const jar = new ConsistencyJar();
  const clients = new Map<Persona, LianbanClient>();
  const as = (persona: Persona): LianbanClient => {
    const known = clients.get(persona);
    if (known) return known;
    const made = lianbanClient({ gatewayUrl: context.gatewayUrl, token: () => context.tokenFor(persona), jar, patience: context.patience });
    clients.set(persona, made);
    return made;
  };
  let commands = 0;
  const counted = async <T>(name: string, call: Promise<Answer<T>>): Promise<T> => {
    const startedAt = performance.now();
    const answer = await call;
    commands += 1;
    context.onAnswer?.(name, answer, performance.now() - startedAt);
    return answer.body;
  };

  const { as: registeredBy = 'intake', at: registeredAt, ...demand } = script.register;
  const { caseId } = await counted('register', as(registeredBy).registerCase(
    { ...demand, occurredAt: registeredAt }, { idempotencyKey: `${script.key}:register`, signal: context.signal },
  ));

  const orders: WorkOrder[] = [];
  /** Work orders of a rework and call-backs are made in reaction: the read side tells their ids, whatever their status. */
  const awaitInReadModel = <T>(what: string, pick: (row: CaseDetail) => T | undefined): Promise<T> =>
    until(what, async () => pick((await as('analyst').insightCase(caseId)).body), context.signal);
  const orderOf = async (department: string, round: number): Promise<string> => {
    const isIt = (order: WorkOrder) => order.department === department && (order.round ?? 1) === round;
    const known = orders.findLast(isIt);
    if (known) return known.workOrderId;
    const found = await awaitInReadModel(`round ${round}'s work order of ${department}`, (row) => row.workOrders.findLast(isIt));
    orders.push(found);
    return found.workOrderId;
  };
  const callBackOf = async (round: number): Promise<string> =>
    (await awaitInReadModel(`the call-back of round ${round}`, (row) => row.callBacks.find((callBack) => callBack.round === round))).callBackId;

  const send = async (step: Step, index: number): Promise<void> => {
    const client = as(personaOf(step));
    const call = { idempotencyKey: `${script.key}:${index + 1}-${step.do}`, signal: context.signal };
    const occurredAt = step.at;
    switch (step.do) {
      case 'contact': return void await counted(step.do, client.contact(caseId, { note: step.note, occurredAt }, call));
      case 'accept': return void await counted(step.do, client.accept(caseId, { level: step.level, category: step.category, greenChannel: step.greenChannel, occurredAt }, call));
      case 'refuse': return void await counted(step.do, client.refuse(caseId, { reason: step.reason, text: step.text, occurredAt }, call));
      case 'handle-on-the-spot': return void await counted(step.do, client.handleOnTheSpot(caseId, { result: step.result, occurredAt }, call));
      case 'withdraw': return void await counted(step.do, client.withdraw(caseId, { reason: step.reason, occurredAt }, call));
      case 'dispatch': {
        const { workOrders } = await counted(step.do, client.dispatch(caseId, { lead: step.lead, assist: step.assist, note: step.note, occurredAt }, call));
        // The answer may list every order of the case; the newest of a department is the one to work on.
        orders.push(...workOrders);
        return;
      }
      case 'sign': return void await counted(step.do, client.sign(await orderOf(step.by, step.round), { note: step.note, occurredAt }, call));
      case 'progress': return void await counted(step.do, client.progress(await orderOf(step.by, step.round), { note: step.note, occurredAt }, call));
      case 'complete': return void await counted(step.do, client.complete(await orderOf(step.by, step.round), { result: step.result, withoutAssistants: step.withoutAssistants, occurredAt }, call));
      case 'return': return void await counted(step.do, client.returnOrder(await orderOf(step.by, step.round), { reason: step.reason, suggestedDepartment: step.suggestedDepartment, occurredAt }, call));
      case 'call-back': {
        const { do: _, round, at: __, ...outcome } = step;
        return void await counted(step.do, client.recordOutcome(await callBackOf(round), { ...outcome, occurredAt }, call));
      }
      default: {
        const unexpected: never = step;
        throw new Error(`no command for ${JSON.stringify(unexpected)}`);
      }
    }
  };

  for (const [index, step] of script.steps.entries()) {
    if (step.at !== undefined && context.now !== undefined && Date.parse(step.at) > context.now) return { caseId, commands, complete: false };
    await send(step, index);
  }
  return { caseId, commands, complete: true };
};
