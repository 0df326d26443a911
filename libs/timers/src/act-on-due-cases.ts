import { UnreadableEvent } from '@lianban/contracts';
import type { EventEnvelope, Source } from '@lianban/contracts';
import type { EventStore, NewEvent, Tx } from '@lianban/event-store';
import { isLostRace } from '@lianban/kafka';
import { bySystem, decideOn, factsFrom, lockFacts, rowsOf, standingOf, writeDecisions } from '@lianban/service-kit';
import type { Aggregate, Change, Decision, RowWriter, Standing, WriteRows } from '@lianban/service-kit';

export interface DueCase {
  readonly caseId: string;
}

/** What is to be done for cases that are due. */
export interface DueWork<State, Facts, Due extends DueCase> {
  readonly stream: Aggregate<State, Facts>;
  /** Due cases, soonest first, each once and locked by its row of `case_fact`. Cases that somebody else has in hand are passed over (`SKIP LOCKED`). */
  due(tx: Tx, now: Date, limit: number): Promise<readonly Due[]>;
  /** Pure. `[]`: nothing follows. An instant: too early, look again then. Events carry their own `occurredAt` and `cause`. */
  decide(found: Standing<State, Facts> & { history: readonly EventEnvelope[]; due: Due }): readonly NewEvent[] | { readonly lookAgainAt: Date };
  /** Rows that do not follow from the new events alone; at least that the case is no longer due. Also asked for when there are no events. */
  rows(change: Change<State, Facts> & { due: Due }, write: WriteRows): void;
  /** Has these not due before `until`. */
  readonly putOff: RowWriter<{ due: Due; until: Date }>;
}

export interface DueBatch {
  readonly store: EventStore;
  readonly source: Source;
  readonly now: Date;
  /** Most cases to take; the transaction stays short, since an open one holds back the relay. */
  readonly limit: number;
}

export interface ActedOn<Due extends DueCase> {
  /** Cases that were due and were looked at. */
  readonly cases: number;
  /** Events written. */
  readonly events: number;
  readonly done: readonly { readonly due: Due; readonly events: readonly EventEnvelope[] }[];
  /** Lost races: these cases stay due and are tried next time, in a new transaction. */
  readonly conflicts: number;
  /** Cases that this build can't read or decide on; put off, so that they don't hold up the others. */
  readonly unreadable: readonly { readonly caseId: string; readonly error: string }[];
}

/** Until a newer build has had time to come. */
const putOffMs = 60_000;

/**
 * Acts on due cases in one transaction, any number of processes at once. All is decided under the cases' locks, so what somebody else has done
 * before is not done again. All is written together; only when a race was lost, each case is written on its own, so that the loss is its own.
 * @param begin reads what the work needs, such as the rules; called before anything is locked
 */
export const actOnDueCases = <State, Facts, Due extends DueCase>(
  { store, source, now, limit }: DueBatch, begin: (tx: Tx) => DueWork<State, Facts, Due> | Promise<DueWork<State, Facts, Due>>,
): Promise<ActedOn<Due>> => store.transaction(async (tx) => {
  const work = await begin(tx);
  // Streams in the order of their ids, as every transaction that appends to several.
  const cases = [...await work.due(tx, now, limit)].sort((a, b) => (a.caseId < b.caseId ? -1 : 1));
  const caseIds = cases.map(({ caseId }) => caseId);
  const stored = await lockFacts(tx, caseIds);
  const histories = await readStreams(store, tx, caseIds);
  const decided: DecidedCase<State, Facts, Due>[] = [];
  const later: { due: Due; until: Date }[] = [];
  const unreadable: { caseId: string; error: string }[] = [];
  for (const due of cases) {
    const { caseId } = due;
    try {
      const history = histories.get(caseId) ?? [];
      if (history instanceof Error) throw history;
      const before = standingOf(work.stream, caseId, history, factsFrom(work.stream, stored.get(caseId)));
      const events = work.decide({ ...before, history, due });
      if ('lookAgainAt' in events) {
        later.push({ due, until: events.lookAgainAt });
        continue;
      }
      const decision = decideOn(store, work.stream, before, () => events, bySystem(source, { id: caseId, correlationId: caseId }, now.toISOString()));
      decided.push({ ...decision, due, rows: [...decision.rows, ...rowsOf((write) => work.rows({ ...decision, due }, write))] });
    } catch (error) {
      // Nothing here has asked the database: the error is this case's own.
      unreadable.push({ caseId, error: (error as Error).message });
      later.push({ due, until: new Date(now.getTime() + putOffMs) });
    }
  }
  const done = await writeAll(store, tx, decided);
  if (later.length > 0) await work.putOff(tx, later);
  return { cases: cases.length, events: done.reduce((sum, { events }) => sum + events.length, 0), done, conflicts: decided.length - done.length, unreadable };
});

type DecidedCase<State, Facts, Due extends DueCase> = Decision<State, Facts> & { readonly due: Due };

/** All streams in one statement; when one of them can't be read, each on its own, so that the error is its own. */
const readStreams = async (store: EventStore, tx: Tx, caseIds: readonly string[]): Promise<ReadonlyMap<string, readonly EventEnvelope[] | UnreadableEvent>> => {
  const ownError = (error: unknown): UnreadableEvent => {
    if (error instanceof UnreadableEvent) return error;
    throw error;
  };
  const all = await store.readMany(caseIds, tx).catch(ownError);
  if (!(all instanceof UnreadableEvent)) return all;
  const apart = new Map<string, readonly EventEnvelope[] | UnreadableEvent>();
  for (const caseId of caseIds) apart.set(caseId, await store.read(caseId, tx).catch(ownError));
  return apart;
};

/**
 * Under the cases' locks a race is lost only to a younger transaction that wrote a case while these were being locked: rare, so that all
 * cases are tried together first. @returns those that were written
 */
const writeAll = async <Written extends Decision<unknown, unknown>>(store: EventStore, tx: Tx, decided: readonly Written[]): Promise<readonly Written[]> => {
  if (decided.length === 0 || await write(store, tx, decided)) return decided;
  const written: Written[] = [];
  for (const one of decided) if (await write(store, tx, [one])) written.push(one);
  return written;
};

/** All of it or, when a race was lost, nothing; the transaction goes on either way. */
const write = async (store: EventStore, tx: Tx, decided: readonly Decision<unknown, unknown>[]): Promise<boolean> => {
  await tx.query('SAVEPOINT decided');
  try {
    await writeDecisions(store, tx, decided);
    await tx.query('RELEASE SAVEPOINT decided');
    return true;
  } catch (error) {
    if (!isLostRace(error)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT decided');
    await tx.query('RELEASE SAVEPOINT decided');
    return false;
  }
};
