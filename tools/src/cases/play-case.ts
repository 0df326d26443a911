/** Plays a script through the public API: each step with its own persona's token, in order, waiting for the services where needed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { AppName } from '@lianban/contracts';
import { ConsistencyJar, LianbanApiError, lianbanClient, UnreachableError, type Answer, type CallOptions, type CaseDetail, type LianbanClient, type Patience, type WorkOrder } from '../client/index.js';
import { onceEach } from '../once-each.js';
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
  /** Who leads instead of the lead in the script; where that is an assistant in the script, the two change places. Absent: as the script says. */
  readonly leadOf?: (caseId: string, coordinator: LianbanClient) => Promise<string>;
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
  const { gatewayUrl, patience, fetch } = context;
  const clientOf = onceEach((persona: Persona, options: { import: boolean }): LianbanClient => lianbanClient({ gatewayUrl, token: () => context.tokenFor(persona, options), jar, patience, fetch }));
  const as = (persona: Persona, options = { import: false }): LianbanClient => clientOf(persona, options);
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
  /** From a department of the script to the one that has its part. */
  const standIns = new Map<string, string>();
  const actual = (department: string): string => standIns.get(department) ?? department;
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
    const { do: _, at: occurredAt, on, ...body } = step;
    const by = (persona: Persona) => as(persona, { import: occurredAt !== undefined });
    const say = <T>(call: (options: CallOptions) => Promise<Answer<T>>): Promise<T> => counted(step.do, key, call);
    const about = async (service: AppName, persona: Persona, what: string, sent: object): Promise<void> => {
      await say((call) => by(persona).post(service, `/api/v1/${what}`, { ...sent, occurredAt }, call));
    };
    switch (step.do) {
      case 'contact': case 'accept': case 'refuse': case 'handle-on-the-spot': case 'withdraw': case 're-rate': case 'reopen': case 'unmerge':
        return about('intake', 'intake', `cases/${caseId}/${step.do}`, body);
      case 'merge': return about('intake', 'intake', `cases/${caseId}/merge`, { intoCaseId: caseOf(step.into), reason: step.reason });
      case 'escalate': return about('dispatch', 'coordinator', `cases/${caseId}/escalate`, body);
      case 'dispatch': {
        const lead = await context.leadOf?.(caseId, by('coordinator')) ?? step.lead;
        standIns.set(step.lead, lead);
        if (lead !== step.lead) standIns.set(lead, step.lead);
        const { workOrders } = await say((call) => by('coordinator').dispatch(caseId, { lead, assist: step.assist?.map(actual), note: step.note, occurredAt }, call));
        // The answer may list every order of the case; the newest of a department is the one to work on.
        orders.push(...workOrders.map((order) => ({ ...order, caseId })));
        return;
      }
      case 'call-back': {
        const { round, of, ...outcome } = body as Omit<typeof step, 'do' | 'at' | 'on'>;
        return about('satisfaction', 'callback', `call-backs/${await callBackOf(round, on, of)}/outcome`, outcome);
      }
      case 'sign': case 'progress': case 'complete': case 'return': case 'milestone': case 'resume': case 'hold': case 'extend': break;
      default: return step satisfies never;
    }
    const { workOrderId, department } = await orderOf({ ...step, by: step.by === undefined ? undefined : actual(step.by) });
    const { by: __, round: ___, ...sent } = body as Omit<typeof step, 'do' | 'at' | 'on'>;
    const ofOrder = (persona: Persona, route: string, more: object = sent) => about('dispatch', persona, `work-orders/${encodeURIComponent(workOrderId)}/${route}`, more);
    switch (step.do) {
      case 'sign': case 'progress': case 'complete': case 'return': return ofOrder(`operator:${department}`, step.do);
      case 'milestone': return ofOrder(`operator:${department}`, 'milestones');
      case 'resume': return ofOrder('coordinator', 'resume');
      case 'hold': return ofOrder('coordinator', 'hold', { reason: step.reason, note: step.note, reviewOn: new Date(Date.now() + step.forMs).toISOString() });
      case 'extend': {
        const { number } = await say((call) => by(`operator:${department}`).requestExtension(workOrderId, { workingDays: step.workingDays, until: step.until, reason: step.reason, occurredAt }, call));
        await counted('approve', `${key}-approve`, (call) => by(`head:${department}`).approveExtension(workOrderId, number, { occurredAt }, call));
        return;
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
