import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { EventContext, EventPattern, ProcessManager } from '@lianban/service-kit';
import { Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { idsOf } from '../clock-ids.js';
import { clockStream } from '../clock-stream.js';
import { factEventTypes } from '../domain/facts.js';
import type { FactEvent } from '../domain/facts.js';
import { nextInstants } from '../domain/next-instants.js';
import { react as decide } from '../domain/react.js';
import { noteRegistered } from '../month/registered-cases.js';
import { newsOf } from '../notices/news-of.js';
import { tellNews } from '../notices/tell-people.js';
import { RuleBook } from '../rules/rule-book.js';
import { SETTINGS } from '../settings.js';
import type { SlaSettings } from '../settings.js';
import { setTimers } from '../sweep/timer-rows.js';

/** Watches everything that happens to a case and keeps its clocks: starts, stops, breaches found late, cancellations. */
@ProcessManager()
export class WatchCase {
  constructor(
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(SETTINGS) private readonly settings: SlaSettings,
  ) {}

  private readonly clocks = async (tx: Tx) => {
    const rules = await this.book.current(tx);
    return { rules, stream: clockStream(rules) };
  };

  @EventPattern(...factEventTypes)
  async on(@Payload() event: EventEnvelope, @Ctx() context: EventContext): Promise<void> {
    const caseId = event.metadata.streamId;
    const { rules, stream } = await context.once(this.clocks);
    const ids = idsOf(caseId);
    context.react({
      stream,
      decide: ({ state, facts }) => decide(state, facts, rules, ids),
      rows: ({ state, facts, events }, write) => {
        write(setTimers, { caseId, events, next: nextInstants(state, facts, rules, ids.clock), now: new Date(), quietMs: this.settings.quietMs });
        if (event.type === 'lianban.case.registered.v1') write(noteRegistered, { caseId, at: event.metadata.occurredAt, caseNo: event.data.caseNo, title: event.data.title });
        const news = newsOf(event as EventEnvelope<FactEvent>, facts);
        if (news.length > 0) write(tellNews, news);
      },
    });
  }
}
