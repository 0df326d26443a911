import type { CallBackStatus } from '@lianban/contracts';
import { callBackStatuses } from '@lianban/contracts';
import { PageOf } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { CallBackRow } from './call-back-rows.js';

export const decisions = ['close', 'rework'] as const;

export class OutcomeView {
  @ApiProperty({ example: true })
  reached!: boolean;

  @ApiPropertyOptional({ type: Boolean, example: true })
  resolved?: boolean;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 5, example: 5, description: '1 very dissatisfied to 5 very satisfied' })
  satisfaction?: number;

  @ApiPropertyOptional({ type: String })
  comment?: string;

  @ApiPropertyOptional({ type: Boolean })
  unitAtFault?: boolean;

  @ApiProperty({ enum: decisions, example: 'close' })
  decision!: (typeof decisions)[number];
}

/** A call-back as the list shows it. Fields of what has not happened, or is not known yet, are absent. */
export class CallBackView {
  @ApiProperty({ format: 'uuid', example: '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11' })
  callBackId!: string;

  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'The case in which the demand was registered, of one that joined: whom to call stands there' })
  demandCaseId?: string;

  @ApiPropertyOptional({ type: String, example: 'LB20260209-000001', description: 'Of the demand' })
  caseNo?: string;

  @ApiPropertyOptional({ type: String, example: 'Lamp at the east gate is dark' })
  title?: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  round!: number;

  @ApiProperty({ example: 'urban-management', description: 'The handling unit; its own people may not call' })
  lead!: string;

  @ApiProperty({ enum: callBackStatuses, example: 'due' })
  status!: CallBackStatus;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-02-12T02:00:00.000Z' })
  answeredAt!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time' })
  dueAt?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When it was recorded or cancelled' })
  endedAt?: string;

  @ApiPropertyOptional({ type: OutcomeView })
  outcome?: OutcomeView;
}

export class CallBackPage extends PageOf(CallBackView) {}

/** The call-back with its outcome. */
export class RecordedCallBackView {
  @ApiProperty({ format: 'uuid', example: '0d3b2f4e-55a1-4a0e-8a53-3f4f5b1f9c11' })
  callBackId!: string;

  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  round!: number;

  @ApiProperty({ enum: callBackStatuses, example: 'done' })
  status!: CallBackStatus;

  @ApiProperty({ enum: decisions, example: 'close', description: 'Whether it goes back to the lead; the case closes when all its demands are settled' })
  decision!: (typeof decisions)[number];

  @ApiProperty({ type: 'integer', minimum: 0, example: 0, description: 'Reworks ordered so far, this one included' })
  reworks!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2, description: "Version of satisfaction's part of the case; the ETag says the same" })
  version!: number;
}

export const toView = (row: CallBackRow): CallBackView => ({
  callBackId: row.call_back_id,
  caseId: row.case_id,
  demandCaseId: row.demand_case_id ?? undefined,
  caseNo: row.case_no ?? undefined,
  title: row.title ?? undefined,
  round: row.round,
  lead: row.lead,
  status: row.status,
  answeredAt: row.answered_at.toISOString(),
  dueAt: row.due_at?.toISOString(),
  endedAt: row.ended_at?.toISOString(),
  outcome: row.outcome === null ? undefined : {
    reached: row.outcome.reached,
    resolved: row.outcome.resolved ?? undefined,
    satisfaction: row.outcome.satisfaction ?? undefined,
    comment: row.outcome.comment ?? undefined,
    unitAtFault: row.outcome.unitAtFault ?? undefined,
    decision: row.outcome.decision,
  },
});
