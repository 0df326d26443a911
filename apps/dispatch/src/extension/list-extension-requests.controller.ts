import type { Tx } from '@lianban/event-store';
import { byTime, CodeField, Caller, departmentInReach, EnumField, PageOf, PageQuery, readPage, requireOwnDepartment, SQL } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { readPending } from './extension-request-rows.js';
import type { ExtensionRequestRow } from './extension-request-rows.js';

export class ExtensionRequestsQuery extends PageQuery {
  @EnumField(['pending'], { description: 'Those that wait for a decision', optional: true, example: 'pending' })
  status?: 'pending';

  @CodeField({ description: 'Only of this department', optional: true, example: 'urban-management' })
  department?: string;
}

export class AddedTimeView {
  @ApiProperty({ enum: ['working', 'elapsed'], example: 'working' })
  kind!: 'working' | 'elapsed';

  @ApiProperty({ type: Number, example: 2 })
  amount!: number;

  @ApiProperty({ enum: ['minutes', 'hours', 'days'], example: 'days' })
  unit!: 'minutes' | 'hours' | 'days';
}

export class ExtensionRequestItem {
  @ApiProperty({ format: 'uuid' })
  extensionId!: string;

  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiPropertyOptional({ type: String, example: 'LB20260209-000001' })
  caseNo?: string;

  @ApiPropertyOptional({ type: String, example: 'Lamp at the east gate is dark' })
  title?: string;

  @ApiProperty({ format: 'uuid', example: '7b6f4a52-0d7d-4d53-9f5c-5f6f0b1d2c21' })
  workOrderId!: string;

  @ApiProperty({ example: 'urban-management' })
  department!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: 'Under which it is approved or rejected' })
  number!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: 'Which extension it would be: from the second on the coordinator decides' })
  ordinal!: number;

  @ApiProperty({ type: AddedTimeView, description: 'What is asked for' })
  by!: AddedTimeView;

  @ApiProperty({ type: String, format: 'date-time', description: 'The deadline as it was when it was asked for' })
  dueAt!: string;

  @ApiProperty({ example: 'The part comes on Monday.' })
  reason!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  requestedAt!: string;
}

export class ExtensionRequestPage extends PageOf(ExtensionRequestItem) {}

const toItem = (row: ExtensionRequestRow): ExtensionRequestItem => ({
  extensionId: row.extension_id, caseId: row.case_id, caseNo: row.case_no ?? undefined, title: row.title ?? undefined, workOrderId: row.work_order_id,
  department: row.department, number: row.number, ordinal: row.ordinal, by: row.added, dueAt: row.due_at.toISOString(), reason: row.reason, requestedAt: row.requested_at.toISOString(),
});

@ApiTags('dispatch')
@Controller('api/v1/extension-requests')
export class ListExtensionRequestsController {
  constructor(@Inject(SQL) private readonly sql: Tx) {}

  @Get()
  @ApiOperation({
    summary: 'Extensions (延期) that wait for a decision, the longest waiting first',
    description: 'Operators and heads see those of their own department, coordinators the second ones and later, which they decide; supervisors all of them.',
  })
  @ApiOkResponse({ type: ExtensionRequestPage })
  async list(@Query() query: ExtensionRequestsQuery, @Caller() caller: Caller): Promise<ExtensionRequestPage> {
    const reach = departmentInReach(caller);
    if (reach !== null && query.department != null) requireOwnDepartment(caller, query.department);
    const asked = { department: reach ?? query.department ?? null, fromOrdinal: caller.actor.role === 'coordinator' ? 2 : 1 };
    return readPage(query, byTime((row: ExtensionRequestRow) => [row.requested_at, row.extension_id]), (after, limit) => readPending(this.sql, { ...asked, after, limit }), toItem);
  }
}
