import { advanceRelay, renewRelayTerm } from '@lianban/event-store';
import type { OutboxCursor, RelayTerm, Tx } from '@lianban/event-store';

/** A leader's side of its term. */
export interface Lease {
  /** Fires when somebody else leads, or has moved the position: this term is over. */
  readonly lost: AbortSignal;
  /**
   * Whether nobody else can have begun by now. By this process's own steady clock, which goes on while the process is stopped: a
   * leader that wakes up asks the database before it sends anything.
   */
  holds(): Promise<boolean>;
  /** Moves the position and renews the lease. The term is lost if somebody else did either. */
  advance(from: OutboxCursor, to: OutboxCursor): Promise<boolean>;
  release(): void;
}

/** Keeps a term that has begun alive until it is released or lost. */
export const holdLease = (tx: Tx, term: RelayTerm): Lease => {
  const lost = new AbortController();
  // Unknown until the first answer, because the query was sent before this moment.
  let until = 0;
  const asking = async (ask: () => Promise<boolean>): Promise<boolean> => {
    const askedAt = performance.now();
    const held = await ask();
    if (held) until = Math.max(until, askedAt + term.leaseMs);
    else lost.abort();
    return held;
  };
  const renew = () => asking(() => renewRelayTerm(tx, term));
  const renewing = setInterval(() => {
    if (performance.now() > until - term.leaseMs / 2) renew().catch(() => undefined);
  }, term.leaseMs / 4);
  return {
    lost: lost.signal,
    holds: async () => !lost.signal.aborted && (performance.now() < until || renew()),
    advance: (from, to) => asking(() => advanceRelay(tx, term, from, to)),
    release: () => clearInterval(renewing),
  };
};
