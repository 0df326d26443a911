/** What sla knows of a case from the events of other services. A fact is never refused. Facts of different services may come in any order. */
import { foldBy, foldEach, typesOf } from '@lianban/contracts';
import type { Channel, DemandKind, EventByType, Folds, HoldReason, Level, Urgency, WorkOrderRole } from '@lianban/contracts';
import type { Limit } from '@lianban/working-time';

export interface WorkOrderFact {
  readonly department: string;
  readonly role: WorkOrderRole;
  readonly round: number;
  readonly cause: 'dispatch' | 'rework';
  readonly issuedAt: string;
  readonly signedAt: string | null;
  readonly returnedAt: string | null;
  readonly completedAt: string | null;
  readonly cancelledAt: string | null;
  /** The share is taken of the limit of the lead's clock. Absent in facts of older releases, which took it of the policies' limit for the lead. */
  readonly sharesClockOfLead?: true;
  /** Of an assistant: its own due time; absent where none was. */
  readonly ownDueAt?: string;
}

export interface CallBackFact {
  readonly round: number;
  /** Start of the call-back's clock. */
  readonly answeredAt: string;
  /** The merged case whose requester is asked; absent if the case's own requester is asked. */
  readonly demandCaseId?: string;
  /** How many earlier call-backs of this demand were cancelled in this round; absent if none. */
  readonly after?: number;
  readonly recordedAt: string | null;
  readonly cancelledAt: string | null;
}

/** A hold (挂账). The case wakes at `reviewAt` by itself. */
export interface HoldFact {
  readonly holdId: string;
  readonly reason: HoldReason;
  readonly from: string;
  readonly reviewAt: string;
  readonly resumedAt: string | null;
}

/** A question to the requester that stops the clocks: until it is answered, and `waitsUntil` at most. */
export interface QuestionFact {
  readonly messageId: string;
  /** Who asked. */
  readonly department: string;
  readonly from: string;
  readonly waitsUntil: string;
  /** When it was answered, or its time was over; null until either is known. */
  readonly settledAt: string | null;
}

export interface ExtensionFact {
  readonly extensionId: string;
  readonly workOrderId: string;
  readonly at: string;
  readonly by: Limit;
}

export interface ReRatingFact {
  readonly at: string;
  readonly level: Level;
  readonly greenChannel: boolean;
}

/** All times are the `occurredAt` of events, since clocks are judged by these. */
export interface SlaFacts {
  /** `by` is the account that registered the case: requesters may see only their own. */
  readonly registered: { readonly at: string; readonly urgency: Urgency; readonly by: string;
    readonly channel: Channel; readonly territory: string; readonly category: string | null } | null;
  /** Time of the first contact. A refusal with its text and a result on the spot count as contacts. */
  readonly contactedAt: string | null;
  /** `life` is the life in which the case was accepted; absent in facts of older releases. */
  readonly accepted: { readonly at: string; readonly level: Level; readonly greenChannel: boolean; readonly category: string | null; readonly life?: number } | null;
  /** Levels set after the acceptance, in order. */
  readonly reRatings: readonly ReRatingFact[];
  /** Kinds of demand in the order in which they were set; empty in facts of older releases. */
  readonly kinds: readonly { readonly at: string; readonly kind: DemandKind }[];
  /** In the order they were asked. */
  readonly questions: readonly QuestionFact[];
  readonly workOrders: Readonly<Record<string, WorkOrderFact>>;
  /** Milestones in the order in which they were heard of. */
  readonly milestones: readonly { readonly milestone: string; readonly at: string }[];
  /** Time of the first answer, by round. */
  readonly answeredAt: Readonly<Record<number, string>>;
  readonly callBacks: Readonly<Record<string, CallBackFact>>;
  readonly holds: readonly HoldFact[];
  /** Reworks that raised the case to a higher tier. Each of them brings a step of supervision. */
  readonly raisedReworks: readonly { readonly round: number; readonly at: string; readonly toTier: EventByType<'lianban.case.escalated.v1'>['data']['toTier'] }[];
  /** Granted extensions only. */
  readonly extensions: readonly ExtensionFact[];
  /** When the current life ended. A reopened case has earlier lives too. */
  readonly endedAt: string | null;
  /** Round in which that life was closed; null if it ended in another way. */
  readonly closedRound: number | null;
  /** Time of the withdrawal that ended the first life. Absent if there was none, and in facts of older releases. */
  readonly withdrawnAt?: string;
  /**
   * Times during which the case was merged into another; the last may still go on. `contactIsOwed`: the clock of the first contact runs on meanwhile; absent in
   * facts of older releases, where it stood still.
   */
  readonly merges: readonly { readonly from: string; readonly to: string | null; readonly contactIsOwed?: true }[];
  readonly earlierLives: readonly { readonly endedAt: string; readonly reopenedAt: string; readonly closedRound: number | null }[];
}

