/** What people are to be told of the clocks of a case, from the events of sla. Pure. */
import { UnreadableEvent } from '@lianban/contracts';
import type { ClockKind, EventEnvelope, SupervisionStep } from '@lianban/contracts';
import type { ClockEvent } from '../domain/case-clocks.js';

/** Of a clock. */
export const clockNoticeKinds = ['warning', 'breach', 'reminder', 'criticism', 'escalation'] as const;
export type ClockNoticeKind = 'warning' | 'breach' | SupervisionStep;
/** Of what others have decided for a unit. */
export const newsKinds = ['order', 're-dispatch', 'rework', 'extension-granted', 'extension-refused', 'woken', 'urged', 'supplemented', 'requester-wrote', 'question-lapsed'] as const;
export type NewsKind = (typeof newsKinds)[number];
export const noticeKinds = [...clockNoticeKinds, ...newsKinds] as const;
export type NoticeKind = ClockNoticeKind | NewsKind;

export interface Notice {
  /** The event's: one notice an event, so that a repeat names the same. */
  readonly noticeId: string;
  readonly caseId: string;
  /** Null of news, as are its kind and its due time. */
  readonly clockId: string | null;
  readonly kind: NoticeKind;
  readonly clockKind: ClockKind | null;
  readonly workOrderId: string | null;
  /** Null: for the supervisors only. */
  readonly department: string | null;
  readonly colour: 'yellow' | 'red' | null;
  readonly dueAt: string | null;
  /** When it became true. */
  readonly at: string;
}

/** Everything told so far of this kind about the clock does not stand any more. */
export interface Withdrawal {
  readonly clockId: string;
  readonly kind: ClockNoticeKind;
  readonly at: string;
}

/** In the order of the events: a withdrawal counts for what was told before it. */
export type NoticeChange = { readonly tell: Notice } | { readonly withdraw: Withdrawal };

/** Who is at work on what a clock times, by clock; a clock of the lead names no department itself. */
export type Holders = ReadonlyMap<string, string | null>;

export const noticesOf = (caseId: string, events: readonly EventEnvelope<ClockEvent>[], holders: Holders): NoticeChange[] =>
  events.flatMap((event) => {
    const tell = (kind: ClockNoticeKind, at: string, { clockId, kind: clockKind, department, workOrderId, dueAt }: { clockId: string; kind: ClockKind; department: string | null; workOrderId: string | null; dueAt: string }, colour: Notice['colour'] = null): NoticeChange[] =>
      [{ tell: { noticeId: event.metadata.id, caseId, clockId, kind, clockKind, department: holders.get(clockId) ?? department, workOrderId, colour, dueAt, at } }];
    const withdraw = (kind: ClockNoticeKind, clockId: string): NoticeChange[] => [{ withdraw: { clockId, kind, at: event.metadata.recordedAt } }];
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
