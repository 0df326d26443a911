import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { onEach } from '@lianban/service-kit';
import type { ProcessManager } from '@lianban/service-kit';
import { idsOf } from '../clock-ids.js';
import { clockStream } from '../clock-stream.js';
import type { SlaState } from '../domain/case-clocks.js';
import { factEventTypes } from '../domain/facts.js';
import type { FactEvent, SlaFacts } from '../domain/facts.js';
import { nextInstants } from '../domain/next-instants.js';
import { react } from '../domain/react.js';
import type { Rules } from '../domain/schedule-clock.js';
import { noteRegistered } from '../month/registered-cases.js';
import { newsOf } from '../notices/news-of.js';
import { tellNews } from '../notices/tell-people.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { SlaSettings } from '../settings.js';
import { setTimers } from '../sweep/timer-rows.js';

interface Known {
  readonly rules: Rules;
  readonly stream: ReturnType<typeof clockStream>;
  readonly now: Date;
  readonly quietMs: number;
}

/** The rules and the time of a transaction. */
export const knownToClocks = (book: Pick<RuleBook, 'current'>, { quietMs }: SlaSettings) => async (tx: Tx): Promise<Known> => {
  const rules = await book.current(tx);
  return { rules, stream: clockStream(rules), now: new Date(), quietMs };
};

/** Watches a case and keeps its clocks: starts and stops them, finds late breaches, cancels. */
export const watchCase: ProcessManager<SlaState, SlaFacts, Known> = onEach(factEventTypes, (event: EventEnvelope<FactEvent>, { rules, stream, now, quietMs }: Known) => {
  const caseId = event.metadata.streamId;
  const ids = idsOf(caseId);
  return {
    stream,
    decide: ({ state, facts }) => react(state, facts, rules, ids),
    rows: ({ state, facts, events }, write) => {
      write(setTimers, { caseId, events, next: nextInstants(state, facts, rules, ids.clock), now, quietMs });
      if (event.type === 'lianban.case.registered.v1') write(noteRegistered, { caseId, at: event.metadata.occurredAt, caseNo: event.data.caseNo, title: event.data.title });
      const news = newsOf(event, facts);
      if (news.length > 0) write(tellNews, news);
    },
  };
});
