import type { EventEnvelope } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { idsOf } from '../clock-ids.js';
import type { ClockEvent } from '../domain/case-clocks.js';
import type { SlaFacts } from '../domain/facts.js';
import { plansOf } from '../domain/schedule-clock.js';
import type { Rules } from '../domain/schedule-clock.js';
import { inboxChannel } from './inbox-channel.js';
import type { NoticeChannel } from './notice-channel.js';
import { noticesOf } from './notices-of.js';
import type { Notice } from './notices-of.js';

/** Add a further channel here. */
const channels: readonly NoticeChannel[] = [inboxChannel];

/** Events appended to a case's stream, with the facts and rules of that moment. */
export interface CaseEvents {
  readonly caseId: string;
  readonly events: readonly EventEnvelope[];
  readonly facts: SlaFacts;
  readonly rules: Rules;
}

/** Tells people what follows from events just appended, in the same transaction. */
export const tellPeople = async (tx: Tx, cases: readonly CaseEvents[]): Promise<void> => {
  const notices = cases.flatMap(({ caseId, events, facts, rules }) => {
    if (events.length === 0) return [];
    const holders = new Map(plansOf(facts, rules, idsOf(caseId).clock).map(({ clockId, holder }) => [clockId, holder]));
    // The stream of a case holds only the events of its clocks.
    return noticesOf(caseId, events as readonly EventEnvelope<ClockEvent>[], holders);
  });
  if (notices.length === 0) return;
  for (const channel of channels) await channel(tx, notices);
};

/** Tells units what others decided, in the transaction that hears of it. */
export const tellNews = async (tx: Tx, news: readonly (readonly Notice[])[]): Promise<void> => {
  const notices = news.flat().map((tell) => ({ tell }));
  if (notices.length === 0) return;
  for (const channel of channels) await channel(tx, notices);
};
