import type { EventEnvelope, Source } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { EventStore, Fold, NewEvent, Tx } from '@lianban/event-store';
import { loadFacts, saveFacts } from './case-facts.js';

/** How a service reacts to another service's event about a case. All parts are pure but `alongside`. */
export interface Reaction<State, Facts> {
  readonly fold: Fold<State>;
  readonly initialFacts: Facts;
  /** Never refuses: another service's event is a fact. */
  evolveFacts(facts: Facts, event: EventEnvelope): Facts;
  /** `facts` already hold the event. */
  decide(input: { state: State; facts: Facts; event: EventEnvelope }): readonly NewEvent[];
  alongside?(tx: Tx, result: { state: State; facts: Facts; events: readonly EventEnvelope[]; version: number; event: EventEnvelope }): Promise<void>;
}

/**
 * Takes in one event in the consumer's transaction: facts, decision, append, rows. The facts row is locked first, so that a
 * command that decided on the older facts notices. What is appended carries the `occurredAt` of its cause.
 * @throws ConflictError, which the runner answers with a new transaction
 */
export const react = async <State, Facts>(
  store: EventStore,
  source: Source,
  tx: Tx,
  event: EventEnvelope,
  { fold, initialFacts, evolveFacts, decide, alongside }: Reaction<State, Facts>,
): Promise<void> => {
  const caseId = event.metadata.streamId;
  const before = await loadFacts(tx, caseId, initialFacts, 'FOR UPDATE');
  const facts = evolveFacts(before.data, event);
  if (before.version === 0 || JSON.stringify(facts) !== JSON.stringify(before.data)) await saveFacts(tx, caseId, facts);
  const history = await store.read(caseId, tx);
  const state = foldEvents(fold, history);
  const decided = decide({ state, facts, event });
  const events = await store.append(tx, caseId, history.length, decided, {
    occurredAt: event.metadata.occurredAt,
    recordedAt: new Date().toISOString(),
    correlationId: event.metadata.correlationId,
    causationId: event.metadata.id,
    actor: { id: source, role: 'system', department: null, territory: null },
  });
  await alongside?.(tx, { state: foldEvents(fold, events, state), facts, events, version: history.length + events.length, event });
};
