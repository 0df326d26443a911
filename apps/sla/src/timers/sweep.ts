import { UnreadableEvent } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { ConflictError, foldEvents } from '@lianban/event-store';
import type { EventStore, PreparedAppend, Tx } from '@lianban/event-store';
import { loadFactsOf } from '@lianban/service-kit';
import { clockFold, idsOf } from '../clock-fold.js';
import { evolve } from '../domain/case-clocks.js';
import type { ClockEvent } from '../domain/case-clocks.js';
import { currentFacts } from '../domain/facts.js';
import type { SlaFacts } from '../domain/facts.js';
import { fire, nextInstants } from '../domain/react.js';
import type { NewClockEvent, NextInstant, Rules } from '../domain/react.js';
import { tellPeople } from '../notices/tell-people.js';
import type { CaseEvents } from '../notices/tell-people.js';
import { firingsOf } from './firings.js';
import type { Firing } from './firings.js';
import { advanceTimers, dueClocksOf, lockDueCases, putOff } from './timer-rows.js';
import type { DueClock } from './timer-rows.js';

export interface SweepResult {
  /** Cases that had a timer due and were looked at. */
  readonly cases: number;
  /** Events written: warnings, breaches, closed windows, supervision. */
  readonly fired: number;
  readonly breaches: number;
  /** Each of them: what for, and how late. */
  readonly firings: readonly Firing[];
  /** Lost races; their timers stay and are tried in the next sweep, in a new transaction. */
  readonly conflicts: number;
  /** Cases whose clocks this build can't read; put off, so that they don't hold up the others. */
  readonly unreadable: readonly { readonly caseId: string; readonly error: string }[];
}

/** Until a newer build has had time to come. */
const putOffMs = 60_000;

/**
 * One batch of due timers in one transaction, any number of processes at once. Idempotent: what fires is decided from the clock's events
 * under the case's lock, so a timer that was fired by another, or whose clock stopped in the meantime, does nothing. All is written for the
 * batch together; only when a race was lost, each case appends on its own, so that the loss is its own.
 */
export const sweep = (store: EventStore, rulesOf: (tx: Tx) => Promise<Rules>, now: Date, limit: number): Promise<SweepResult> =>
  store.transaction(async (tx) => {
    const rules = await rulesOf(tx);
    // Streams in the order of their ids, as every transaction that appends to several.
    const caseIds = (await lockDueCases(tx, now, limit)).sort();
    const due = await dueClocksOf(tx, caseIds, now);
    const facts = await loadFactsOf(tx, caseIds);
    const historyOf = await readStreams(store, tx, caseIds);
    const decided: FiredCase[] = [];
    const unreadable: { caseId: string; error: string }[] = [];
    for (const caseId of caseIds) {
      try {
        const history = await historyOf(caseId);
        decided.push(fireCase(store, { caseId, history, facts: currentFacts(facts.get(caseId)?.data as SlaFacts), due: due.get(caseId) ?? [], rules }, now));
      } catch (error) {
        if (!(error instanceof UnreadableEvent)) throw error;
        unreadable.push({ caseId, error: error.message });
        await putOff(tx, caseId, new Date(now.getTime() + putOffMs));
      }
    }
    const fired = await appendAll(store, tx, decided);
    await tellPeople(tx, fired);
    await advanceTimers(tx, fired.flatMap((one) => one.due.map(({ clockId }) => clockId)), fired.flatMap(({ next }) => next));
    // The stream of a case holds the events of its clocks only.
    const firings = fired.flatMap((one) => firingsOf(one.events as readonly EventEnvelope<ClockEvent>[], one.due));
    const breaches = firings.filter(({ purpose }) => purpose === 'breach').length;
    return { cases: caseIds.length, fired: firings.length, breaches, firings, conflicts: decided.length - fired.length, unreadable };
  });

/** All streams in one statement; when one of them can't be read, each on its own, so that the error is its own. */
const readStreams = async (store: EventStore, tx: Tx, caseIds: readonly string[]): Promise<(caseId: string) => Promise<readonly EventEnvelope[]>> => {
  try {
    const streams = await store.readMany(caseIds, tx);
    return (caseId) => Promise.resolve(streams.get(caseId) ?? []);
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return (caseId) => store.read(caseId, tx);
  }
};

interface DueCase {
  readonly caseId: string;
  readonly history: readonly EventEnvelope[];
  readonly facts: SlaFacts;
  /** Clocks whose timers may fire. */
  readonly due: readonly DueClock[];
  readonly rules: Rules;
}

/** What is to be written for a case. */
interface FiredCase extends CaseEvents {
  readonly appends: readonly PreparedAppend[];
  readonly due: readonly DueClock[];
  readonly next: readonly NextInstant[];
}

/** @throws UnreadableEvent */
const fireCase = (store: EventStore, { caseId, history, facts, due, rules }: DueCase, now: Date): FiredCase => {
  const state = foldEvents(clockFold, history);
  const decided = fire(state, facts, rules, now.toISOString(), due.map(({ clockId }) => clockId), idsOf(caseId));
  const next = nextInstants(decided.reduce(evolve, state), facts, rules, idsOf(caseId).clock);
  const appends: PreparedAppend[] = [];
  let version = history.length;
  for (const ofClock of byClock(decided)) {
    // What time does to a clock follows from its start.
    const started = history.find(({ type, data }) => type === 'lianban.clock.started.v2' && data.clockId === clockOf(ofClock[0]));
    appends.push(store.prepare({ streamId: caseId, expectedVersion: version, events: ofClock, meta: {
      occurredAt: now.toISOString(),
      recordedAt: new Date().toISOString(),
      correlationId: started?.metadata.correlationId ?? caseId,
      causationId: started?.metadata.id ?? caseId,
      actor: { id: 'sla', role: 'system', department: null, territory: null },
    } }));
    version += ofClock.length;
  }
  return { caseId, appends, events: appends.flatMap(({ envelopes }) => envelopes), facts, rules, due, next };
};

/**
 * Under the cases' locks a race is lost only to a younger transaction that wrote a case while these were being locked: rare, so that all
 * cases are tried together first. @returns those that were written
 */
const appendAll = async (store: EventStore, tx: Tx, cases: readonly FiredCase[]): Promise<readonly FiredCase[]> => {
  if (await append(store, tx, cases)) return cases;
  const written: FiredCase[] = [];
  for (const one of cases) if (await append(store, tx, [one])) written.push(one);
  return written;
};

/** All of it or, when a race was lost, nothing; the transaction goes on either way. */
const append = async (store: EventStore, tx: Tx, cases: readonly FiredCase[]): Promise<boolean> => {
  const appends = cases.flatMap((one) => one.appends);
  if (appends.length === 0) return true;
  await tx.query('SAVEPOINT appends');
  try {
    await store.appendMany(tx, appends);
    await tx.query('RELEASE SAVEPOINT appends');
    return true;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT appends');
    await tx.query('RELEASE SAVEPOINT appends');
    return false;
  }
};

const clockOf = (event: NewClockEvent | undefined): string | undefined => (event && 'clockId' in event.data ? event.data.clockId : undefined);

/** Events of one clock that follow each other, together. */
const byClock = (events: readonly NewClockEvent[]): NewClockEvent[][] => {
  const runs: NewClockEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run && clockOf(run[0]) === clockOf(event)) run.push(event);
    else runs.push([event]);
  }
  return runs;
};
