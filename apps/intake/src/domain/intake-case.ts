/** What intake decides about one case. Stream: the case id. */
import { UnreadableEvent } from '@lianban/contracts';
import type {
  CaseEvent, Channel, DemandKind, EventEnvelope, Level, MaskedText, RefusalReason, RequesterKind, Urgency,
} from '@lianban/contracts';

export type IntakeEvent = CaseEvent<'intake'>;

/** Intake's part of the status; what happens between acceptance and closing belongs to other services. */
export const intakeStatuses = ['registered', 'accepted', 'refused', 'withdrawn', 'merged', 'closed'] as const;
export type IntakeStatus = (typeof intakeStatuses)[number];

export interface IntakeCase {
  readonly status: IntakeStatus;
  readonly caseNo: string;
  readonly title: MaskedText;
  readonly description: MaskedText;
  readonly channel: Channel;
  readonly category: string | null;
  readonly territory: string;
  readonly location: MaskedText | null;
  readonly requester: { readonly kind: RequesterKind; readonly ref: string };
  /** Account that registered it: a requester sees and withdraws only their own. */
  readonly registeredBy: string;
  readonly urgency: Urgency;
  /** Kind of demand (诉求类型); null until somebody has said it. */
  readonly kind: DemandKind | null;
  /** The visit that found it; null when it came in otherwise. */
  readonly visitId: string | null;
  readonly level: Level | null;
  readonly greenChannel: boolean;
  readonly registeredAt: string;
  readonly contactedAt: string | null;
  readonly acceptedAt: string | null;
  /** When it was refused, withdrawn, merged or closed. */
  readonly endedAt: string | null;
  /** When it was last opened again; null when never. */
  readonly reopenedAt: string | null;
  /** Round of the last call-back that closed it; one of an older round closes nothing any more. */
  readonly closedRound: number;
  readonly refusal: { readonly reason: RefusalReason; readonly text: MaskedText } | null;
  /** Result of handling on the spot. */
  readonly result: MaskedText | null;
  /** The case that answers its demand too; null unless it is merged. */
  readonly mergedInto: string | null;
  /** Cases whose demands have joined this one, in the order they did. */
  readonly joined: readonly string[];
  /** How often the requester urged, and added something. */
  readonly urgings: number;
  readonly supplements: number;
  /** In the order they were asked. */
  readonly questions: readonly Question[];
}

/** A question of a handler to the requester. */
export interface Question {
  readonly messageId: string;
  readonly department: string | null;
  readonly at: string;
  /** Until then the clocks wait for the answer; null when they don't. */
  readonly waitsUntil: string | null;
  /** When it was answered, or its time was over. */
  readonly settledAt: string | null;
}

/** `null` until the case is registered. */
export type IntakeState = IntakeCase | null;
export const initialState: IntakeState = null;

export const evolve = (state: IntakeState, event: EventEnvelope<IntakeEvent>): IntakeState => {
  const at = event.metadata.occurredAt;
  if (event.type === 'lianban.case.registered.v1') {
    return {
      ...event.data, status: 'registered', registeredBy: event.metadata.actor.id, kind: null, visitId: null, level: null, greenChannel: false,
      registeredAt: at, contactedAt: null, acceptedAt: null, endedAt: null, reopenedAt: null, closedRound: 0, refusal: null, result: null, mergedInto: null, joined: [], urgings: 0, supplements: 0, questions: [],
    };
  }
  // Only a registration starts the stream; a store that says otherwise is broken, and silence would hide it.
  if (state === null) throw new UnreadableEvent(`${event.type} before the registration of its case`);
  switch (event.type) {
    case 'lianban.case.found-on-visit.v1':
      return { ...state, visitId: event.data.visitId };
    case 'lianban.case.contacted.v1':
      return { ...state, contactedAt: state.contactedAt !== null && Date.parse(state.contactedAt) <= Date.parse(at) ? state.contactedAt : at };
    case 'lianban.case.accepted.v1':
      return { ...state, ...event.data, status: 'accepted', acceptedAt: at };
    case 'lianban.case.refused.v1':
      return { ...state, status: 'refused', refusal: event.data, endedAt: at };
    case 'lianban.case.handled-on-the-spot.v1':
      return { ...state, status: 'closed', result: event.data.result, endedAt: at };
    case 'lianban.case.withdrawn.v1':
      return { ...state, status: 'withdrawn', endedAt: at };
    case 'lianban.case.closed.v1':
      return { ...state, status: 'closed', endedAt: at, closedRound: event.data.round };
    case 'lianban.case.re-rated.v1':
      return { ...state, level: event.data.level, greenChannel: event.data.greenChannel };
    case 'lianban.demand.kind-set.v1':
      return { ...state, kind: event.data.kind };
    case 'lianban.case.reopened.v1':
      return { ...state, ...goesOn(state), reopenedAt: at, result: null };
    case 'lianban.case.merged.v1':
      return { ...state, status: 'merged', endedAt: at, mergedInto: event.data.intoCaseId };
    case 'lianban.case.unmerged.v1':
      return { ...state, ...goesOn(state), mergedInto: null };
    case 'lianban.demand.joined.v1':
      return { ...state, joined: [...state.joined, event.data.demandCaseId] };
    case 'lianban.demand.left.v1':
      return { ...state, joined: state.joined.filter((caseId) => caseId !== event.data.demandCaseId) };
    case 'lianban.demand.repeated.v1':
      // Decides nothing here; insight counts it.
      return state;
    case 'lianban.case.urged.v1':
      return { ...state, urgings: event.data.ordinal };
    case 'lianban.case.supplemented.v1':
      return { ...state, supplements: event.data.ordinal };
    case 'lianban.message.sent.v1': {
      const { messageId, department, asks, waitsUntil, answers } = event.data;
      const questions = answers === null ? state.questions : settled(state.questions, answers, at);
      return { ...state, questions: asks ? [...questions, { messageId, department, at, waitsUntil, settledAt: null }] : questions };
    }
    case 'lianban.question.lapsed.v1':
      return { ...state, questions: settled(state.questions, event.data.messageId, at) };
    case 'lianban.requester.told.v1':
      // For the timeline.
      return state;
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`not an event of intake: ${(unexpected as { type: string }).type}`);
    }
  }
};

const settled = (questions: readonly Question[], messageId: string, at: string): readonly Question[] =>
  questions.map((question) => (question.messageId === messageId ? { ...question, settledAt: at } : question));

const goesOn = ({ acceptedAt }: IntakeCase) => ({ status: acceptedAt === null ? 'registered' as const : 'accepted' as const, endedAt: null });
