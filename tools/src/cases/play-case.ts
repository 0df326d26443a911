/** Plays a script through the public API: each step with its own persona's token, in order, waiting for the services where needed. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConsistencyJar, LianbanApiError, lianbanClient, UnreachableError, type Answer, type CallOptions, type CaseDetail, type LianbanClient, type Patience, type WorkOrder } from '../client/index.js';
import type { CaseScript, Command, Persona, Step } from './case-script.js';

export interface PlayContext {
  readonly gatewayUrl: string;
  /** `import`: for what is entered later than it happened. */
  readonly tokenFor: (persona: Persona, options: { import: boolean }) => Promise<string>;
  readonly patience?: Partial<Patience>;
  /** How long a reaction of another service may take. */
  readonly reactionWithinMs?: number;
  readonly fetch?: typeof fetch;
  /** Steps planned for later than this are left out, and all after them. */
  readonly now?: number;
  /** Told of every command's answer, e.g. to count and to measure. */
  readonly onAnswer?: (step: string, answer: Answer<unknown>, milliseconds: number) => void;
  /** Before each command; it may give another idempotency key, or none. */
  readonly beforeCommand?: (key: string) => Promise<string | undefined>;
  /** How the call-back is found; absent: the read side tells. */
  readonly callBackOf?: (caseId: string, round: number) => Promise<string>;
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

/** What may happen to anybody: refused, unanswered, or kept waiting. */
const isRefusal = (error: unknown): boolean => error instanceof LianbanApiError || error instanceof UnreachableError || error instanceof StillWaitingError;

