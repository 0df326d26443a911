import type { Tx } from '@lianban/event-store';
import { byTime, Caller, CodeField, departmentInReach, EnumField, PageOf, PageQuery, readPage, requireOwnDepartment, SQL } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { readWaiting, unitRequestKinds } from './unit-request-rows.js';
import type { UnitRequestKind, UnitRequestRow } from './unit-request-rows.js';

export class UnitRequestsQuery extends PageQuery {
  @CodeField({ description: 'Only those that this unit asked, or is asked', optional: true, example: 'landscaping' })
  department?: string;

  @EnumField(unitRequestKinds, { description: 'Only of this kind', optional: true, example: 'transfer' })
  kind?: UnitRequestKind;
}

export class UnitRequestItem {
  @ApiProperty({ format: 'uuid' }) requestId!: string;
  @ApiProperty({ enum: unitRequestKinds, description: 'transfer: to lead instead; release: to assist no longer' }) kind!: UnitRequestKind;
  @ApiProperty({ format: 'uuid' }) caseId!: string;
  @ApiPropertyOptional({ type: String, example: 'LB20260209-000001' }) caseNo?: string;
  @ApiPropertyOptional({ type: String }) title?: string;
  @ApiPropertyOptional({ type: String }) territory?: string;
  @ApiProperty({ format: 'uuid', description: 'Order of the unit that asks' }) workOrderId!: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Under which it is answered' }) number!: number;
  @ApiProperty({ example: 'urban-management' }) askedBy!: string;
  @ApiPropertyOptional({ type: String, example: 'landscaping', description: 'Who has to answer; a release may be answered by a coordinator too. Absent: only by a coordinator' }) askedOf?: string;
  @ApiProperty() reason!: string;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'By when the order is to be done' }) dueAt?: string;
  @ApiProperty({ type: String, format: 'date-time' }) requestedAt!: string;
}

export class UnitRequestPage extends PageOf(UnitRequestItem) {}

const toItem = (row: UnitRequestRow): UnitRequestItem => ({
  requestId: row.request_id, kind: row.kind, caseId: row.case_id, caseNo: row.case_no ?? undefined, title: row.title ?? undefined, territory: row.territory ?? undefined,
  workOrderId: row.work_order_id, number: row.number, askedBy: row.asked_by, askedOf: row.asked_of ?? undefined, reason: row.reason, dueAt: row.due_at?.toISOString(), requestedAt: row.requested_at.toISOString(),
});

@ApiTags('dispatch')
@Controller('api/v1/unit-requests')
export class ListUnitRequestsController {
  constructor(@Inject(SQL) private readonly sql: Tx) {}

  @Get()
  @ApiOperation({ summary: 'What units ask of each other and nobody has answered yet, the longest waiting first', description: 'Operators and heads see what their own department asked, or is asked.' })
  @ApiOkResponse({ type: UnitRequestPage })
  async list(@Query() query: UnitRequestsQuery, @Caller() caller: Caller): Promise<UnitRequestPage> {
    const reach = departmentInReach(caller);
    if (reach !== null && query.department != null) requireOwnDepartment(caller, query.department);
    const asked = { department: reach ?? query.department ?? null, kind: query.kind ?? null };
    return readPage(query, byTime((row: UnitRequestRow) => [row.requested_at, row.request_id]), (after, limit) => readWaiting(this.sql, { ...asked, after, limit }), toItem);
  }
}
