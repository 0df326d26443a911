import { AsyncResource } from 'node:async_hooks';
import type { EventEnvelope, Source } from '@lianban/contracts';
import { foldEvents } from '@lianban/event-store';
import type { EventStore, NewEvent, PreparedAppend, Tx } from '@lianban/event-store';
import { loadFactsOf, saveFactsOf } from './case-facts.js';
import type { StreamDefinition } from './stream.js';

/** How a service reacts to another service's event about a case. All parts are pure. */
export interface Reaction<State, Facts> {
  /** One for all reactions of a service, whose states are of one stream. */
  readonly stream: StreamDefinition<State, Facts>;
  /** Never refuses: another service's event is a fact. */
  evolveFacts(facts: Facts, event: EventEnvelope): Facts;
  /** Whether anything can follow from these facts. If not, the stream is not read, nothing is decided, and `rows` gets the initial state. */
  mayAct?(facts: Facts): boolean;
  /** `facts` already hold the event. */
  decide(input: { state: State; facts: Facts; event: EventEnvelope }): readonly NewEvent[];
  /** Rows of this service made from the result: hand them to the context's `write`. */
  rows?(result: { state: State; facts: Facts; events: readonly EventEnvelope[] }): void;
}

/** Writes many rows in as few statements as it can; `items` in the order of the events. */
export type RowWriter<Item> = (tx: Tx, items: readonly Item[]) => Promise<void>;
export type WriteRows = <Item>(writer: RowWriter<Item>, item: Item) => void;

interface Asked {
  readonly caseId: string;
  readonly event: EventEnvelope;
  readonly reaction: Reaction<unknown, unknown>;
  /** Runs a part of it in the scope of its event (correlation id, trace). */
  readonly within: <T>(part: () => T) => T;
}

interface Stream { version: number; definition: StreamDefinition<unknown, unknown>; state: unknown }

/**
 * What the handlers of the events of one transaction asked for, done for all of them together: facts, streams, appends and rows of
 * fifty cases take as many statements as those of one. Events of one case build on each other in their order.
 */
export class Reactions {
  private readonly asked: Asked[] = [];
  private readonly cases = new Set<string>();
  private readonly rows = new Map<RowWriter<unknown>, unknown[]>();
  private readonly reads = new Map<unknown, Promise<unknown>>();

  constructor(private readonly store: EventStore, private readonly source: Source) {}

  once<T>(tx: Tx, read: (tx: Tx) => Promise<T>): Promise<T> {
    const known = this.reads.get(read) ?? read(tx);
    this.reads.set(read, known);
    return known as Promise<T>;
  }

  react<State, Facts>(event: EventEnvelope, reaction: Reaction<State, Facts>): void {
    this.cases.add(event.metadata.streamId);
    const within = AsyncResource.bind((part: () => unknown) => part()) as Asked['within'];
    this.asked.push({ caseId: event.metadata.streamId, event, reaction: reaction, within });
  }

  /** Writers run in the order in which they were first asked for, after the appends. Give the same function each time. */
  write<Item>(event: EventEnvelope, writer: RowWriter<Item>, item: Item): void {
    this.cases.add(event.metadata.streamId);
    const key = writer as unknown as RowWriter<unknown>;
    const items = this.rows.get(key);
    if (items) items.push(item);
    else this.rows.set(key, [item]);
  }

  /**
   * Locks first the facts of all cases, so that a command that decided on the older ones notices, and none writes rows of a case at the
   * same moment. Then reads, decides and writes: facts, appends, rows, in the order in which commands write them.
   * @throws ConflictError, which the runner answers with a new transaction
   */
  async finish(tx: Tx): Promise<void> {
    const known = await loadFactsOf(tx, [...this.cases]);
    const facts = new Map<string, unknown>();
    const steps = this.asked.map((asked) => {
      const { caseId, event, reaction, within } = asked;
      const before = facts.has(caseId) ? facts.get(caseId) : known.get(caseId)?.data ?? reaction.stream.initialFacts;
      const after = within(() => reaction.evolveFacts(before, event));
      facts.set(caseId, after);
      return { ...asked, facts: after, acts: reaction.mayAct?.(after) ?? true };
    });
    const histories = await this.store.readMany([...new Set(steps.flatMap(({ acts, caseId }) => (acts ? [caseId] : [])))], tx);
    const streams = new Map<string, Stream>();
    const appends: PreparedAppend[] = [];
    for (const { caseId, event, reaction, within, facts: held, acts } of steps) {
      within(() => {
        const stream = acts ? streamOf(streams, caseId, reaction.stream, histories) : undefined;
        const append = stream && this.prepare(caseId, stream.version, reaction.decide({ state: stream.state, facts: held, event }), event);
        if (stream && append && append.envelopes.length > 0) {
          appends.push(append);
          stream.version += append.envelopes.length;
          stream.state = foldEvents(reaction.stream, append.envelopes, stream.state);
        }
        reaction.rows?.({ state: stream ? stream.state : reaction.stream.initialState, facts: held, events: append?.envelopes ?? [] });
      });
    }
    const changed = [...facts].filter(([caseId, data]) => JSON.stringify(data) !== JSON.stringify(known.get(caseId)?.data));
    await saveFactsOf(tx, new Map(changed));
    await this.store.appendMany(tx, appends);
    for (const [writer, items] of this.rows) await writer(tx, items);
  }

  /** What is appended carries the `occurredAt` of its cause. */
  private prepare(caseId: string, version: number, decided: readonly NewEvent[], event: EventEnvelope): PreparedAppend {
    const { occurredAt, correlationId, id } = event.metadata;
    const actor = { id: this.source, role: 'system', department: null, territory: null } as const;
    return this.store.prepare({
      streamId: caseId, expectedVersion: version, events: decided,
      meta: { occurredAt, recordedAt: new Date().toISOString(), correlationId, causationId: id, actor },
    });
  }
}

const streamOf = (streams: Map<string, Stream>, caseId: string, definition: StreamDefinition<unknown, unknown>, histories: ReadonlyMap<string, readonly EventEnvelope[]>): Stream => {
  const known = streams.get(caseId);
  if (known) {
    if (known.definition !== definition) throw new TypeError('the reactions of a service share one stream');
    return known;
  }
  const history = histories.get(caseId) ?? [];
  const stream = { version: history.length, definition, state: foldEvents(definition, history) };
  streams.set(caseId, stream);
  return stream;
};
