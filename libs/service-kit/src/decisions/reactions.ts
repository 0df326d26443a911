import { AsyncResource } from 'node:async_hooks';
import type { EventEnvelope, Source } from '@lianban/contracts';
import type { EventStore, NewEvent, Tx } from '@lianban/event-store';
import { factsFrom } from './aggregate.js';
import type { Aggregate, Change, RowWriter, Standing, WriteRows } from './aggregate.js';
import { bySystem } from './append-meta.js';
import { lockFacts, saveFactsOf } from './case-facts.js';
import { decideOn, rowsOf, standingOf, writeDecisions } from './decide-on.js';
import type { Decision, RowToWrite } from './decide-on.js';

/** How a service reacts to another service's event about a case. All parts are pure. The event changes the facts once, however many react to it. */
export interface Reaction<State, Facts> {
  /** One for all reactions of a transaction. */
  readonly stream: Aggregate<State, Facts>;
  /** Whether anything can follow from these facts. If not, the stream is not read, nothing is decided, and `rows` gets the initial state. */
  mayAct?(facts: Facts): boolean;
  /** `facts` already hold the event. Absent: nothing follows but the facts. */
  decide?(input: { state: State; facts: Facts }): readonly NewEvent[];
  /** Rows that follow from the event itself; those that follow from new events are the stream's. */
  rows?(change: Omit<Change<State, Facts>, 'version'>, write: WriteRows): void;
}

interface Asked {
  readonly caseId: string;
  readonly event: EventEnvelope;
  readonly reaction: Reaction<unknown, unknown>;
  /** Runs a part of it in the scope of its event (correlation id, trace). */
  readonly within: <T>(part: () => T) => T;
}

/**
 * What the handlers of the events of one transaction asked for, done for all of them together: facts, streams, appends and rows of
 * fifty cases take as many statements as those of one. Events of one case build on each other in their order.
 */
export class Reactions {
  private readonly asked: Asked[] = [];
  private readonly cases = new Set<string>();
  private readonly rows: RowToWrite[] = [];
  private readonly reads = new Map<unknown, Promise<unknown>>();

  constructor(private readonly store: EventStore, private readonly source: Source) {}

  once<T>(tx: Tx, read: (tx: Tx) => Promise<T>): Promise<T> {
    const known = this.reads.get(read) ?? read(tx);
    this.reads.set(read, known);
    return known as Promise<T>;
  }

  react<State, Facts>(event: EventEnvelope, reaction: Reaction<State, Facts>): void {
    const first = this.asked[0]?.reaction.stream;
    if (first && first !== (reaction.stream as Aggregate<unknown, unknown>)) throw new TypeError('the reactions of a transaction share one stream');
    this.cases.add(event.metadata.streamId);
    const within = AsyncResource.bind((part: () => unknown) => part()) as Asked['within'];
    this.asked.push({ caseId: event.metadata.streamId, event, reaction: reaction, within });
  }

  write<Item>(event: EventEnvelope, writer: RowWriter<Item>, item: Item): void {
    this.cases.add(event.metadata.streamId);
    this.rows.push(...rowsOf((write) => write(writer, item)));
  }

  /**
   * Locks first the facts of all cases, so that a command that decided on the older ones notices, and none writes rows of a case at the
   * same moment. Then reads, decides and writes: facts, appends, rows, in the order in which commands write them.
   * @throws ConflictError, which the runner answers with a new transaction
   */
  async finish(tx: Tx): Promise<void> {
    const stored = await lockFacts(tx, [...this.cases]);
    const { steps, changed } = this.takeIn(stored);
    const histories = await this.store.readMany([...new Set(steps.flatMap(({ acts, caseId }) => (acts ? [caseId] : [])))], tx);
    const standings = new Map<string, Standing<unknown, unknown>>();
    const decisions: Decision<unknown, unknown>[] = [];
    for (const { caseId, event, reaction, within, facts, acts } of steps) {
      within(() => {
        const { stream } = reaction;
        const known = acts ? standings.get(caseId) ?? standingOf(stream, caseId, histories.get(caseId) ?? [], facts) : standingOf(stream, caseId, [], facts);
        const before = { ...known, facts };
        // What is appended carries the `occurredAt` of its cause.
        const after = decideOn(this.store, stream, before, () => (acts ? reaction.decide?.(before) ?? [] : []), bySystem(this.source, event.metadata, event.metadata.occurredAt));
        if (acts) standings.set(caseId, after);
        decisions.push(after);
        this.rows.push(...rowsOf((write) => reaction.rows?.(after, write)));
      });
    }
    await saveFactsOf(tx, changed);
    await writeDecisions(this.store, tx, decisions, this.rows);
  }

  /** What is known of each case as each of its events is heard, and what of it is to be kept. */
  private takeIn(stored: ReadonlyMap<string, unknown>) {
    const facts = new Map<string, unknown>();
    const heard = new Set<EventEnvelope>();
    const steps = this.asked.map((asked) => {
      const { caseId, event, reaction, within } = asked;
      const before = facts.has(caseId) ? facts.get(caseId) : factsFrom(reaction.stream, stored.get(caseId));
      const after = heard.has(event) ? before : within(() => reaction.stream.facts?.evolve(before, event));
      heard.add(event);
      facts.set(caseId, after);
      return { ...asked, facts: after, acts: reaction.decide !== undefined && (reaction.mayAct?.(after) ?? true) };
    });
    const changed = new Map([...facts].filter(([caseId, data]) => JSON.stringify(data) !== JSON.stringify(stored.get(caseId))));
    return { steps, changed };
  }
}
