import { workOrderRoles, workOrderStatuses } from '@lianban/contracts';
import type { WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isOpen } from '../domain/case-orders.js';
import type { DispatchState } from '../domain/case-orders.js';

export class DispatchedOrderView {
  @ApiProperty({ format: 'uuid', example: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21' })
  workOrderId!: string;

  @ApiProperty({ example: 'urban-management' })
  department!: string;

  @ApiProperty({ enum: workOrderRoles, example: 'lead' })
  role!: WorkOrderRole;

  @ApiProperty({ enum: workOrderStatuses, example: 'dispatched' })
  status!: WorkOrderStatus;

  @ApiPropertyOptional({ type: Boolean, description: 'Of an assistant: the lead can not answer while it is open', example: true })
  required?: boolean;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Of an assistant: its own due time; absent: by the limits' })
  ownDueAt?: string;
}

export class DispatchedCaseView {
  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: '1 for the first handling, one more after each rework' })
  round!: number;

  @ApiProperty({ type: [DispatchedOrderView], description: 'The open work orders, the lead first' })
  workOrders!: DispatchedOrderView[];

  @ApiProperty({ type: 'integer', minimum: 1, example: 3, description: "Version of dispatch's part; the ETag says the same" })
  version!: number;
}

/** Who has the case now. */
export const dispatchedCase = (caseId: string, state: DispatchState, version: number): DispatchedCaseView => ({
  caseId,
  round: state.round,
  workOrders: state.workOrders
    .filter(isOpen)
    .sort((a, b) => Number(a.role === 'assist') - Number(b.role === 'assist'))
    .map(({ workOrderId, department, role, status, required, ownDueAt }) => ({
      workOrderId, department, role, status, ...(role === 'assist' ? { required, ownDueAt: ownDueAt ?? undefined } : {}),
    })),
  version,
});
