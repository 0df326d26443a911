import type { AppName, Channel, DemandKind, HoldReason, Level, RefusalReason, RequesterKind, Urgency, WorkOrderRole } from '@lianban/contracts';
import { sender, type Answer, type CallOptions, type ClientOptions } from './http.js';

/** Every command takes it: for things entered later than they happened; needs a token with the import permission. */
export interface Imported { readonly occurredAt?: string }

export interface RegisterCase extends Imported {
  readonly title: string;
  readonly description: string;
  readonly channel: Channel;
  readonly territory: string;
  readonly requester: { readonly kind: RequesterKind; readonly name: string; readonly phone?: string; readonly address?: string; readonly email?: string };
  readonly category?: string;
  readonly location?: string;
  readonly urgency?: Urgency;
  readonly kind?: DemandKind;
}
export interface AcceptCase extends Imported { readonly level: Level; readonly category?: string; readonly greenChannel?: boolean; readonly kind?: DemandKind }
export interface RefuseCase extends Imported { readonly reason: RefusalReason; readonly text: string }
export interface DispatchCase extends Imported { readonly lead: string; readonly assist?: readonly string[]; readonly note?: string }
export interface CompleteWorkOrder extends Imported { readonly result: string; readonly withoutAssistants?: string }
export interface ReturnWorkOrder extends Imported { readonly reason: string; readonly suggestedDepartment?: string }
export interface HoldCase extends Imported { readonly reason: HoldReason; readonly reviewOn: string; readonly note?: string }
export interface RequestExtension extends Imported { readonly workingDays?: number; readonly until?: string; readonly reason: string }
export interface CallBackOutcome extends Imported {
  readonly reached: boolean;
  readonly resolved?: boolean;
  readonly satisfaction?: number;
  readonly comment?: string;
  readonly unitAtFault?: boolean;
}

