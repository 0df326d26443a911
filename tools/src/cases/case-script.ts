import type { AcceptCase, CallBackOutcome, CompleteWorkOrder, DispatchCase, HoldCase, RefuseCase, RegisterCase, RequestExtension, ReturnWorkOrder } from '../client/index.js';
import type { Level } from '@lianban/contracts';

/** Names of the development personas that the token issuer knows. */
export type Persona =
  | 'requester' | 'intake' | 'coordinator' | 'grid' | 'specialist' | `operator:${string}` | `head:${string}` | 'callback' | 'supervisor' | 'analyst' | 'integrator' | 'admin';

interface At {
  /** ISO 8601 with offset; absent: happens when it is sent. */
  readonly at?: string;
  /** Which case, where a script is about several; absent: the one it begins with. */
  readonly on?: string;
}
type Body<T> = Omit<T, 'occurredAt'>;
/** A work order is named by department and round; without a department it is the lead's. */
interface OfOrder { readonly by?: string; readonly round: number }
type Registration = Body<RegisterCase> & { readonly as?: Persona };

/** One command. Work orders and call-backs are named by department and round: the ids are only known while it is played. */
export type Command = At & (
  | ({ readonly do: 'contact'; readonly note?: string })
  | ({ readonly do: 'accept' } & Body<AcceptCase>)
  | ({ readonly do: 'refuse' } & Body<RefuseCase>)
  | ({ readonly do: 'handle-on-the-spot'; readonly result: string })
  | ({ readonly do: 'withdraw'; readonly reason?: string })
  | ({ readonly do: 're-rate'; readonly level: Level; readonly reason: string })
  | ({ readonly do: 'reopen'; readonly reason: string })
  | ({ readonly do: 'merge'; readonly into?: string; readonly reason?: string })
  | ({ readonly do: 'unmerge'; readonly reason?: string })
  | ({ readonly do: 'dispatch' } & Body<DispatchCase>)
  | ({ readonly do: 'escalate'; readonly toTier: string; readonly reason: string })
  | ({ readonly do: 'sign'; readonly note?: string } & OfOrder)
  | ({ readonly do: 'progress'; readonly note: string } & OfOrder)
  | ({ readonly do: 'complete' } & OfOrder & Body<CompleteWorkOrder>)
  | ({ readonly do: 'return' } & OfOrder & Body<ReturnWorkOrder>)
  | ({ readonly do: 'milestone'; readonly milestone: string } & OfOrder)
  /** `forMs`: until so long from when it is sent. */
  | ({ readonly do: 'hold'; readonly forMs: number } & OfOrder & Omit<Body<HoldCase>, 'reviewOn'>)
  | ({ readonly do: 'resume'; readonly note?: string } & OfOrder)
  /** Asked for by the department and approved by its head. */
  | ({ readonly do: 'extend' } & OfOrder & Body<RequestExtension>)
  /** `of`: the case whose requester is asked, of one that was merged into this. */
  | ({ readonly do: 'call-back'; readonly round: number; readonly of?: string } & Body<CallBackOutcome>)
);

export type Step = Command
  /** Another case, under the name `on`. */
  | (At & Registration & { readonly do: 'register' })
  /** Until the case has closed by itself. */
  | (At & { readonly do: 'await-closing' })
  /** Somebody looks at the timeline, with what he has just been told in his hand. */
  | (At & { readonly do: 'look' })
  | (At & { readonly do: 'wait'; readonly ms: number })
  /** Several at once. Some may be refused, but not all. */
  | (At & { readonly do: 'together'; readonly branches: readonly (readonly Step[])[] });

/** One demand from its registration on, as a list of commands in order. Data only, so that it can be checked without a system. */
export interface CaseScript {
  /** Prefix of the idempotency keys: playing the same script again creates nothing. */
  readonly key: string;
  readonly register: At & Registration;
  readonly steps: readonly Step[];
}
