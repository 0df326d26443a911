/** sla asked again, by its own decider, with all that happened: it has nothing to add, and its timers are those it would set. */
import { sources, topics, typesOn, type EventEnvelope } from '@lianban/contracts';
import { evolve, evolveFacts, factEventTypes, fire, idsOf, initialFacts, initialState, nextInstants, react, shippedPolicies, type ClockEvent, type FactEvent } from '@lianban/sla/decider';
import { envelopeOf, type StoredEvent } from '@lianban/tools/reconcile/compare-folds';
import { calendarBook, shippedCalendars } from '@lianban/working-time';
import type pg from 'pg';
import { grouped, type Violation } from './history.js';

const rules = { policies: shippedPolicies, calendars: calendarBook(shippedCalendars.map((row) => ({ ...row, unit: null }))) };

/** Events of all stores about cases, each stream in order. */
export const storedEvents = async (admin: pg.ClientBase): Promise<EventEnvelope[]> => {
  const events: EventEnvelope[] = [];
  for (const source of sources) {
    const { rows } = await admin.query<StoredEvent>(
      `SELECT '${source}' AS source, stream_id, version, id::text AS id, type, data, occurred_at, recorded_at, correlation_id, causation_id, actor
         FROM ${source}.event WHERE type = ANY($1) ORDER BY stream_id, version`, [typesOn(topics.case)]);
    events.push(...rows.map(envelopeOf));
  }
  return events;
};

export interface Timer { readonly clockId: string; readonly caseId: string; readonly purpose: string; readonly dueAt: string }

export const storedTimers = async (admin: pg.ClientBase): Promise<Timer[]> =>
  (await admin.query<Omit<Timer, 'dueAt'> & { dueAt: Date }>('SELECT clock_id::text AS "clockId", case_id AS "caseId", purpose, due_at AS "dueAt" FROM sla.timer')).rows.map((row) => ({ ...row, dueAt: row.dueAt.toISOString() }));

const isFact = (event: EventEnvelope): event is EventEnvelope<FactEvent> => (factEventTypes as readonly string[]).includes(event.type);
const nameOf = ({ clockId, purpose, dueAt }: Omit<Timer, 'caseId'>): string => `${purpose} of clock ${clockId}, due ${new Date(dueAt).toISOString()}`;

/** @param firedBefore timers up to this moment have had their time */
export const checkClocks = (events: readonly EventEnvelope[], timers: readonly Timer[], firedBefore: string): Violation[] => {
  const timersOf = grouped(timers, ({ caseId }) => caseId);
  const cases = grouped(events, ({ metadata }) => metadata.streamId);
  const strange = [...timersOf.keys()].filter((caseId) => !cases.has(caseId)).map((caseId): Violation => ({ check: 'timers are those sla would set', caseId, detail: 'has a timer and no events' }));
  return [...strange, ...[...cases].flatMap(([caseId, list]) => {
    const ids = idsOf(caseId);
    const state = list.filter(({ metadata }) => metadata.source === 'sla').reduce((clocks, event) => evolve(clocks, event as EventEnvelope<ClockEvent>), initialState);
    const facts = list.filter(isFact).reduce(evolveFacts, initialFacts);
    const violation = (check: string) => (detail: string): Violation => ({ check, caseId, detail });
    const wordsOf = ({ type, data }: ClockEvent) => `${type} ${JSON.stringify(data)}`;
    const wanted = nextInstants(state, facts, rules, ids.clock).map(({ clock, purpose }) => nameOf({ clockId: clock.clockId, purpose, dueAt: clock.dueAt }));
    const set = (timersOf.get(caseId) ?? []).map(nameOf);
    return [
      ...react(state, facts, rules, ids).map(wordsOf).map(violation('sla has nothing to add to what it said')),
      ...fire(state, facts, rules, firedBefore, state.clocks.map(({ clockId }) => clockId), ids).map(wordsOf).map(violation('what is due has happened')),
      ...wanted.filter((name) => !set.includes(name)).map((name) => `lacks ${name}`).map(violation('timers are those sla would set')),
      ...set.filter((name) => !wanted.includes(name)).map((name) => `has ${name}`).map(violation('timers are those sla would set')),
    ];
  })];
};
