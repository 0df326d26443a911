/** What a requester is told, by which event (docs/domain.md, "What requesters are told"). Pure. */
import type { CaseEvent, EventByType, EventEnvelope, RequesterNotice } from '@lianban/contracts';
import { deterministicId } from '@lianban/event-store';
import type { IntakeFacts } from '../domain/facts.js';
import type { IntakeCase } from '../domain/intake-case.js';

/** What the text of a notice names. */
export interface NoticeFacts {
  readonly caseNo: string;
  /** Masked. */
  readonly text?: string;
  readonly at?: string;
  readonly callBackId?: string;
}
export interface NoticeToSend {
  /** Follows from event and case, so that what is done again names the same. */
  readonly noticeId: string;
  readonly caseId: string;
  readonly kind: RequesterNotice;
  readonly facts: NoticeFacts;
}

export const foreignNoticeTypes = ['lianban.case.answered.v1', 'lianban.clock.rescheduled.v1', 'lianban.call-back.opened.v2'] as const;
type ForeignEvent = EventByType<(typeof foreignNoticeTypes)[number]>;

const dayMs = 86_400_000;
/** Nobody is told today of what happened long ago: an import, or a service that was away for days. */
const isOld = ({ metadata: { occurredAt, recordedAt } }: EventEnvelope): boolean => Date.parse(recordedAt) - Date.parse(occurredAt) > dayMs;

const told = (event: EventEnvelope, kind: RequesterNotice, facts: NoticeFacts, caseId = event.metadata.streamId): NoticeToSend[] =>
  (isOld(event) ? [] : [{ noticeId: deterministicId(event.metadata.id, caseId), caseId, kind, facts }]);

/** Of intake's own events. */
export const noticesOf = (event: EventEnvelope<CaseEvent<'intake'>>, { caseNo }: Pick<IntakeCase, 'caseNo'>): NoticeToSend[] => {
  switch (event.type) {
    case 'lianban.case.registered.v1': return told(event, 'registered', { caseNo });
    case 'lianban.case.accepted.v1': return told(event, 'accepted', { caseNo });
    case 'lianban.case.refused.v1': return told(event, 'refused', { caseNo, text: event.data.text });
    case 'lianban.case.handled-on-the-spot.v1': return told(event, 'answered', { caseNo, text: event.data.result });
    case 'lianban.case.urged.v1': return told(event, 'urging-received', { caseNo });
    case 'lianban.message.sent.v1':
      return event.data.side === 'handler' ? told(event, event.data.asks ? 'question-asked' : 'message-received', { caseNo, text: event.data.text }) : [];
    default: return [];
  }
};

/** Of what other services say: an answer is for the requester of each demand; the new date is told once sla has it, with the reason that dispatch gave. */
export const foreignNoticesOf = (event: EventEnvelope<ForeignEvent>, { caseNo, joined }: Pick<IntakeCase, 'caseNo' | 'joined'>, { extensionReasons = {} }: IntakeFacts): NoticeToSend[] => {
  const { streamId } = event.metadata;
  switch (event.type) {
    case 'lianban.case.answered.v1':
      return [streamId, ...joined].flatMap((caseId) => told(event, 'answered', { caseNo, text: event.data.result }, caseId));
    case 'lianban.clock.rescheduled.v1': {
      const { cause, kind, dueAt, derivation } = event.data;
      const text = extensionReasons[derivation.extensions.at(-1)?.extensionId ?? ''];
      if (cause !== 'extended' || (kind !== 'lead' && kind !== 'rework') || text === undefined) return [];
      return [streamId, ...joined].flatMap((caseId) => told(event, 'extended', { caseNo, text, at: dueAt }, caseId));
    }
    case 'lianban.call-back.opened.v2':
      return told(event, 'rate', { caseNo, callBackId: event.data.callBackId }, event.data.demandCaseId ?? streamId);
  }
};
