import type { AcceptCase, CallBackOutcome, CompleteWorkOrder, DispatchCase, RefuseCase, RegisterCase, ReturnWorkOrder } from './client.js';

/** Names of the development personas that the token issuer knows. */
export type Persona =
  | 'requester' | 'intake' | 'coordinator' | `operator:${string}` | `head:${string}` | 'callback' | 'supervisor' | 'analyst' | 'integrator' | 'admin';

interface At {
  /** ISO 8601 with offset; absent: happens when it is sent. */
  readonly at?: string;
}
type Body<T> = Omit<T, 'occurredAt'>;

/** One command of a script. Work orders are named by department and round, call-backs by round: the ids are only known while it is played. */
export type Step = At & (
  | ({ readonly do: 'contact'; readonly note?: string })
  | ({ readonly do: 'accept' } & Body<AcceptCase>)
  | ({ readonly do: 'refuse' } & Body<RefuseCase>)
  | ({ readonly do: 'handle-on-the-spot'; readonly result: string })
  | ({ readonly do: 'withdraw'; readonly reason?: string })
  | ({ readonly do: 'dispatch' } & Body<DispatchCase>)
  | ({ readonly do: 'sign'; readonly by: string; readonly round: number; readonly note?: string })
  | ({ readonly do: 'progress'; readonly by: string; readonly round: number; readonly note: string })
  | ({ readonly do: 'complete'; readonly by: string; readonly round: number } & Body<CompleteWorkOrder>)
  | ({ readonly do: 'return'; readonly by: string; readonly round: number } & Body<ReturnWorkOrder>)
  | ({ readonly do: 'call-back'; readonly round: number } & Body<CallBackOutcome>)
);

/** One demand from its registration on, as a list of commands in order. Data only, so that it can be checked without a system. */
export interface CaseScript {
  /** Prefix of the idempotency keys: playing the same script again creates nothing. */
  readonly key: string;
  readonly register: At & Body<RegisterCase> & { readonly as?: Persona };
  readonly steps: readonly Step[];
}

/** Who sends a step: each command goes out with its own persona's token. */
export const personaOf = (step: Step): Persona => {
  switch (step.do) {
    case 'contact':
    case 'accept':
    case 'refuse':
    case 'handle-on-the-spot':
    case 'withdraw':
      return 'intake';
    case 'dispatch':
      return 'coordinator';
    case 'sign':
    case 'progress':
    case 'complete':
    case 'return':
      return `operator:${step.by}`;
    case 'call-back':
      return 'callback';
    default: {
      const unexpected: never = step;
      throw new Error(`no persona for ${JSON.stringify(unexpected)}`);
    }
  }
};
