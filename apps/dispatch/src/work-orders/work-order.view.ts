import { workOrderRoles, workOrderStatuses } from '@lianban/contracts';
import type { WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { WorkOrder } from '../domain/case-orders.js';
import { WaitingView } from '../waiting-for/waiting-for.view.js';
import type { WorkOrderRow } from './work-order-rows.js';

/** A work order as its own commands answer it. */
export class WorkOrderState {
  @ApiProperty({ format: 'uuid', example: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21' })
  workOrderId!: string;

  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiProperty({ example: 'urban-management' })
  department!: string;

  @ApiProperty({ enum: workOrderRoles, example: 'lead' })
  role!: WorkOrderRole;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  round!: number;

  @ApiProperty({ enum: workOrderStatuses, example: 'signed' })
  status!: WorkOrderStatus;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-09T01:00:00.000Z' })
  issuedAt!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 4, description: "Version of dispatch's part of the case; the ETag says the same" })
  version!: number;
}

/** A work order as the inbox lists it. What has not happened, or is not known yet, is absent. */
export class WorkOrderItem {
  @ApiProperty({ format: 'uuid', example: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21' })
  workOrderId!: string;

  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiPropertyOptional({ type: String, example: 'LB20260209-000001' })
  caseNo?: string;

  @ApiPropertyOptional({ type: String, example: 'Lamp at the east gate is dark' })
  title?: string;

  @ApiPropertyOptional({ type: String, example: 'riverside-grid-01' })
  territory?: string;

  @ApiProperty({ example: 'urban-management' })
  department!: string;

  @ApiProperty({ enum: workOrderRoles, example: 'lead' })
  role!: WorkOrderRole;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  round!: number;

  @ApiProperty({ enum: workOrderStatuses, example: 'dispatched' })
  status!: WorkOrderStatus;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-09T01:00:00.000Z' })
  issuedAt!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  signedAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When it was completed, returned or cancelled' })
  endedAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'By when it is to be signed' })
  signDueAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'By when it is to be done' })
  dueAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'The case is on hold until this review' })
  heldUntil?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'How often the requester urged (催单)', example: 1 })
  urgings?: number;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When they last did' })
  lastUrgedAt?: string;

  @ApiPropertyOptional({ type: 'integer', description: 'How often the requester added something (补充)', example: 1 })
  supplements?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'Messages of the requester in the thread', example: 2 })
  messages?: number;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When the requester last wrote there' })
  lastWroteAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'A question to the requester stops the clocks until then at most; absent when none waits' })
  waitsUntil?: string;

  @ApiProperty({ example: false, description: 'Open, and what is due next has passed' })
  overdue!: boolean;

  @ApiPropertyOptional({ type: Boolean, description: 'Of an assistant: the lead can not answer while it is open', example: true })
  required?: boolean;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Of an assistant: its own due time; absent: by the limits' })
  ownDueAt?: string;

  @ApiPropertyOptional({ type: [WaitingView], description: 'For whom the case waits; with `waitingFor=true`' })
  waitingFor?: WaitingView[];
}

/** An assistant, as the lead sees it. */
export class AssistantView {
  @ApiProperty({ format: 'uuid' }) workOrderId!: string;
  @ApiProperty({ example: 'landscaping' }) department!: string;
  @ApiProperty({ enum: workOrderStatuses, example: 'completed' }) status!: WorkOrderStatus;
  @ApiProperty({ example: true, description: 'The lead can not answer while it is open' }) required!: boolean;
  @ApiProperty({ type: String, format: 'date-time' }) issuedAt!: string;
  @ApiPropertyOptional({ type: String, format: 'date-time' }) dueAt?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time' }) endedAt?: string;
  @ApiPropertyOptional({ type: String, description: 'What it has done' }) result?: string;
  @ApiPropertyOptional({ type: String }) returnReason?: string;
}

export class WorkOrderDetail extends WorkOrderItem {
  @ApiPropertyOptional({ type: String })
  result?: string;

  @ApiPropertyOptional({ type: String })
  returnReason?: string;

  @ApiPropertyOptional({ type: String })
  suggestedDepartment?: string;

  @ApiPropertyOptional({ type: [AssistantView], description: "Of the lead's order: the assistants of its round, with their results" })
  assistants?: AssistantView[];

  @ApiProperty({ type: 'integer', minimum: 1, example: 4 })
  version!: number;
}

export const toState = (caseId: string, { workOrderId, department, role, round, status, issuedAt }: WorkOrder, version: number): WorkOrderState => ({
  workOrderId, caseId, department, role, round, status, issuedAt, version,
});

export const toItem = (row: WorkOrderRow): WorkOrderItem => ({
  workOrderId: row.work_order_id,
  caseId: row.case_id,
  caseNo: row.case_no ?? undefined,
  title: row.title ?? undefined,
  territory: row.territory ?? undefined,
  department: row.department,
  role: row.role,
  round: row.round,
  status: row.status,
  issuedAt: row.issued_at.toISOString(),
  signedAt: row.signed_at?.toISOString(),
  endedAt: row.ended_at?.toISOString(),
  signDueAt: row.sign_due_at?.toISOString(),
  dueAt: row.due_at?.toISOString(),
  heldUntil: row.held_until?.toISOString(),
  urgings: row.urgings || undefined,
  lastUrgedAt: row.last_urged_at?.toISOString(),
  supplements: row.supplements || undefined,
  messages: row.messages || undefined,
  lastWroteAt: row.last_wrote_at?.toISOString(),
  waitsUntil: row.waits_until?.toISOString(),
  overdue: row.overdue,
  ...(row.role === 'assist' ? { required: row.required, ownDueAt: row.own_due_at?.toISOString() } : {}),
});

const toAssistant = (row: WorkOrderRow): AssistantView => ({
  workOrderId: row.work_order_id, department: row.department, status: row.status, required: row.required, issuedAt: row.issued_at.toISOString(),
  dueAt: row.due_at?.toISOString(), endedAt: row.ended_at?.toISOString(), result: row.result ?? undefined, returnReason: row.return_reason ?? undefined,
});

/** @param assistants of a lead's order; null for another */
export const toDetail = (row: WorkOrderRow, assistants: readonly WorkOrderRow[] | null, version: number): WorkOrderDetail => ({
  ...toItem(row),
  result: row.result ?? undefined,
  returnReason: row.return_reason ?? undefined,
  suggestedDepartment: row.suggested_department ?? undefined,
  assistants: assistants?.map(toAssistant),
  version,
});
