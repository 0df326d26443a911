/** Notices about the clocks of a case, made from sla's events. Pure. */
import { UnreadableEvent } from '@lianban/contracts';
import type { ClockKind, EventEnvelope, SupervisionStep } from '@lianban/contracts';
import type { ClockEvent } from '../domain/case-clocks.js';

/** Notices about a clock. */
export const clockNoticeKinds = ['warning', 'breach', 'reminder', 'criticism', 'escalation'] as const;
export type ClockNoticeKind = 'warning' | 'breach' | SupervisionStep;
/** Notices about decisions that others made for a unit. */
export const newsKinds = ['order', 're-dispatch', 'rework', 'extension-granted', 'extension-refused', 'woken', 'urged', 'supplemented', 'requester-wrote', 'question-lapsed'] as const;
export type NewsKind = (typeof newsKinds)[number];
export const noticeKinds = [...clockNoticeKinds, ...newsKinds] as const;
export type NoticeKind = ClockNoticeKind | NewsKind;

export interface Notice {
  /** The id of the event. Each event makes one notice, so a repeat has the same id. */
  readonly noticeId: string;
  readonly caseId: string;
  /** Null for news, as are `clockKind` and `dueAt`. */
  readonly clockId: string | null;
  readonly kind: NoticeKind;
  readonly clockKind: ClockKind | null;
  readonly workOrderId: string | null;
  /** Null: only supervisors see it. */
  readonly department: string | null;
  readonly colour: 'yellow' | 'red' | null;
  readonly dueAt: string | null;
  /** When what it says happened. */
  readonly at: string;
}

/** Takes back every notice of this kind about this clock. */
export interface Withdrawal {
  readonly clockId: string;
  readonly kind: ClockNoticeKind;
  readonly at: string;
}

/** In the order of the events. A withdrawal counts for the notices before it. */
export type NoticeChange = { readonly tell: Notice } | { readonly withdraw: Withdrawal };

/** Who is at work, by clock id. Needed since a lead's clock names no department. */
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
      // These undo a breach: a stop, an extension, a hold or an end from before the due time. If the clock is breached again, that is told again.
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
