import { DomainError, openOrderStatuses, workOrderRoles, workOrderStatuses } from '@lianban/contracts';
import type { WorkOrderRole, WorkOrderStatus } from '@lianban/contracts';
import type { Tx } from '@lianban/event-store';
import { say } from '@lianban/texts';
import { BooleanField, byTime, CodeParam, Caller, DirectoryCopy, EnumField, PageOf, PageQuery, readPage, requireOwnDepartment, SQL } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { readInbox, type WorkOrderRow } from '../work-orders/work-order-rows.js';
import { toItem, WorkOrderItem } from '../work-orders/work-order.view.js';

export class InboxQuery extends PageQuery {
  @EnumField(workOrderStatuses, { description: 'Only this status; the open ones when absent', optional: true, example: 'dispatched' })
  status?: WorkOrderStatus;

  @EnumField(workOrderRoles, { description: 'Only as lead, or only as assistant', optional: true, example: 'lead' })
  role?: WorkOrderRole;

  @BooleanField({ description: 'Only those that are overdue, or only those that are not', optional: true, query: true, example: false })
  overdue?: boolean;
}

export class InboxPage extends PageOf(WorkOrderItem) {}

@ApiTags('dispatch')
@Controller('api/v1/departments')
export class InboxController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'department'>,
  ) {}

  @Get(':code/inbox')
  @ApiOperation({ summary: "A department's work orders, soonest due first", description: 'Operators and heads see the inbox of their own department.' })
  @ApiOkResponse({ type: InboxPage })
  async inbox(@CodeParam('code') code: string, @Query() query: InboxQuery, @Caller() caller: Caller): Promise<InboxPage> {
    if (!(await this.directory.department(code))) throw new DomainError('not-found', say('no-such-department'));
    requireOwnDepartment(caller, code);
    const asked = { department: code, statuses: query.status == null ? openOrderStatuses : [query.status], role: query.role, overdue: query.overdue };
    return readPage(query, byTime((row: WorkOrderRow) => [row.next_due_at, row.work_order_id]), (after, limit) => readInbox(this.sql, { ...asked, after, limit }), toItem);
  }
}
