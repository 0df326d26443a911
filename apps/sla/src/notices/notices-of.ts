/** What people are to be told of the clocks of a case, from the events of sla. Pure. */
import { UnreadableEvent } from '@lianban/contracts';
import type { ClockKind, EventEnvelope, SupervisionStep } from '@lianban/contracts';
import type { ClockEvent } from '../domain/case-clocks.js';

export const noticeKinds = ['warning', 'breach', 'reminder', 'criticism', 'escalation'] as const;
export type NoticeKind = 'warning' | 'breach' | SupervisionStep;

export interface Notice {
  /** The event's: one notice an event, so that a repeat names the same. */
  readonly noticeId: string;
  readonly caseId: string;
  readonly clockId: string;
  readonly kind: NoticeKind;
  readonly clockKind: ClockKind;
  /** Null: for the supervisors only. */
  readonly department: string | null;
  readonly colour: 'yellow' | 'red' | null;
  readonly dueAt: string;
  /** When it became true. */
  readonly at: string;
}

/** Everything told so far of this kind about the clock does not stand any more. */
export interface Withdrawal {
  readonly clockId: string;
  readonly kind: NoticeKind;
  readonly at: string;
}

/** In the order of the events: a withdrawal counts for what was told before it. */
export type NoticeChange = { readonly tell: Notice } | { readonly withdraw: Withdrawal };

/** Who is at work on what a clock times, by clock; a clock of the lead names no department itself. */
export type Holders = ReadonlyMap<string, string | null>;

export const noticesOf = (caseId: string, events: readonly EventEnvelope<ClockEvent>[], holders: Holders): NoticeChange[] =>
  events.flatMap((event) => {
    const tell = (kind: NoticeKind, at: string, { clockId, kind: clockKind, department, dueAt }: { clockId: string; kind: ClockKind; department: string | null; dueAt: string }, colour: Notice['colour'] = null): NoticeChange[] =>
      [{ tell: { noticeId: event.metadata.id, caseId, clockId, kind, clockKind, department: holders.get(clockId) ?? department, colour, dueAt, at } }];
    const withdraw = (kind: NoticeKind, clockId: string): NoticeChange[] => [{ withdraw: { clockId, kind, at: event.metadata.recordedAt } }];
    switch (event.type) {
      case 'lianban.clock.warned.v1': return tell('warning', event.data.warnedAt, event.data);
      case 'lianban.clock.breached.v2': return tell('breach', event.data.dueAt, event.data);
      case 'lianban.supervision.raised.v1': return tell(event.data.step, event.metadata.occurredAt, event.data, event.data.colour);
      // An extension, a hold or an end from before the due time undoes a breach as a stop does; should it come about again, it is told again.
      case 'lianban.clock.corrected.v2':
      case 'lianban.clock.rescheduled.v1':
      case 'lianban.clock.cancelled.v2': return withdraw('breach', event.data.clockId);
      case 'lianban.supervision.withdrawn.v1': return withdraw(event.data.step, event.data.clockId);
      case 'lianban.clock.started.v2':
      case 'lianban.clock.stopped.v2':
      case 'lianban.clock.lapsed.v1': return [];
      default: {
        const unexpected: never = event;
        throw new UnreadableEvent(`not an event of sla: ${(unexpected as { type: string }).type}`);
      }
    }
  });