export const initialFacts: SlaFacts = {
  registered: null, contactedAt: null, accepted: null, reRatings: [], kinds: [], questions: [], workOrders: {}, milestones: [], answeredAt: {}, callBacks: {}, holds: [], raisedReworks: [], extensions: [],
  endedAt: null, closedRound: null, merges: [], earlierLives: [],
};

/** Facts that an earlier release stored, with what they lack filled in. */
export const currentFacts = (stored: Partial<SlaFacts>): SlaFacts => ({ ...initialFacts, ...stored });

const folds = {
  'lianban.case.registered.v1': (facts, event, at) => ({ ...facts, registered: {
    at, urgency: event.data.urgency, by: event.metadata.actor.id,
    channel: event.data.channel, territory: event.data.territory, category: event.data.category,
  } }),
  'lianban.case.contacted.v1': (facts, _, at) => ({ ...facts, contactedAt: earlier(facts.contactedAt, at) }),
  'lianban.case.accepted.v1': (facts, event, at) => ({ ...facts, accepted: { at, level: event.data.level, greenChannel: event.data.greenChannel, category: event.data.category, life: facts.earlierLives.length + 1 } }),
  'lianban.case.re-rated.v1': (facts, event, at) => ({ ...facts, reRatings: [...facts.reRatings, { at, level: event.data.level, greenChannel: event.data.greenChannel }] }),
  'lianban.demand.kind-set.v1': (facts, event, at) => ({ ...facts, kinds: [...facts.kinds, { at, kind: event.data.kind }] }),
  // No clock goes by these. The units are told.
  ...foldEach(['lianban.case.urged.v1', 'lianban.case.supplemented.v1'], (facts) => facts),
  'lianban.message.sent.v1': (facts, event, at) => {
    const { messageId, department, waitsUntil, answers } = event.data;
    const questions = answers === null ? facts.questions : settled(facts.questions, answers, at);
    return { ...facts, questions: waitsUntil === null || department === null ? questions : [...questions, { messageId, department, from: at, waitsUntil, settledAt: null }] };
  },
  'lianban.question.lapsed.v1': (facts, event, at) => ({ ...facts, questions: settled(facts.questions, event.data.messageId, at) }),
  'lianban.case.reopened.v1': (facts, _, at) => ({ ...facts, endedAt: null, closedRound: null, earlierLives: [...facts.earlierLives, { endedAt: facts.endedAt ?? at, reopenedAt: at, closedRound: facts.closedRound }] }),
  ...foldEach(['lianban.case.refused.v1', 'lianban.case.handled-on-the-spot.v1'], (facts, _, at) => ({ ...facts, contactedAt: earlier(facts.contactedAt, at), endedAt: at })),
  'lianban.case.withdrawn.v1': (facts, _, at) => ({ ...facts, endedAt: at, ...(facts.earlierLives.length === 0 ? { withdrawnAt: at } : {}) }),
  'lianban.case.merged.v1': (facts, _, at) => ({ ...facts, merges: [...facts.merges, { from: at, to: null, contactIsOwed: true }] }),
  'lianban.case.unmerged.v1': (facts, _, at) => ({ ...facts, merges: facts.merges.map((merge) => (merge.to === null ? { ...merge, to: at } : merge)) }),
  'lianban.case.closed.v1': (facts, event, at) => ({ ...facts, endedAt: at, closedRound: event.data.round }),
  'lianban.work-order.issued.v1': (facts, event, at) => {
    const { workOrderId, department, role, round, cause } = event.data;
    const issued: WorkOrderFact = {
      department, role, round, cause, issuedAt: at, signedAt: null, returnedAt: null, completedAt: null, cancelledAt: null, sharesClockOfLead: true,
    };
    return { ...facts, workOrders: { ...facts.workOrders, [workOrderId]: issued } };
  },
  'lianban.work-order.signed.v1': (facts, event, at) => withWorkOrder(facts, event.data.workOrderId, { signedAt: at }),
  'lianban.work-order.returned.v1': (facts, event, at) => withWorkOrder(facts, event.data.workOrderId, { returnedAt: at }),
  'lianban.work-order.completed.v1': (facts, event, at) => withWorkOrder(facts, event.data.workOrderId, { completedAt: at }),
  'lianban.work-order.cancelled.v1': (facts, event, at) => withWorkOrder(facts, event.data.workOrderId, { cancelledAt: at }),
  'lianban.assistance.terms-set.v1': (facts, { data: { workOrderId, dueAt } }) => (dueAt === null ? facts : withWorkOrder(facts, workOrderId, { ownDueAt: dueAt })),
  'lianban.milestone.reached.v1': (facts, event, at) => ({ ...facts, milestones: [...facts.milestones, { milestone: event.data.milestone, at }] }),
  'lianban.case.answered.v1': (facts, event, at) => ({ ...facts, answeredAt: { [event.data.round]: at, ...facts.answeredAt } }),
  'lianban.case.held.v1': (facts, event, at) => {
    const { holdId, reason, reviewAt } = event.data;
    return { ...facts, holds: [...facts.holds, { holdId, reason, from: at, reviewAt, resumedAt: null }] };
  },
  'lianban.case.resumed.v1': (facts, event, at) => ({ ...facts, holds: facts.holds.map((hold) => (hold.holdId === event.data.holdId ? { ...hold, resumedAt: at } : hold)) }),
  'lianban.case.escalated.v1': (facts, event, at) => {
    const { cause, round, toTier } = event.data;
    return cause === 'rework' ? { ...facts, raisedReworks: [...facts.raisedReworks, { round, at, toTier }] } : facts;
  },
  'lianban.extension.granted.v1': (facts, event, at) => {
    const { extensionId, workOrderId, by } = event.data;
    return { ...facts, extensions: [...facts.extensions, { extensionId, workOrderId, at, by }] };
  },
  // The deadline stays, so no fact changes. `newsOf` tells the unit.
  'lianban.extension.refused.v1': (facts) => facts,
  'lianban.call-back.opened.v2': (facts, event) => {
    const { callBackId, round, demandCaseId, since } = event.data;
    const after = Object.values(facts.callBacks).filter((other) => other.round === round && (other.demandCaseId ?? null) === demandCaseId).length;
    const opened: CallBackFact = { round, answeredAt: since, recordedAt: null, cancelledAt: null, ...(demandCaseId === null ? {} : { demandCaseId }), ...(after === 0 ? {} : { after }) };
    return { ...facts, callBacks: { ...facts.callBacks, [callBackId]: opened } };
  },
  'lianban.call-back.recorded.v2': (facts, event, at) => withCallBack(facts, event.data.callBackId, { recordedAt: at }),
  'lianban.call-back.cancelled.v2': (facts, event, at) => withCallBack(facts, event.data.callBackId, { cancelledAt: at }),
} satisfies Folds<SlaFacts>;

export const factEventTypes = typesOf(folds);
export type FactEvent = EventByType<(typeof factEventTypes)[number]>;
export const evolveFacts = foldBy<SlaFacts>(folds, 'sla');

const settled = (questions: SlaFacts['questions'], messageId: string, at: string): SlaFacts['questions'] =>
  questions.map((question) => (question.messageId === messageId ? { ...question, settledAt: at } : question));

/** An earlier contact may be heard of after a later one. */
const earlier = (known: string | null, at: string): string => (known !== null && Date.parse(known) <= Date.parse(at) ? known : at);

/** Each service's events come in order, so an order's later events never come before its issue. */
const withWorkOrder = (facts: SlaFacts, workOrderId: string, change: Partial<WorkOrderFact>): SlaFacts => {
  const order = facts.workOrders[workOrderId];
  return order ? { ...facts, workOrders: { ...facts.workOrders, [workOrderId]: { ...order, ...change } } } : facts;
};

const withCallBack = (facts: SlaFacts, callBackId: string, change: Partial<CallBackFact>): SlaFacts => {
  const callBack = facts.callBacks[callBackId];
  return callBack ? { ...facts, callBacks: { ...facts.callBacks, [callBackId]: { ...callBack, ...change } } } : facts;
};
