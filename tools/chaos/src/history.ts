/** What the clients of a fault run saw, and what was found in the system afterwards: all that the checker reads. */
import type { Source } from '@lianban/contracts';

/** How one request ended for the client: with an answer, or with none. Times are milliseconds since the epoch. */
export interface Attempt {
  readonly sentAt: number;
  readonly endedAt: number;
  /** Absent: no answer came, so nobody knows whether it was done. */
  readonly answer?: { readonly status: number; readonly code?: string; readonly etag?: string; readonly caseId?: string };
}

/** One command of a client, with all its repeats under one Idempotency-Key. */
export interface Operation {
  /** Correlation id of every attempt, and so `causationId` of the events the command wrote. */
  readonly id: string;
  readonly command: Command;
  /** Id in the path: of the case, the work order or the call-back; absent for a registration. */
  readonly subject?: string;
  /** Name in the body, of a milestone that was reached. */
  readonly milestone?: string;
  readonly attempts: readonly Attempt[];
}

/** An answer of the read side to somebody who showed consistency tokens. */
export interface Read {
  readonly at: number;
  readonly caseId: string;
  /** Versions the tokens vouch for, by service. */
  readonly known: Readonly<Partial<Record<Source, number>>>;
  /** Events in the timeline, by service. */
  readonly shown: Readonly<Partial<Record<Source, number>>>;
}

export interface History { readonly operations: readonly Operation[]; readonly reads: readonly Read[] }

/** What a command writes when it does something. `repeatable`: it may find that it is already so, and write nothing. `ofCase`: it is about the case of the order in the path. */
export const commands = {
  'register': { service: 'intake', writes: 'lianban.case.registered.v1' },
  'contact': { service: 'intake', writes: 'lianban.case.contacted.v1', repeatable: true },
  'accept': { service: 'intake', writes: 'lianban.case.accepted.v1' },
  'refuse': { service: 'intake', writes: 'lianban.case.refused.v1' },
  'withdraw': { service: 'intake', writes: 'lianban.case.withdrawn.v1' },
  'handle-on-the-spot': { service: 'intake', writes: 'lianban.case.handled-on-the-spot.v1' },
  'reopen': { service: 'intake', writes: 'lianban.case.reopened.v1' },
  'merge': { service: 'intake', writes: 'lianban.case.merged.v1', repeatable: true },
  'unmerge': { service: 'intake', writes: 'lianban.case.unmerged.v1' },
  're-rate': { service: 'intake', writes: 'lianban.case.re-rated.v1', repeatable: true },
  'dispatch': { service: 'dispatch', writes: 'lianban.case.dispatched.v1' },
  'sign': { service: 'dispatch', writes: 'lianban.work-order.signed.v1', repeatable: true },
  'progress': { service: 'dispatch', writes: 'lianban.work-order.progressed.v1' },
  'milestones': { service: 'dispatch', writes: 'lianban.milestone.reached.v1', repeatable: true },
  'complete': { service: 'dispatch', writes: 'lianban.work-order.completed.v1' },
  'return': { service: 'dispatch', writes: 'lianban.work-order.returned.v1' },
  'hold': { service: 'dispatch', writes: 'lianban.case.held.v1', ofCase: true },
  'resume': { service: 'dispatch', writes: 'lianban.case.resumed.v1', ofCase: true },
  'escalate': { service: 'dispatch', writes: 'lianban.case.escalated.v1', repeatable: true },
  'extension-requests': { service: 'dispatch', writes: 'lianban.extension.requested.v1' },
  'approve': { service: 'dispatch', writes: 'lianban.extension.granted.v1' },
  'outcome': { service: 'satisfaction', writes: 'lianban.call-back.recorded.v2' },
} as const satisfies Record<string, { service: Source; writes: string; repeatable?: true; ofCase?: true }>;
export type Command = keyof typeof commands;

/** `POST /api/v1/work-orders/ID/sign` is the command `sign` about ID; undefined for anything that is none of the commands above. */
export const commandOf = (path: string): { readonly command: Command; readonly subject?: string } | undefined => {
  if (path === '/api/v1/cases') return { command: 'register' };
  const [, subject, command] = /^\/api\/v1\/(?:cases|work-orders|call-backs)\/([^/]+)\/(?:extension-requests\/\d+\/)?([a-z-]+)$/.exec(path) ?? [];
  return subject !== undefined && command !== undefined && command in commands ? { command: command as Command, subject } : undefined;
};

export type Verdict = 'acknowledged' | 'refused' | 'unknown';

/** A 5xx leaves open whether the command was done, and so does no answer; refused is only what was refused every time. */
export const verdictOf = ({ attempts }: Operation): Verdict => {
  if (attempts.some(({ answer }) => answer !== undefined && answer.status < 300)) return 'acknowledged';
  return attempts.length > 0 && attempts.every(({ answer }) => answer !== undefined && answer.status >= 400 && answer.status < 500) ? 'refused' : 'unknown';
};

export interface Violation { readonly check: string; readonly caseId: string; readonly detail: string }

export const grouped = <T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
};
