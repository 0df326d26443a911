/** What dispatch decides about one case: who does which part of it. Stream: the case id. */
import { openOrderStatuses, UnreadableEvent } from '@lianban/contracts';
import type { CaseEvent, EventByType, EventEnvelope, HoldReason, MaskedText, territoryKinds, WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';

export type DispatchEvent = CaseEvent<'dispatch'>;
/** `occurredAt` of an event caused by time alone; absent: that of the command, or of the event reacted to. */
export type NewDispatchEvent = DispatchEvent & { readonly occurredAt?: string };

export interface WorkOrder {
  readonly workOrderId: string;
  readonly department: string;
  readonly role: WorkOrderRole;
  readonly round: number;
  readonly status: WorkOrderStatus;
  /** The return window starts here. */
  readonly issuedAt: string;
  /** When it was completed, returned or cancelled; null while it is open. */
  readonly endedAt: string | null;
  /** Of an assistant: the lead can't answer while it is open. */
  readonly required: boolean;
  /** Of an assistant: its own due time; null: by the limits. */
  readonly ownDueAt: string | null;
}

export const releaseGrounds = ['not-competent', 'not-needed', 'other'] as const;

/** An assistant asked to be released. */
export interface Release {
  readonly releaseId: string;
  readonly workOrderId: string;
  readonly status: 'requested' | 'released' | 'refused';
  readonly at: string;
}

/** Asked for by the unit of an order. */
export interface Extension {
  readonly extensionId: string;
  readonly workOrderId: string;
  readonly ordinal: number;
  readonly by: EventByType<'lianban.extension.requested.v1'>['data']['by'];
  readonly status: 'requested' | 'granted' | 'refused';
  readonly grantedAt: string | null;
  readonly reason: MaskedText;
  /** Who asked; somebody else grants it. */
  readonly askedBy: string;
  readonly askedAt: string;
}

/** A level of the territory tree above a case; without a code when its territory is not in the directory. */
export interface Tier {
  readonly kind: (typeof territoryKinds)[number];
  readonly code: string | null;
}

export const transferStatuses = ['requested', 'agreed', 'declined'] as const;

/** The lead asked another unit to lead instead. */
export interface Transfer {
  readonly transferId: string;
  readonly workOrderId: string;
  readonly from: string;
  readonly to: string;
  readonly round: number;
  readonly status: (typeof transferStatuses)[number];
  /** When it was asked for, and since then agreed or declined. */
  readonly at: string;
}

export const objectionStatuses = ['waiting', 'upheld', 'rejected'] as const;

/** Who has to handle the case, by whose word. */
export interface Ruling {
  readonly rulingId: string;
  readonly lead: string;
  readonly at: string;
  readonly by: string;
  readonly objection: { readonly by: string; readonly status: (typeof objectionStatuses)[number]; readonly at: string } | null;
}

export interface DispatchState {
  /** The round that is being handled; 0 before the first dispatch. */
  readonly round: number;
  /** The last answer; the case waits for its call-back while its round is the current one. */
  readonly answer: { readonly round: number; readonly lead: string; readonly at: string } | null;
  /** In the order they were issued; a case has a handful. */
  readonly workOrders: readonly WorkOrder[];
  /** The hold that stands; null when the case is handled. */
  readonly hold: { readonly holdId: string; readonly reviewAt: string; readonly reason: HoldReason; readonly from: string } | null;
  /** All holds in their order, each with its end: the review, unless it was ended earlier. */
  readonly holds: readonly { readonly from: string; readonly to: string }[];
  readonly extensions: readonly Extension[];
  readonly milestones: readonly { readonly milestone: string; readonly round: number }[];
  /** The tier it was raised to; null while it is with its own territory. */
  readonly tier: Tier | null;
  /** The last one. */
  readonly ruling: Ruling | null;
  /** In the order they were asked for. */
  readonly transfers: readonly Transfer[];
  readonly releases: readonly Release[];
}
export const initialState: DispatchState = { round: 0, answer: null, workOrders: [], hold: null, holds: [], extensions: [], milestones: [], tier: null, ruling: null, transfers: [], releases: [] };

export const isOpen = (order: WorkOrder): boolean => openOrderStatuses.includes(order.status);

export const evolve = (state: DispatchState, event: EventEnvelope<DispatchEvent>): DispatchState => {
  switch (event.type) {
    case 'lianban.case.dispatched.v1':
      return { ...state, round: event.data.round };
    case 'lianban.routing.chosen.v1':
      return state;
    case 'lianban.case.ruled.v1':
      return { ...state, ruling: { rulingId: event.data.rulingId, lead: event.data.lead, at: event.metadata.occurredAt, by: event.metadata.actor.id, objection: null } };
    case 'lianban.ruling.objected.v1':
      return withObjection(state, { by: event.metadata.actor.id, status: 'waiting', at: event.metadata.occurredAt });
    case 'lianban.objection.decided.v1':
      return withObjection(state, { status: event.data.upheld ? 'upheld' : 'rejected', at: event.metadata.occurredAt });
    case 'lianban.work-order.issued.v1': {
      const { workOrderId, department, role, round } = event.data;
      const issued: WorkOrder = { workOrderId, department, role, round, status: 'dispatched', issuedAt: event.metadata.occurredAt, endedAt: null, required: role === 'assist', ownDueAt: null };
      return { ...state, round, workOrders: [...state.workOrders, issued] };
    }
    case 'lianban.work-order.signed.v1':
      return withOrder(state, event.data.workOrderId, { status: 'signed' });
    case 'lianban.work-order.progressed.v1':
      return withOrder(state, event.data.workOrderId, { status: 'in-progress' });
    case 'lianban.milestone.reached.v1': {
      const { milestone, round } = event.data;
      return { ...state, milestones: [...state.milestones, { milestone, round }] };
    }
    case 'lianban.work-order.returned.v1':
      return withOrder(state, event.data.workOrderId, { status: 'returned', endedAt: event.metadata.occurredAt });
    case 'lianban.work-order.completed.v1':
      return withOrder(state, event.data.workOrderId, { status: 'completed', endedAt: event.metadata.occurredAt });
    case 'lianban.work-order.cancelled.v1':
      return withOrder(state, event.data.workOrderId, { status: 'cancelled', endedAt: event.metadata.occurredAt });
    case 'lianban.case.answered.v1':
      return { ...state, answer: { round: event.data.round, lead: event.data.lead, at: event.metadata.occurredAt } };
    case 'lianban.case.held.v1': {
      const { holdId, reviewAt, reason } = event.data;
      return { ...state, hold: { holdId, reviewAt, reason, from: event.metadata.occurredAt }, holds: [...state.holds, { from: event.metadata.occurredAt, to: reviewAt }] };
    }
    case 'lianban.case.resumed.v1': {
      // The hold ends at the review, even if no event says so yet.
      const { occurredAt } = event.metadata;
      return { ...state, hold: null, holds: state.holds.map((hold, index) =>
        (index < state.holds.length - 1 || Date.parse(occurredAt) >= Date.parse(hold.to) ? hold : { ...hold, to: occurredAt })) };
    }
    case 'lianban.case.escalated.v1':
    case 'lianban.case.brought-down.v1':
      return { ...state, tier: { kind: event.data.toTier, code: event.data.territory } };
    case 'lianban.assistance.terms-set.v1':
      return withOrder(state, event.data.workOrderId, { required: event.data.required, ownDueAt: event.data.dueAt });
    case 'lianban.assistance.release-requested.v1': {
      const { releaseId, workOrderId } = event.data;
      return { ...state, releases: [...state.releases, { releaseId, workOrderId, status: 'requested', at: event.metadata.occurredAt }] };
    }
    case 'lianban.assistance.released.v1':
      return withRelease(state, event.data.releaseId, { status: 'released', at: event.metadata.occurredAt });
    case 'lianban.assistance.release-refused.v1':
      return withRelease(state, event.data.releaseId, { status: 'refused', at: event.metadata.occurredAt });
    case 'lianban.transfer.requested.v1': {
      const { transferId, workOrderId, from, to, round } = event.data;
      return { ...state, transfers: [...state.transfers, { transferId, workOrderId, from, to, round, status: 'requested', at: event.metadata.occurredAt }] };
    }
    case 'lianban.transfer.agreed.v1':
      return withTransfer(state, event.data.transferId, { status: 'agreed', at: event.metadata.occurredAt });
    case 'lianban.transfer.declined.v1':
      return withTransfer(state, event.data.transferId, { status: 'declined', at: event.metadata.occurredAt });
    case 'lianban.extension.requested.v1': {
      const { extensionId, workOrderId, ordinal, by, reason } = event.data;
      return { ...state, extensions: [...state.extensions, { extensionId, workOrderId, ordinal, by, status: 'requested', grantedAt: null, reason, askedBy: event.metadata.actor.id, askedAt: event.metadata.occurredAt }] };
    }
    case 'lianban.extension.granted.v1':
      return withExtension(state, event.data.extensionId, { status: 'granted', ordinal: event.data.ordinal, grantedAt: event.metadata.occurredAt });
    case 'lianban.extension.refused.v1':
      return withExtension(state, event.data.extensionId, { status: 'refused' });
    default: {
      const unexpected: never = event;
      throw new UnreadableEvent(`not an event of dispatch: ${(unexpected as { type: string }).type}`);
    }
  }
};

const withOrder = (state: DispatchState, workOrderId: string, change: Partial<WorkOrder>): DispatchState => ({
  ...state,
  workOrders: state.workOrders.map((order) => (order.workOrderId === workOrderId ? { ...order, ...change } : order)),
});

const withRelease = (state: DispatchState, releaseId: string | null, change: Partial<Release>): DispatchState => ({
  ...state,
  releases: state.releases.map((release) => (release.releaseId === releaseId ? { ...release, ...change } : release)),
});

const withObjection = (state: DispatchState, change: Partial<NonNullable<Ruling['objection']>>): DispatchState =>
  (state.ruling ? { ...state, ruling: { ...state.ruling, objection: { by: '', status: 'waiting', at: '', ...state.ruling.objection, ...change } } } : state);

const withTransfer = (state: DispatchState, transferId: string, change: Partial<Transfer>): DispatchState => ({
  ...state,
  transfers: state.transfers.map((transfer) => (transfer.transferId === transferId ? { ...transfer, ...change } : transfer)),
});

const withExtension = (state: DispatchState, extensionId: string, change: Partial<Extension>): DispatchState => ({
  ...state,
  extensions: state.extensions.map((extension) => (extension.extensionId === extensionId ? { ...extension, ...change } : extension)),
});