export const playCase = async (script: CaseScript, context: PlayContext): Promise<Played> => {
  const { signal, reactionWithinMs = 20_000 } = context;
  const jar = new ConsistencyJar();
  const clients = new Map<string, LianbanClient>();
  const as = (persona: Persona, options = { import: false }): LianbanClient => {
    const name = `${persona} ${options.import}`;
    const known = clients.get(name);
    if (known) return known;
    const { gatewayUrl, patience, fetch } = context;
    const made = lianbanClient({ gatewayUrl, token: () => context.tokenFor(persona, options), jar, patience, fetch });
    clients.set(name, made);
    return made;
  };
  let commands = 0;
  const counted = async <T>(name: string, key: string, send: (call: CallOptions) => Promise<Answer<T>>): Promise<T> => {
    const idempotencyKey = context.beforeCommand ? await context.beforeCommand(key) : key;
    const startedAt = performance.now();
    const answer = await send({ signal, idempotencyKey });
    commands += 1;
    context.onAnswer?.(name, answer, performance.now() - startedAt);
    return answer.body;
  };

  const cases = new Map<string | undefined, string>();
  const caseOf = (name: string | undefined): string => {
    const caseId = cases.get(name);
    if (caseId === undefined) throw new Error(`${script.key} has no case ${name}`);
    return caseId;
  };
  const register = async (name: string | undefined, key: string, { as: by = 'intake', at, on: _, ...demand }: CaseScript['register']): Promise<void> => {
    const { caseId } = await counted('register', key, (call) => as(by, { import: at !== undefined }).registerCase({ ...demand, occurredAt: at }, call));
    cases.set(name, caseId);
  };

  /** A reaction to an event comes when it comes: there is no token for it. The read side tells of it. */
  const awaitInReadModel = async <T>(caseId: string, what: string, pick: (row: CaseDetail) => T | undefined): Promise<T> => {
    const deadline = Date.now() + reactionWithinMs;
    for (let wait = pollMs; ; wait = Math.min(wait * 1.5, 1_000)) {
      signal?.throwIfAborted();
      let problem: unknown;
      const found = await as('analyst').insightCase(caseId).then(({ body }) => pick(body), (error: unknown) => {
        if (!isRefusal(error)) throw error;
        problem = error;
        return undefined;
      });
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new StillWaitingError(`${what} has not appeared within ${reactionWithinMs / 1000} s`, { cause: problem });
      await delay(wait, undefined, { signal });
    }
  };
  const orders: WorkOrder[] = [];
  /** Work orders of a rework are made in reaction. */
  const orderOf = async ({ by, round, on }: { readonly by?: string; readonly round: number; readonly on?: string }): Promise<WorkOrder> => {
    const isIt = (order: WorkOrder) => (by === undefined ? order.role === 'lead' : order.department === by) && (order.round ?? 1) === round;
    const isOurs = ({ caseId }: WorkOrder) => caseId === undefined || caseId === caseOf(on);
    const known = orders.findLast((order) => isIt(order) && isOurs(order));
    if (known) return known;
    const found = await awaitInReadModel(caseOf(on), `round ${round}'s work order of ${by ?? 'the lead'}`, (row) => row.workOrders.findLast(isIt));
    const order = { ...found, caseId: caseOf(on) };
    orders.push(order);
    return order;
  };
  /** Call-backs are made in reaction too. */
  const callBackOf = async (round: number, on: string | undefined, of: string | undefined): Promise<string> => {
    const demand = of === undefined ? undefined : caseOf(of);
    if (context.callBackOf) return context.callBackOf(caseOf(on), round);
    return awaitInReadModel(caseOf(on), `the call-back of round ${round}`, (row) =>
      row.callBacks.find((callBack) => callBack.round === round && (callBack.demandCaseId ?? undefined) === demand && callBack.status !== 'cancelled')?.callBackId);
  };

  const send = async (step: Command, key: string): Promise<void> => {
    const caseId = caseOf(step.on);
    const { at: occurredAt } = step;
    const by = (persona: Persona) => as(persona, { import: occurredAt !== undefined });
    const say = <T>(call: (options: CallOptions) => Promise<Answer<T>>): Promise<T> => counted(step.do, key, call);
    const done = async <T>(call: (options: CallOptions) => Promise<Answer<T>>): Promise<void> => void await say(call);
    const ofOrder = async <T>(of: Extract<Command, { round: number }>, call: (client: LianbanClient, id: string, options: CallOptions) => Promise<Answer<T>>, persona?: Persona): Promise<void> => {
      const { workOrderId, department } = await orderOf(of);
      return done((options) => call(by(persona ?? `operator:${department}`), workOrderId, options));
    };
    switch (step.do) {
      case 'contact': return done((call) => by('intake').contact(caseId, { note: step.note, occurredAt }, call));
      case 'accept': return done((call) => by('intake').accept(caseId, { level: step.level, category: step.category, greenChannel: step.greenChannel, occurredAt }, call));
      case 'refuse': return done((call) => by('intake').refuse(caseId, { reason: step.reason, text: step.text, occurredAt }, call));
      case 'handle-on-the-spot': return done((call) => by('intake').handleOnTheSpot(caseId, { result: step.result, occurredAt }, call));
      case 'withdraw': return done((call) => by('intake').withdraw(caseId, { reason: step.reason, occurredAt }, call));
      case 're-rate': return done((call) => by('intake').reRate(caseId, { level: step.level, reason: step.reason, occurredAt }, call));
      case 'reopen': return done((call) => by('intake').reopen(caseId, { reason: step.reason, occurredAt }, call));
      case 'merge': return done((call) => by('intake').merge(caseId, { intoCaseId: caseOf(step.into), reason: step.reason, occurredAt }, call));
      case 'unmerge': return done((call) => by('intake').unmerge(caseId, { reason: step.reason, occurredAt }, call));
      case 'escalate': return done((call) => by('coordinator').escalate(caseId, { toTier: step.toTier, reason: step.reason, occurredAt }, call));
      case 'dispatch': {
        const { workOrders } = await say((call) => by('coordinator').dispatch(caseId, { lead: step.lead, assist: step.assist, note: step.note, occurredAt }, call));
        // The answer may list every order of the case; the newest of a department is the one to work on.
        orders.push(...workOrders.map((order) => ({ ...order, caseId })));
        return;
      }
      case 'sign': return ofOrder(step, (client, id, call) => client.sign(id, { note: step.note, occurredAt }, call));
      case 'progress': return ofOrder(step, (client, id, call) => client.progress(id, { note: step.note, occurredAt }, call));
      case 'complete': return ofOrder(step, (client, id, call) => client.complete(id, { result: step.result, withoutAssistants: step.withoutAssistants, occurredAt }, call));
      case 'return': return ofOrder(step, (client, id, call) => client.returnOrder(id, { reason: step.reason, suggestedDepartment: step.suggestedDepartment, occurredAt }, call));
      case 'milestone': return ofOrder(step, (client, id, call) => client.reachMilestone(id, { milestone: step.milestone, occurredAt }, call));
      case 'hold': return ofOrder(step, (client, id, call) => client.hold(id, { reason: step.reason, note: step.note, reviewOn: new Date(Date.now() + step.forMs).toISOString(), occurredAt }, call), 'coordinator');
      case 'resume': return ofOrder(step, (client, id, call) => client.resume(id, { note: step.note, occurredAt }, call), 'coordinator');
      case 'extend': {
        const { workOrderId, department } = await orderOf(step);
        const { number } = await say((call) => by(`operator:${department}`).requestExtension(workOrderId, { workingDays: step.workingDays, until: step.until, reason: step.reason, occurredAt }, call));
        await counted('approve', `${key}-approve`, (call) => by(`head:${department}`).approveExtension(workOrderId, number, { occurredAt }, call));
        return;
      }
      case 'call-back': {
        const { do: _, round, at: __, on, of, ...outcome } = step;
        const callBackId = await callBackOf(round, on, of);
        return done((call) => by('callback').recordOutcome(callBackId, { ...outcome, occurredAt }, call));
      }
      default: return step satisfies never;
    }
  };

  /** @returns false when a step lay in the future */
  const play = async (steps: readonly Step[], prefix: string): Promise<boolean> => {
    for (const [index, step] of steps.entries()) {
      if (step.at !== undefined && context.now !== undefined && Date.parse(step.at) > context.now) return false;
      const key = `${prefix}${index + 1}-${step.do}`;
      switch (step.do) {
        case 'register': {
          const { do: _, ...registration } = step;
          await register(step.on, key, registration);
          break;
        }
        case 'wait': await delay(step.ms, undefined, { signal }); break;
        case 'look': await as('analyst').timeline(caseOf(step.on)).catch((error: unknown) => { if (!isRefusal(error)) throw error; }); break;
        case 'await-closing': await awaitInReadModel(caseOf(step.on), 'the closing', ({ status }) => (status === 'closed' ? true : undefined)); break;
        case 'together': {
          const branches = await Promise.allSettled(step.branches.map((branch, number) => play(branch, `${key}.${number + 1}:`)));
          const problems = branches.flatMap((branch) => (branch.status === 'rejected' ? [branch.reason as Error] : []));
          const unexpected = problems.find((problem) => !isRefusal(problem)) ?? (problems.length === branches.length ? problems[0] : undefined);
          if (unexpected) throw unexpected;
          break;
        }
        default: await send(step, key);
      }
    }
    return true;
  };
  await register(undefined, `${script.key}:register`, script.register);
  const complete = await play(script.steps, `${script.key}:`);
  return { caseId: caseOf(undefined), commands, complete };
};