export interface CaseState { readonly caseId: string; readonly caseNo: string; readonly status: string; readonly version: number }
export interface ThreadItem {
  readonly messageId: string;
  readonly kind: string;
  readonly side: string;
  readonly role: string;
  readonly department?: string;
  readonly text?: string;
  readonly waitsUntil?: string;
  readonly answeredAt?: string;
}
export interface WorkOrder {
  readonly workOrderId: string;
  readonly caseId?: string;
  readonly department: string;
  readonly role: WorkOrderRole;
  readonly status: string;
  readonly round?: number;
}
export interface DispatchState { readonly workOrders: readonly WorkOrder[]; readonly [more: string]: unknown }
export interface CallBack {
  readonly callBackId: string;
  readonly caseId: string;
  readonly demandCaseId?: string;
  readonly round: number;
  readonly status: string;
  readonly decision?: 'close' | 'rework' | null;
}
export interface Clock {
  readonly kind: string;
  readonly status: string;
  readonly round: number;
  readonly startedAt: string;
  readonly dueAt: string;
  readonly stoppedAt?: string | null;
  readonly heldUntil?: string | null;
  readonly derivation?: { readonly extensions: readonly unknown[]; readonly held: readonly { readonly from: string; readonly to: string }[] };
  readonly department?: string | null;
}
export interface CaseRow { readonly caseId: string; readonly caseNo: string; readonly title: string; readonly status: string; readonly [column: string]: unknown }
/** The wide row with what belongs to the case. */
export interface CaseDetail extends CaseRow {
  readonly workOrders: readonly WorkOrder[];
  readonly clocks: readonly Clock[];
  readonly callBacks: readonly CallBack[];
}
export interface TimelineItem {
  readonly type: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly service: string;
  readonly actor: unknown;
  readonly data: Readonly<Record<string, unknown>>;
}
export interface StaffMember { readonly personId: string; readonly name: string; readonly post: string | null; readonly department: string | null; readonly territory: string | null }
export interface Rate { readonly numerator: number; readonly denominator: number; readonly value?: number | null }
export interface RatesItem { readonly key: string; readonly response: Rate; readonly resolution: Rate; readonly satisfaction: Rate }
export interface RoutingProposal { readonly items: readonly { readonly department: string; readonly score: number; readonly reasons: readonly string[] }[]; readonly sure: boolean; readonly modelVersion: string }
export interface RoutingFigures { readonly key: string; readonly dispatches: number; readonly automatic: number; readonly first: Rate; readonly amongThree: Rate; readonly sure: Rate; readonly sureRight: Rate }
export interface Page<T> { readonly items: readonly T[]; readonly nextCursor?: string | null }
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The routes of the public API that one demand passes on its way, typed. Every method answers with status, body and ETag. */
export const lianbanClient = (options: ClientOptions) => {
  const send = sender(options);
  const at = (segment: string) => encodeURIComponent(segment);
  const get = <T>(service: AppName, path: string, query?: Query, call?: CallOptions): Promise<Answer<T>> =>
    send<T>({ ...call, method: 'GET', service, path, query });
  const post = <T>(service: AppName, path: string, body: unknown, call?: CallOptions): Promise<Answer<T>> =>
    send<T>({ ...call, method: 'POST', service, path, body });

  return {
    get, post,

    registerCase: (body: RegisterCase, call?: CallOptions) => post<CaseState>('intake', '/api/v1/cases', body, call),
    getCase: (caseId: string) => get<CaseState>('intake', `/api/v1/cases/${at(caseId)}`),
    accept: (caseId: string, body: AcceptCase, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/accept`, body, call),
    refuse: (caseId: string, body: RefuseCase, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/refuse`, body, call),
    contact: (caseId: string, body: Imported & { note?: string }, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/contact`, body, call),
    withdraw: (caseId: string, body: Imported & { reason?: string }, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/withdraw`, body, call),
    urge: (caseId: string, body: Imported & { text?: string }, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/urge`, body, call),
    supplement: (caseId: string, body: Imported & { text: string }, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/supplement`, body, call),
    writeMessage: (caseId: string, body: Imported & { text: string; asks?: boolean; side?: 'requester' }, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/messages`, body, call),
    messages: (caseId: string) => get<Page<ThreadItem>>('intake', `/api/v1/cases/${at(caseId)}/messages`),
    handleOnTheSpot: (caseId: string, body: Imported & { result: string }, call?: CallOptions) =>
      post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/handle-on-the-spot`, body, call),
    reRate: (caseId: string, body: Imported & { level: Level; greenChannel?: boolean; kind?: DemandKind; reason: string }, call?: CallOptions) =>
      post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/re-rate`, body, call),
    merge: (caseId: string, body: Imported & { intoCaseId: string; reason?: string }, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/merge`, body, call),
    unmerge: (caseId: string, body: Imported & { intoCaseId?: string; reason?: string }, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/unmerge`, body, call),
    reopen: (caseId: string, body: Imported & { reason: string }, call?: CallOptions) => post<CaseState>('intake', `/api/v1/cases/${at(caseId)}/reopen`, body, call),

    departments: (query?: Query) => get<Page<{ code: string; kind: string }>>('dispatch', '/api/v1/departments', query),
    territories: (query?: Query) => get<Page<{ code: string; kind: string; parent: string | null }>>('dispatch', '/api/v1/territories', query),
    staff: (personId: string) => get<Page<StaffMember>>('dispatch', '/api/v1/staff', { id: personId }),
    insightRouting: (query?: Query) => get<{ items: RoutingFigures[] }>('insight', '/api/v1/insight/routing', query),
    routingProposal: (caseId: string) => get<RoutingProposal>('dispatch', `/api/v1/cases/${at(caseId)}/routing-proposal`),
    dispatch: (caseId: string, body: DispatchCase, call?: CallOptions) => post<DispatchState>('dispatch', `/api/v1/cases/${at(caseId)}/dispatch`, body, call),
    rule: (caseId: string, body: Imported & { lead: string; assist?: string[]; basis: string }, call?: CallOptions) => post<DispatchState>('dispatch', `/api/v1/cases/${at(caseId)}/ruling`, body, call),
    objectToRuling: (caseId: string, body: Imported & { reason: string }, call?: CallOptions) => post<{ status: string }>('dispatch', `/api/v1/cases/${at(caseId)}/ruling/objection`, body, call),
    decideObjection: (caseId: string, body: Imported & { upheld: boolean; reason: string }, call?: CallOptions) => post<{ status: string }>('dispatch', `/api/v1/cases/${at(caseId)}/ruling/objection/decide`, body, call),
    inbox: (department: string, query?: Query) => get<Page<WorkOrder>>('dispatch', `/api/v1/departments/${at(department)}/inbox`, query),
    workOrder: (id: string) => get<WorkOrder>('dispatch', `/api/v1/work-orders/${at(id)}`),
    sign: (id: string, body: Imported & { note?: string }, call?: CallOptions) => post<WorkOrder>('dispatch', `/api/v1/work-orders/${at(id)}/sign`, body, call),
    progress: (id: string, body: Imported & { note: string }, call?: CallOptions) => post<WorkOrder>('dispatch', `/api/v1/work-orders/${at(id)}/progress`, body, call),
    reachMilestone: (id: string, body: Imported & { milestone: string; note?: string }, call?: CallOptions) => post<WorkOrder>('dispatch', `/api/v1/work-orders/${at(id)}/milestones`, body, call),
    complete: (id: string, body: CompleteWorkOrder, call?: CallOptions) => post<WorkOrder>('dispatch', `/api/v1/work-orders/${at(id)}/complete`, body, call),
    returnOrder: (id: string, body: ReturnWorkOrder, call?: CallOptions) => post<WorkOrder>('dispatch', `/api/v1/work-orders/${at(id)}/return`, body, call),
    hold: (id: string, body: HoldCase, call?: CallOptions) => post<DispatchState>('dispatch', `/api/v1/work-orders/${at(id)}/hold`, body, call),
    resume: (id: string, body: Imported & { note?: string }, call?: CallOptions) => post<DispatchState>('dispatch', `/api/v1/work-orders/${at(id)}/resume`, body, call),
    escalate: (caseId: string, body: Imported & { toTier: string; reason: string }, call?: CallOptions) => post<{ tier?: string }>('dispatch', `/api/v1/cases/${at(caseId)}/escalate`, body, call),
    requestExtension: (workOrderId: string, body: RequestExtension, call?: CallOptions) =>
      post<{ number: number }>('dispatch', `/api/v1/work-orders/${at(workOrderId)}/extension-requests`, body, call),
    approveExtension: (workOrderId: string, number: number, body: Imported & { reason?: string }, call?: CallOptions) =>
      post<unknown>('dispatch', `/api/v1/work-orders/${at(workOrderId)}/extension-requests/${number}/approve`, body, call),

    clocks: (caseId: string) => get<Page<Clock>>('sla', `/api/v1/cases/${at(caseId)}/clocks`),

    callBacks: (query?: Query) => get<Page<CallBack>>('satisfaction', '/api/v1/call-backs', query),
    recordOutcome: (id: string, body: CallBackOutcome, call?: CallOptions) => post<CallBack>('satisfaction', `/api/v1/call-backs/${at(id)}/outcome`, body, call),

    insightCases: (query?: Query) => get<Page<CaseRow>>('insight', '/api/v1/insight/cases', query),
    insightCase: (caseId: string) => get<CaseDetail>('insight', `/api/v1/insight/cases/${at(caseId)}`),
    timeline: (caseId: string) => get<Page<TimelineItem>>('insight', `/api/v1/insight/cases/${at(caseId)}/timeline`),
    returnChains: (query?: Query) => get<Page<{ caseId: string; returns: number; links: { department: string; status: string }[] }>>('insight', '/api/v1/insight/returns/chains', query),
    rates: (query?: Query) => get<Page<RatesItem>>('insight', '/api/v1/insight/rates', query),

    ready: () => get<Record<string, unknown>>('gateway', '/health/ready'),
  };
};

export type LianbanClient = ReturnType<typeof lianbanClient>;

/** Reads a list to its end. */
export const pageThrough = async <T>(page: (cursor?: string) => Promise<Answer<Page<T>>>): Promise<T[]> => {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await page(cursor);
    all.push(...body.items);
    cursor = body.nextCursor ?? undefined;
  } while (cursor);
  return all;
};
